from .comparison import (
    compare as compare,
    comparison_tables as comparison_tables,
    read_runs as read_runs,
    write_comparison as write_comparison,
)
from .report import (
    write_report as write_report,
)
from .terminal import (
    print_summary as print_summary,
)
from .view3d import (
    view as view,
)
