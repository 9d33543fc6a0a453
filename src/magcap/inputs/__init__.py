"""Files as users bring them: opened, decoded and taken apart without trusting what they say.

In: a path of the case and the words for it. Out: bytes or text of a regular file of sensible size,
or data of a VTK file that a child process has read; else a `CaseError`. Pipes, devices, folders
and links to them are refused unread, so nothing waits for ever; what kills a reader kills a child.

Open `opener.py` first; `encoding.py` tells the encodings apart; `vtk_files.py` runs the program
`vtk_child.py`. Called by every room that reads a file which the user names.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
