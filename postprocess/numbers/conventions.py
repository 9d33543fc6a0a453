"""What the numbers of summary.json mean; printed with every result."""

from __future__ import annotations

from typing import Final

CONVENTIONS: Final[dict[str, str]] = {
    "units": "SI throughout: m, s, kg, T, T/m, T^2/m, m/s, Pa, m^3/s, 1/m^2.",
    "force_law": (
        "F = mu0 V f(|H|) 1/2 grad|H|^2 with f = 3 chi/(3 + chi) in the linear range and "
        "f = Ms/|H| when saturated, continuous at |H| = Ms (3 + chi)/(3 chi); with a core "
        "diameter the Langevin law F = V Ms L(xi) grad|B|, xi = mu0 m_core |H|/(k T). "
        "Codes that use chi in place of 3 chi/(3 + chi) get another force, for chi >> 1 by far."
    ),
    "mu0": "4 pi 1e-7 H/m",
    "remanence": "Remanence is the polarisation J = mu0 M at H = 0; B = mu0 mu_rec H + J inside.",
    "max_gradB_in_lumen": "Largest |grad|B|| = |1/2 grad|B|^2| / |B| over the lumen nodes.",
    "grad_half_B2": "Driver of the force, 1/2 grad|B|^2 in T^2/m.",
    "error_vs_exact": "Relative RMS difference over the lumen nodes; null without a reference.",
    "depth": (
        "Along the line from the face of the magnets, of iron or of a coil (depth 0) through the "
        "vessel; [depth] in the case moves it. With iron the field far from the bodies is the "
        "exact field of the sources plus that of a layer of air around them."
    ),
    "drift": (
        "Terminal speed of the median carrier in still blood far from walls: Stokes, slowed by the "
        "drag of a finite Reynolds number; viscosity: median over the lumen (without a flow "
        "solution: at the wall shear rate 8 U/D). drift_over_flow: over the mean speed at the "
        "inlet."
    ),
    "planes": (
        "Squares across the depth line, outside of bodies. uniformity: lowest over largest value "
        "within 10 mm of the line; half_value_radius: of the disc as large as where the driver is "
        "at least half of its value on the line."
    ),
    "safety": (
        "five_gauss_distance: of the farthest point with |B| = 0.5 mT from the nearest magnet, "
        "iron or winding; five_gauss_radius and _extent: from `center`, the middle of the bodies. "
        "max_B_at_skin: on the skin's plane, 0.1 mm below it where a body touches it."
    ),
    "error_estimate": "Estimated relative RMS errors over the target (or the lumen).",
    "loads": "From the Maxwell stress (coils: J x B) and from virtual work; torques about `point`.",
    "working_points": (
        "H_worst: most demagnetising field along the magnetisation in the body; margin = "
        "(H_worst - H_knee)/|H_knee|, below 0 beyond the knee."
    ),
    "reynolds": (
        "rho U D/mu at the inlet: U mean velocity, D = 2 sqrt(area/pi), mu at the inlet's wall "
        "shear rate for a generalised fluid."
    ),
    "mass_imbalance": "|sum of the flow through all openings| / inflow.",
    "pressure_drop": "Area mean at the inlet minus the flow-weighted mean of the outlets.",
    "efficiency_flux": (
        "Captured / released, seeded in proportion to the normal velocity over the inlet "
        "(what enters with the blood)."
    ),
    "efficiency_area": "Captured / released, seeded uniformly over the area of the inlet.",
    "counts": (
        "released, captured, exited, in_flight and lost refer to the ensemble named under "
        "`seeding`; they add up. Carriers in flight at the end count as not captured."
    ),
    "ci95": "Wilson score interval of a fraction; statistical error only.",
    "in_target": "Captured inside the target; `fraction` is of all released carriers.",
    "enrichment": (
        "efficiency_flux with the magnet / without, Koopman score interval; null where nothing is "
        "captured without the magnet (value) or the interval is unbounded (ci95)."
    ),
    "residence_time": "Time from the inlet to capture or exit.",
    "wall_density": (
        "Captured carriers of the ensemble per wall area, shared among the corners of the facet "
        "that was touched; the largest value depends on the mesh and on the number released."
    ),
    "regime": (
        "Nacev et al. 2011: richardson_magnetic = largest magnetic drift / largest blood speed, "
        "peclet = largest blood speed x inlet diameter / diffusivity, magnetic_peclet = their "
        "product. magnetic-dominated: richardson_magnetic >= 1; boundary layer: magnetic_peclet "
        "> 10; flow-dominated otherwise. drift_number = drift x length / (mean speed x inlet "
        "diameter), an upper bound: the drift is the largest in the lumen."
    ),
}
