from .table import (
    PARTS as PARTS,
    as_line as as_line,
    as_markdown as as_markdown,
    run_checks as run_checks,
)
