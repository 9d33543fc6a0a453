from .forms import (
    OseenForms as OseenForms,
    oseen_forms as oseen_forms,
)
from .system import (
    OseenSystem as OseenSystem,
    OutletTerm as OutletTerm,
)
