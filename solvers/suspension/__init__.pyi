from .carried import (
    Carried as Carried,
    carried as carried,
    carrier_of as carrier_of,
    concentration_of as concentration_of,
)
from .driven import (
    DrivenFlow as DrivenFlow,
    Load as Load,
)
from .solve import (
    head_of as head_of,
    solve as solve,
)
from .transport import (
    Entry as Entry,
    Transport as Transport,
    Transported as Transported,
)
