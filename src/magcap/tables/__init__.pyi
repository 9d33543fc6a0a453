from .columns import (
    Column as Column,
    Columns as Columns,
    read_columns as read_columns,
)
from .headings import (
    Heading as Heading,
    headings_of as headings_of,
    units_below as units_below,
)
from .periodic import (
    PeriodicFlow as PeriodicFlow,
    total_flow as total_flow,
)
from .rows import (
    Form as Form,
    form_of as form_of,
    uncommented as uncommented,
)
from .units import (
    factor_of as factor_of,
)
from .waveform import (
    Waveform as Waveform,
    read_waveform as read_waveform,
)
