"""Rooms that several stages are computed by."""

#: What everything stands on.
CELLAR = ("arrays", "case", "constants", "errors", "parallel", "stored")
#: Files that a case names, and tables in them.
FILES = ("inputs", "tables")
#: The bodies of a case, resolved; their tables and files.
SCENE = (
    *FILES,
    "library",
    "geometry.bodies",
    "geometry.field_maps",
    "geometry.mesh",
    "geometry.scene",
    "geometry.surfaces",
)
#: Finite elements for the magnetic field, and the error of their solution.
MAGNETICS = (
    "solvers.assembly",
    "solvers.error",
    "solvers.exact",
    "solvers.fem",
    "solvers.iron",
    "solvers.linalg",
    "solvers.magnetostatics",
    "solvers.reaction",
    "solvers.results",
)
#: The finite-element engine, as a wheel or from conda and Docker.
ENGINE = ("dolfinx-solver-real", "fenics-dolfinx")
#: Rooms that trace carriers.
TRACING = (
    *CELLAR,
    *FILES,
    "library",
    "solvers.carriers",
    "solvers.laws",
    "solvers.results",
    "solvers.tracking",
)
