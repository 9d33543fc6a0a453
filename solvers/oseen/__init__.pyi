from .forms import (
    OseenForms as OseenForms,
    oseen_forms as oseen_forms,
)
from .outlet_term import (
    OutletTerm as OutletTerm,
)
from .system import (
    OseenSystem as OseenSystem,
)
