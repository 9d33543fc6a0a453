"""Tables in text files, as programs and people write them: columns with units → arrays in SI.

In: CSV, or columns by blanks, tabs, semicolons (then with decimal commas, if any), in any encoding,
with comments and a header. A column's unit stands in brackets, after a comma or a slash; nothing is
guessed: a column without its unit, or a header that is not understood, is refused with a
sentence that shows how to write it. Out: arrays in SI by the names that the caller knows.

Open `columns.py` first: what a caller asks for. `headings.py` reads a line of names and units,
`rows.py` the numbers, `units.py` the units; `waveform.py` is the table of a pulse and
`periodic.py` its Fourier series. Called by `magcap.library`, `magcap.geometry` and
`magcap.reading`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
