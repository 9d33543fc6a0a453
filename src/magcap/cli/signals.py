"""SIGTERM, SIGHUP and Ctrl-C: a sentence that says what is kept, and the exit code of the signal.

Python hears of a signal between two of its own steps, and a factorisation or a mesher may take
minutes for one. So a thread hears of it at once, and ends the process if the rest does not within
`_PATIENCE`. That is safe at any moment: files are whole or absent.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import Final

#: Seconds that a command has to end by itself after a signal.
_PATIENCE: Final = 10.0
#: A job's end asked for by the system, by a scheduler, or by a terminal that is closed.
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """A signal that ends the process: ``Ended(15)``. Not an Exception, as KeyboardInterrupt."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def sentence(number: int) -> str:
    """What to tell the user of a signal."""
    from magcap.pipeline import kept

    said = "Interrupted" if number == signal.SIGINT else f"Ended by {signal.Signals(number).name}"
    return f"{said}. {kept()}".rstrip()


def install() -> None:
    """Turn the signals into exceptions, with the watching thread behind them.

    A signal that is ignored, as after ``nohup``, stays ignored.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _raise)
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(read,), daemon=True).start()


def _raise(number: int, _: FrameType | None) -> None:
    raise Ended(number)


def _watch(descriptor: int) -> None:
    """End the process a while after the first signal that should have ended it."""
    fatal = {signal.SIGINT, *_SIGNALS}
    while True:
        numbers = os.read(descriptor, 1)
        if not numbers:
            return
        if numbers[0] in fatal and signal.getsignal(numbers[0]) is not signal.SIG_IGN:
            break
    threading.Event().wait(_PATIENCE)
    print(sentence(numbers[0]), file=sys.stderr, flush=True)
    os._exit(128 + numbers[0])
