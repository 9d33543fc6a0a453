from .encoding import (
    decoded as decoded,
    encoding_of as encoding_of,
)
from .opener import (
    check_file as check_file,
    read_bytes as read_bytes,
    read_text as read_text,
)
from .vtk_files import (
    VtkData as VtkData,
    VtkLines as VtkLines,
    read_vtk_file as read_vtk_file,
    read_vtk_lines as read_vtk_lines,
)
