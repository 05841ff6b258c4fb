"""Elements, spectra and magnet grades."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

ELEMENTS: Final = TableSpec(
    name="elements",
    title="The 15 lanthanides, yttrium and scandium with their trade oxides",
    file="elements.csv",
    source="periodictable 2.1.0 (standard atomic weights)",
    licence="facts, free to use",
    key=("element",),
    columns=(
        Column("element", doc="symbol", required=True),
        Column("z", "int", doc="atomic number", required=True, low=21, high=71),
        Column("name", required=True),
        Column("atomic_weight", "float", "g/mol", "standard atomic weight", required=True, low=40, high=180),
        Column("oxide", doc="oxide as traded", required=True),
        Column("oxide_molar_mass", "float", "g/mol", required=True, low=130, high=1100),
        Column(
            "element_to_oxide",
            "float",
            "kg/kg",
            "oxide factor: kg oxide from 1 kg element",
            required=True,
            low=1.1,
            high=1.6,
        ),
        Column(
            "oxide_to_element",
            "float",
            "kg/kg",
            "oxide factor: kg element in 1 kg oxide",
            required=True,
            low=0.6,
            high=0.95,
        ),
        Column("light_heavy", doc="group in EU law", required=True, allowed=("LREE", "HREE", "none")),
        Column("crust_ppm", "float", "ppm", "upper continental crust", low=0),
        Column("chondrite_ppm", "float", "ppm", "CI chondrite, to normalise patterns", low=0),
        *PROVENANCE,
    ),
)

XRF_OVERLAPS: Final = TableSpec(
    name="xrf_overlaps",
    title="X-ray lines that a handheld analyser can take for a rare earth, or the other way round",
    file="xrf_overlaps.csv",
    source="computed from xraydb 4.5.8 (Elam tables, public domain)",
    licence="public domain",
    key=("analyte", "analyte_line", "interferent", "interferent_line"),
    columns=(
        Column("analyte", required=True),
        Column("analyte_line", required=True),
        Column("analyte_ev", "float", "eV", required=True, low=100, high=70000),
        Column("analyte_rel_intensity", "float", doc="within its family", low=0, high=1),
        Column("interferent", required=True),
        Column("interferent_line", required=True),
        Column("interferent_ev", "float", "eV", required=True, low=100, high=70000),
        Column("interferent_rel_intensity", "float", doc="within its family", low=0, high=1),
        Column("delta_ev", "float", "eV", low=-200, high=200),
        Column("overlap", doc="how close the lines lie"),
        Column("weight", doc="how much it matters"),
        Column("typical_matrix", doc="where both occur"),
        *PROVENANCE,
    ),
)

MAGNET_GRADES: Final = TableSpec(
    name="magnet_grades",
    title="Sintered NdFeB grade suffixes: coercivity, temperature, and the Dy+Tb they need",
    file="magnet_grades.csv",
    source="maker's table; IEEE Electrification Magazine 2017; contents general knowledge",
    licence="facts, free to use",
    key=("suffix",),
    columns=(
        Column("suffix", doc="letters after the energy product; empty = plain N", keep_empty=True),
        Column("series"),
        Column("max_temp_c", "float", "C", "highest working temperature", low=40, high=300),
        Column("min_hcj_koe", "float", "kOe", "least intrinsic coercivity", low=5, high=50),
        Column("min_hcj_ka_m", "float", "kA/m", "least intrinsic coercivity", low=400, high=4000),
        Column("dy_tb_min_wt_pct", "float", "wt%", "Dy+Tb without grain-boundary diffusion", low=0, high=15),
        Column("dy_tb_max_wt_pct", "float", "wt%", low=0, high=15),
        Column("dy_tb_gbd_min_wt_pct", "float", "wt%", "Dy+Tb with grain-boundary diffusion", low=0, high=15),
        Column("dy_tb_gbd_max_wt_pct", "float", "wt%", low=0, high=15),
        Column("confidence_coercivity"),
        Column("confidence_dy_tb"),
        Column("note"),
        *PROVENANCE,
    ),
)

CHEMISTRY: Final = (ELEMENTS, XRF_OVERLAPS, MAGNET_GRADES)
