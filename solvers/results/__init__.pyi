from .field import (
    BodyLoad as BodyLoad,
    CaptureResult as CaptureResult,
    CarrierCapture as CarrierCapture,
    CarrierState as CarrierState,
    Ensemble as Ensemble,
    FieldError as FieldError,
    FieldSample as FieldSample,
    FlowField as FlowField,
    MagneticField as MagneticField,
    WorkingPoint as WorkingPoint,
)
