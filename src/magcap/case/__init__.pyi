from .capture import (
    LIFTS as LIFTS,
    AdhesionWall as AdhesionWall,
    Capture as Capture,
    StickWall as StickWall,
    ThresholdWall as ThresholdWall,
    Wall as Wall,
)
from .carrier import (
    Carrier as Carrier,
    CarrierFluid as CarrierFluid,
    LengthDistribution as LengthDistribution,
    MassDistribution as MassDistribution,
    mass_of as mass_of,
    per_volume as per_volume,
)
from .case import (
    Case as Case,
)
from .coil import (
    Coil as Coil,
    CoilBase as CoilBase,
    Helmholtz as Helmholtz,
    Maxwell as Maxwell,
    Racetrack as Racetrack,
    RoundWinding as RoundWinding,
    Solenoid as Solenoid,
    TrackWinding as TrackWinding,
    Wire as Wire,
    WoundCoil as WoundCoil,
)
from .field import (
    Background as Background,
    FieldMapTable as FieldMapTable,
)
from .flow import (
    Blood as Blood,
    CarrierStream as CarrierStream,
    Flow as Flow,
    Inlet as Inlet,
    Outlet as Outlet,
    Suspension as Suspension,
    Windkessel as Windkessel,
)
from .iron import (
    ConeIron as ConeIron,
    CuboidIron as CuboidIron,
    CylinderIron as CylinderIron,
    FrustumIron as FrustumIron,
    Iron as Iron,
    IronBase as IronBase,
    RingIron as RingIron,
    SphereIron as SphereIron,
    SurfaceIron as SurfaceIron,
)
from .magnet import (
    CuboidMagnet as CuboidMagnet,
    CylinderHalbach as CylinderHalbach,
    CylinderMagnet as CylinderMagnet,
    HalbachBase as HalbachBase,
    LinearHalbach as LinearHalbach,
    Magnet as Magnet,
    MagnetBase as MagnetBase,
    PlanarHalbach as PlanarHalbach,
    RingMagnet as RingMagnet,
    SegmentMagnet as SegmentMagnet,
    SingleMagnet as SingleMagnet,
    SphereMagnet as SphereMagnet,
    SurfaceMagnet as SurfaceMagnet,
)
from .numerics import (
    MagneticsOptions as MagneticsOptions,
    Mesh as Mesh,
)
from .observers import (
    DepthOptions as DepthOptions,
    Grid as Grid,
    Probe as Probe,
)
from .solid import (
    Cuboid as Cuboid,
    Cylinder as Cylinder,
    Placed as Placed,
    Ring as Ring,
    Rotation as Rotation,
    Segment as Segment,
    Sphere as Sphere,
    Surface as Surface,
)
from .tissue import (
    BoxTarget as BoxTarget,
    SegmentTarget as SegmentTarget,
    ShellTissue as ShellTissue,
    SlabTissue as SlabTissue,
    SphereTarget as SphereTarget,
    Target as Target,
    Tissue as Tissue,
    TissueLayer as TissueLayer,
)
from .values import (
    DIMENSIONS as DIMENSIONS,
    Model as Model,
    Quantity as Quantity,
    Vector as Vector,
    unit_factor as unit_factor,
)
from .vessel import (
    Bend as Bend,
    Bifurcation as Bifurcation,
    Cap as Cap,
    Centerline as Centerline,
    Channel as Channel,
    MeshBoundary as MeshBoundary,
    MeshVessel as MeshVessel,
    Stenosis as Stenosis,
    SurfaceVessel as SurfaceVessel,
    Tree as Tree,
    Tube as Tube,
    Vessel as Vessel,
    VesselBase as VesselBase,
    YChannel as YChannel,
)
