from .bh_table import (
    is_table_file as is_table_file,
    read_bh_table as read_bh_table,
)
from .carrier_table import (
    LibraryCarrier as LibraryCarrier,
    carriers as carriers,
    library_faults as library_faults,
    with_library as with_library,
)
from .magnetization_table import (
    MagnetizationTable as MagnetizationTable,
    read_magnetization_table as read_magnetization_table,
)
from .material_table import (
    canonical_grade as canonical_grade,
    magnet_grade as magnet_grade,
    materials as materials,
)
from .pulses import (
    LibraryWaveform as LibraryWaveform,
    library_waveform as library_waveform,
    pulse_of as pulse_of,
    pulses_of as pulses_of,
    waveform_of as waveform_of,
    waveforms as waveforms,
)
from .soft import (
    SoftMaterial as SoftMaterial,
    linear_material as linear_material,
    soft_entry as soft_entry,
    soft_material as soft_material,
    soft_materials as soft_materials,
)
