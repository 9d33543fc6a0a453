from .capture import (
    Acting as Acting,
    CaptureResult as CaptureResult,
    CarrierCapture as CarrierCapture,
    CarrierState as CarrierState,
    Ensemble as Ensemble,
    Floor as Floor,
    representative as representative,
)
from .field import (
    BodyLoad as BodyLoad,
    BodyLoads as BodyLoads,
    FieldError as FieldError,
    FieldSample as FieldSample,
    MagneticField as MagneticField,
    WorkingPoint as WorkingPoint,
)
from .flow import (
    FlowField as FlowField,
    SolenoidalVelocity as SolenoidalVelocity,
)
from .period import (
    FlowPeriod as FlowPeriod,
    FlowSteps as FlowSteps,
)
from .sensitivity import (
    Sensitivity as Sensitivity,
)
from .suspension import (
    SuspensionField as SuspensionField,
)
from .touches import (
    Touches as Touches,
)
