"""SIGTERM, SIGHUP and Ctrl-C: a sentence that says what is kept, and the exit code of the signal.

SIGTERM and SIGHUP are blocked for all threads but one, which waits for them: libraries take them
for their own (METIS jumps at SIGTERM, which was a segmentation fault where MUMPS orders a matrix).
That thread tells Python, which hears of it between two of its own steps; a factorisation or a
mesher may take minutes for one. So it also ends the process if the rest does not within
`_PATIENCE`, which is safe at any moment: files are whole or absent. Ctrl-C goes its usual way.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
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
    """Turn the signals into exceptions, with the watching threads behind them.

    A signal that is ignored, as after ``nohup``, stays ignored. Children get theirs back where
    they are forked.
    """
    own = {number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL}
    for number in own:
        signal.signal(number, _raise)
    signal.pthread_sigmask(signal.SIG_BLOCK, own)
    os.register_at_fork(after_in_child=lambda: _give_back(own))
    threading.Thread(target=_wait, args=(own,), daemon=True).start()
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(read,), daemon=True).start()


def _raise(number: int, _: FrameType | None) -> None:
    raise Ended(number)


def _give_back(own: set[signal.Signals]) -> None:
    """Let a forked child end by the signals as any other process."""
    for number in own:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, own)


def _wait(own: set[signal.Signals]) -> None:
    """Tell the main thread of the first of the blocked signals; end the process a while later."""
    if own:
        number = signal.sigwait(own)
        _thread.interrupt_main(signal.Signals(number))
        _end(number)


def _watch(descriptor: int) -> None:
    """End the process a while after Ctrl-C."""
    while numbers := os.read(descriptor, 1):
        if numbers[0] == signal.SIGINT:
            _end(signal.SIGINT)


def _end(number: int) -> None:
    """End the process if it has not ended by itself by then."""
    time.sleep(_PATIENCE)
    print(sentence(number), file=sys.stderr, flush=True)
    os._exit(128 + number)
