from .lock import (
    entered as entered,
    occupied as occupied,
    owner_of as owner_of,
)
from .names import (
    default_folders as default_folders,
    occupied_by_case as occupied_by_case,
)
