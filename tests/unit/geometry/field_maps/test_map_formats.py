"""Field maps as programs write them, each with the field that it is known to hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.places import SHARED
from magcap.case import FieldMapTable
from magcap.errors import CaseError
from magcap.geometry.field_maps import read_field_map

AXIS = np.linspace(-0.012, 0.012, 5)
POINTS = np.stack(np.meshgrid(AXIS, AXIS, AXIS, indexing="ij"), axis=-1).reshape(-1, 3)
#: Linear, so that any column that is mistaken for another is seen.
FIELD = 0.05 + POINTS @ np.array([[1.0, 2.0, 3.0], [4.0, -5.0, 6.0], [7.0, 8.0, 4.0]])


def body(length: float, flux: float, mark: str = ",", comma: str = ".") -> str:
    rows = np.hstack([POINTS / length, FIELD / flux])
    return "".join(
        mark.join(f"{value:.9g}".replace(".", comma) for value in row) + "\n" for row in rows
    )


ANSYS = (
    "Grid Output Min: [-12mm -12mm -12mm] Max: [12mm 12mm 12mm] Grid Size: [6mm 6mm 6mm]\n"
    'X, Y, Z, Vector data "<Bx,By,Bz>"\n'
)
COMSOL = '% Model,a.mph\n% Dimension,3\n% Nodes,125\n% Expressions,3\n% Description,"B, x, B, y"\n'
PARAVIEW = '"Points:0","Points:1","Points:2","B:0","B:1","B:2"\n'
FORMS: dict[str, tuple[str, dict[str, Any], str]] = {
    "COMSOL csv": (
        COMSOL + "% Length unit,m\n% x,y,z,mfnc.Bx (T),mfnc.By (T),mfnc.Bz (T)\n" + body(1, 1),
        {},
        "utf-8",
    ),
    "COMSOL txt": (
        "% Length unit:        mm\n"
        "% X                       Y   Z      mf.Bx (mT)   mf.By (mT)    mf.Bz (mT)\n"
        + body(1e-3, 1e-3, "   "),
        {},
        "utf-8",
    ),
    "descriptions": (
        "% Length unit: cm\n"
        '% x,y,z,"Magnetic flux density, x component (T)","Magnetic flux density, y component (T)",'
        '"Magnetic flux density, z component (T)"\n' + body(1e-2, 1),
        {},
        "utf-8",
    ),
    "component tags": (
        "% x,y,z,comp1.mfnc.Bx (T),comp1.mfnc.By (T),comp1.mfnc.Bz (T)\n" + body(1, 1),
        {"unit": "m"},
        "utf-8",
    ),
    "decimal commas": (
        "x [mm];y [mm];z [mm];Bx [mT];By [mT];Bz [mT]\n" + body(1e-3, 1e-3, ";", ","),
        {},
        "utf-8",
    ),
    "tabs and commas": (
        "x (mm)\ty (mm)\tz (mm)\tBx (G)\tBy (G)\tBz (G)\n" + body(1e-3, 1e-4, "\t", ","),
        {},
        "utf-16",
    ),
    "micro of Windows": (
        "x [µm];y [µm];z [µm];Bx [µT];By [µT];Bz [µT]\n" + body(1e-6, 1e-6, ";"),
        {},
        "cp1252",
    ),
    "units after commas": (
        "x, mm, y, mm, z, mm, Bx, T, By, T, Bz, T\n" + body(1e-3, 1),
        {},
        "utf-8",
    ),
    "units below": ("x;y;z;Bx;By;Bz\nm;m;m;G;G;G\n" + body(1, 1e-4, ";"), {}, "utf-8"),
    "ParaView": (PARAVIEW + body(1, 1), {"unit": "m", "flux_density_unit": "T"}, "utf-8"),
    "ParaView, defaults": (PARAVIEW + body(1e-3, 1), {}, "utf-8"),
    "ANSYS": (ANSYS + body(1, 1, " "), {"unit": "m"}, "utf-8"),
    "ANSYS, by its corner": (ANSYS + body(1, 1, " "), {}, "utf-8"),
}


def write(folder: Path, name: str) -> FieldMapTable:
    text, keys, encoding = FORMS[name]
    file = folder / ("a.fld" if "ANSYS" in name else "a.csv")
    file.write_bytes(text.encode(encoding))
    return FieldMapTable(file=file, **keys)


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str, tmp_path: Path) -> None:
    found = read_field_map(write(tmp_path, name), "field_map[1]")
    np.testing.assert_allclose(found.x, AXIS, atol=1e-10)
    np.testing.assert_allclose(found.z, AXIS, atol=1e-10)
    np.testing.assert_allclose(found.B.reshape(-1, 3), FIELD, rtol=1e-6, atol=1e-9)


REFUSED = {
    "another field": ("x,y,z,mfnc.Hx (A/m),mfnc.Hy (A/m),mfnc.Hz (A/m)\n", "must have the columns"),
    "a norm": ("% x,y,z,mfnc.normB (T),a,b\n", "must have the columns|is missing"),
    "no names": ("a,b,c,d,e,f\n", "must have the columns"),
    "a unit of H": ("x [m],y [m],z [m],Bx [A/m],By [A/m],Bz [A/m]\n", "must have Bx, By and Bz in"),
    "twice": ("x,y,z,Bx,By,Bz,Bx\n", "must have the columns"),
    "two units": ("x [m],y [m],z [m],Bx [T],By [mT],Bz [T]\n", "one unit for Bx"),
    "two lengths": ("% Length unit,mm\n% x [m],y [m],z [m],Bx,By,Bz\n", "one unit for x"),
    "a strange length": ("% Length unit,furlong\n% x,y,z,Bx,By,Bz\n", "furlong"),
    "lost nodes": ("% Nodes,126\n% Length unit,m\n% x,y,z,Bx,By,Bz\n", "126 nodes, but it has 125"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_understood_is_refused(name: str, tmp_path: Path) -> None:
    head, words = REFUSED[name]
    (tmp_path / "a.csv").write_text(head + body(1, 1))
    with pytest.raises(CaseError, match=words):
        read_field_map(FieldMapTable(file=tmp_path / "a.csv"), "field_map[1]")


def test_a_row_that_is_cut_names_its_line(tmp_path: Path) -> None:
    lines = ("x [m],y [m],z [m],Bx [T],By [T],Bz [T]\n" + body(1, 1)).splitlines(keepends=True)
    (tmp_path / "a.csv").write_text("".join(lines[:60]) + lines[60][:12])
    with pytest.raises(CaseError, match=r"line 61 has . of 6 numbers"):
        read_field_map(FieldMapTable(file=tmp_path / "a.csv"), "field_map[1]")


def test_another_vector_of_ansys(tmp_path: Path) -> None:
    (tmp_path / "a.fld").write_text(ANSYS.replace("Bx,By,Bz", "Hx,Hy,Hz") + body(1, 1, " "))
    with pytest.raises(CaseError, match="must hold the vector B"):
        read_field_map(FieldMapTable(file=tmp_path / "a.fld", unit="m"), "field_map[1]")


@pytest.mark.parametrize(
    "name",
    ["map_mfnc_columns.csv", "map_decimal_comma.csv", "map_windows_micro.csv", "map_grid.fld"],
)
def test_the_maps_of_users(name: str) -> None:
    """A cube of 20 mm and 1.3 T; B at (1, 2, -3) mm by the closed form, told in the cases."""
    file = SHARED / "cases_from_users" / name
    if not file.exists():
        pytest.skip(f"{file} is not there")
    keys: dict[str, Any] = {"unit": "m"} if name.endswith(".fld") else {}
    found = read_field_map(FieldMapTable(file=file, **keys), "field_map[1]")
    B = found.spline(np.array([[1e-3, 2e-3, -3e-3]]))[0]
    np.testing.assert_allclose(B, [0.004046, 0.008099, 0.078066], rtol=1e-3)
