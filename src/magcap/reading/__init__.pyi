from .draft import (
    Draft as Draft,
    Solids as Solids,
)
from .read import (
    from_tables as from_tables,
    load as load,
    load_with_outline as load_with_outline,
)
from .spots import (
    case_schema as case_schema,
)
from .words import (
    choices as choices,
    shown as shown,
)
from .write import (
    case_toml as case_toml,
)
