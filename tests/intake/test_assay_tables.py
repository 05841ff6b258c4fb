"""Tables of assays as laboratories and instruments write them: every layout ends in the same canonical rows."""

from __future__ import annotations

import zipfile
from html import escape
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from didymium.errors import HostileInputError, InputError, MappingError
from didymium.intake.assays import names as assay_names
from didymium.intake.kind import table_of
from didymium.intake.mapping import from_tree
from didymium.intake.read import read_assays
from didymium.intake.schema import ASSAYS

CORE = ("sample_id", "analyte", "value_number", "censored", "unit", "basis", "uncertainty", "lod", "method")


def told(intake) -> str:
    return "\n".join(intake.detected)


@pytest.fixture
def core(write, drain):
    """Rows of a text in the columns that matter, and what was said about it."""

    def do(text: str, mapping=None, columns=CORE):
        frame, intake = drain(write(text), mapping and from_tree(mapping), read=read_assays)
        return (frame.select(columns).rows() if frame.height else []), intake

    return do


@pytest.mark.parametrize(
    ("cell", "analyte", "part", "sigmas", "unit"),
    [
        ("Nd", "Nd", "value", None, None), ("ND", "Nd", "value", None, None), ("CO", "Co", "value", None, None),
        ("Nd (ppm)", "Nd", "value", None, "ppm"), ("Nd2O3 wt%", "Nd2O3", "value", None, "wt%"),
        ("Nd2O3 %", "Nd2O3", "value", None, "wt%"), ("ND2O3", "Nd2O3", "value", None, None),
        ("CeO2 [g/t]", "CeO2", "value", None, "g/t"), ("Nd\nµg/g", "Nd", "value", None, "ppm"),
        ("Nd conc. (mg/kg)", "Nd", "value", None, "mg/kg"), ("Ce_ppm_ME-MS81", "Ce", "value", None, "ppm"),
        ("Nd Error", "Nd", "error", None, None), ("Nd +/-", "Nd", "error", None, None),
        ("Nd Err 3s", "Nd", "error", 3.0, None), ("Nd Error1s", "Nd", "error", 1.0, None),
        ("Nd wt.% 2 sigma", "Nd", "error", 2.0, "wt%"), ("Nd U (k=2)", "Nd", "error", 2.0, None),
        ("Nd RSD %", "Nd", "rsd", None, None), ("Nd LOD", "Nd", "lod", None, None),
        ("Nd (at%)", "Nd", "value", None, "at%"), ("146Nd", "Nd", "value", None, None),
        ("氧化钕 (%)", "Nd2O3", "value", None, "wt%"), ("Neodymium oxide", "Nd2O3", "value", None, None),
        ("LOI (wt%)", "LOI", "value", None, "wt%"), ("L.O.I.", "LOI", "value", None, None),
        ("Total", "TOTAL", "value", None, None), ("TREO %", "TREO", "value", None, "wt%"),
        ("H2O-", "H2O-", "value", None, None), ("Nd₂O₃", "Nd2O3", "value", None, None),
    ],
)  # fmt: skip
def test_heads_of_columns(cell, analyte, part, sigmas, unit):
    found = assay_names.named(cell)
    assert (found.analyte, found.part, found.sigma, found.unit) == (analyte, part, sigmas, unit)


@pytest.mark.parametrize(
    "cell",
    ["No", "NO", "Reading No", "As received", "In stock", "S-1", "S1", "B 12", "Y coordinate", "Bk1", "Bal", "Y/N", "",
     "Nd/Pr", "Sample", "Date", "P 1", "12", "<LOD"],
)  # fmt: skip
def test_names_that_only_look_like_analytes(cell):
    assert assay_names.named(cell) is None


def test_words_are_well_formed():
    table = pl.read_csv(Path(assay_names.__file__).with_name("words.csv"), infer_schema=False)
    assert table.null_count().sum_horizontal().item() == 0
    assert set(table["role"]) == {"label", "xrf", "part", "unit", "analyte"}
    assert set(table["confidence"]) <= {"high", "medium", "low"}
    assert table.select("role", pl.col("word").str.to_lowercase()).is_duplicated().sum() == 0
    assert set(table.filter(pl.col("role") == "part")["means"]) == {"value", "error", "rsd", "lod", "unit", "method"}


def test_a_handheld_instrument_of_another_maker(samples, drain):
    frame, intake = drain(samples / "assay_handheld.csv", read=read_assays)
    assert frame.filter(pl.col("source_row") == 2).select(CORE).rows() == [
        ("D-1 / 1201", "Nd", 24.1, None, "wt%", "element", 0.21, None, "pXRF"),
        ("D-1 / 1201", "Pr", 6.02, None, "wt%", "element", 0.15, None, "pXRF"),
        ("D-1 / 1201", "Dy", None, "below_lod", "wt%", "element", None, None, "pXRF"),
        ("D-1 / 1201", "Fe", 65.1, None, "wt%", "element", 0.3, None, "pXRF"),
    ]
    assert frame.filter(pl.col("source_row") == 4).select("analyte", "value", "unit").rows() == [
        ("Nd", "< LOD", "ppm"), ("Pr", "0", "ppm"), ("Fe", "12000", "ppm"),
    ]  # fmt: skip
    assert "handheld XRF" in told(intake)
    assert "2 sigma are divided by 2" in told(intake)
    assert "1 blank cells" in told(intake)
    assert "which declaration" in told(intake)


def test_methods_above_the_header_and_units_below_it(samples, drain):
    frame, intake = drain(samples / "assay_laboratory.csv", read=read_assays)
    assert frame.filter(pl.col("sample_id") == "D-7").select(CORE).rows() == [
        ("D-7", "Dy", 55.1, None, "ppm", "element", None, None, "ME-MS81"),
        ("D-7", "Tb", None, "below_lod", "ppm", "element", None, 0.01, "ME-MS81"),
        ("D-7", "SiO2", 3.2, None, "wt%", "oxide", None, None, "ME-ICP06"),
        ("D-7", "LOI", -0.4, None, "wt%", None, None, None, "OA-GRA05"),
        ("D-7", "TOTAL", 100.2, None, "wt%", None, None, None, "TOT-ICP06"),
        ("D-7", "Nd", 31.5, None, "wt%", "element", None, None, "Nd-OG"),
    ]
    others = frame.filter(pl.col("sample_id") == "D-8")
    assert others.filter(pl.col("analyte") == "Dy")["censored"].to_list() == ["not_measured"]  # too little sample
    assert others.filter(pl.col("analyte") == "Tb")["censored"].to_list() == ["trace"]
    ((row, value, reason),) = intake.rejects().select("source_row", "value", "reason").rows()
    assert (row, value) == (7, ">10000")
    assert "'Nd (2)'" in reason


def test_labelled_rows_around_the_header(samples, drain):
    frame, intake = drain(samples / "assay_head_rows.csv", read=read_assays)
    assert frame.select(*CORE, "source_row").rows() == [
        ("S-1", "Nd", 350.0, None, "ppm", "element", None, 0.1, "GE_ICM91A50", 6),
        ("S-1", "Dy", None, "below_lod", "ppm", "element", None, 0.05, "GE_ICM91A50", 6),
        ("S-1", "LOI", 1.2, None, "wt%", None, None, 0.01, "GE_ICM91A50", 6),
        ("S-2", "Nd", None, "below_lod", "ppm", "element", None, 0.1, "GE_ICM91A50", 7),
        ("S-2", "Dy", 12.0, None, "ppm", "element", None, 0.05, "GE_ICM91A50", 7),
        ("S-2", "LOI", 0.0, None, "wt%", None, None, 0.01, "GE_ICM91A50", 7),
    ]
    assert "lod, method, unit" in told(intake)


def test_labels_in_the_second_column_and_names_of_columns_below_them(core):
    rows, _ = core(
        ",Method,LF200,LF200\n,Analyte,Nd,Dy\n,Unit,PPM,PPM\n,MDL,0.3,0.05\nSample,Type,,\nA-1,Rock,3511.5,40\nA-2,Rock,,<0.05\n"
    )
    assert rows == [
        ("A-1", "Nd", 3511.5, None, "ppm", "element", None, 0.3, "LF200"),
        ("A-1", "Dy", 40.0, None, "ppm", "element", None, 0.05, "LF200"),
        ("A-2", "Dy", None, "below_lod", "ppm", "element", None, 0.05, "LF200"),
    ]


def test_analytes_in_rows(samples, drain):
    frame, intake = drain(samples / "assay_rows.csv", read=read_assays)
    assert frame.select("declaration_id", *CORE).rows()[:5] == [
        ("D-1", "Probe A", "Nd2O3", 30.25, None, "wt%", "oxide", 0.3, 0.01, "ICP-OES"),
        ("D-1", "Probe A", "Dy2O3", None, "below_lod", "wt%", "oxide", None, 0.01, "ICP-OES"),
        ("D-1", "Probe A", "Pr6O11", 7.1, None, "wt%", "oxide", 0.1, 0.01, "ICP-OES"),
        ("D-1", "Probe A", "LOI", 1.2, None, "wt%", None, None, None, "Grav."),
        ("D-1", "Probe A", "TOTAL", 99.8, None, "wt%", None, None, None, None),
    ]
    other = frame.filter(pl.col("sample_id") == "Probe B")
    assert other.filter(pl.col("analyte") == "Pr6O11").select("value_number", "unit").row(0) == (350.0, "ppm")
    assert intake.rejects().select("source_row", "value").rows() == [(8, "pH")]
    assert "names no analyte" in intake.rejects()["reason"][0]


def test_uncertainties_in_rows_of_their_own(core):
    rows, _ = core("Element,S1,S2\nNd (%),30.2,29\nNd 2s,0.4,0.2\nDy (ppm),120,n.d.\n")
    assert [row[:5] + row[6:7] for row in rows] == [
        ("S1", "Nd", 30.2, None, "wt%", 0.2),
        ("S1", "Dy", 120.0, None, "ppm", None),
        ("S2", "Nd", 29.0, None, "wt%", 0.1),
        ("S2", "Dy", None, "below_lod", "ppm", None),
    ]


def test_a_certificate_with_units_and_uncertainties_in_cells(samples, drain):
    frame, _ = drain(samples / "assay_certificate.csv", read=read_assays)
    assert frame.select(*CORE, "remark").rows() == [
        (None, "Nd", 30.2, None, "wt%", "element", 0.2, None, None, None),
        (None, "Dy", 1.1, None, "wt%", "element", 0.1, None, None, "residue not dissolved"),
        (None, "Tb", None, "below_lod", "wt%", "element", None, 0.01, None, None),
        (None, "TOTAL", 99.1, None, "wt%", None, None, None, None, None),
    ]


def test_states_of_a_cell_stay_different(core):
    rows, intake = core(
        "Sample,Nd ppm,Pr ppm,Dy ppm,Tb ppm,La ppm,Ce ppm,Sm ppm,Eu ppm\nA,<LOD,0,,trace,n.d.,<0.01,N.A.,often\n",
        columns=("analyte", "value", "value_number", "censored", "lod"),
    )
    assert rows == [
        ("Nd", "<LOD", None, "below_lod", None),
        ("Pr", "0", 0.0, None, None),
        ("Tb", "trace", None, "trace", None),
        ("La", "n.d.", None, "below_lod", None),
        ("Ce", "<0.01", None, "below_lod", 0.01),
        ("Sm", "N.A.", None, "not_measured", None),
    ]
    assert intake.rejects()["value"].to_list() == ["often"]


@pytest.mark.parametrize(
    ("cell", "value", "unit", "uncertainty", "lod"),
    [
        ("1.2 %", 1.2, "wt%", None, None), ("350 ppm", 350.0, "ppm", None, None), ("350ppm", 350.0, "ppm", None, None),
        ("<0.01%", None, "wt%", None, 0.01), ("< 0.01 wt%", None, "wt%", None, 0.01), ("<LOD %", None, "wt%", None, None),
        ("31.2 ± 0.4", 31.2, "g/t", 0.4, None), ("31.2+/-0.4 %", 31.2, "wt%", 0.4, None), ("1e-3 %", 0.001, "wt%", None, None),
    ],
)  # fmt: skip
def test_cells_with_units(core, cell, value, unit, uncertainty, lod):
    rows, _ = core(f"Sample,Nd,Dy\nA,{cell},1.5\n", {"constants": {"unit": "g/t"}})
    assert (rows[0][2], rows[0][4], rows[0][6], rows[0][7]) == (value, unit, uncertainty, lod)


def test_units_that_are_no_mass_share_are_refused_with_their_name(core):
    rows, intake = core("Sample,Nd (at%),Dy (ppb),Tb (ppm)\nA,12,3,4\n")
    assert [row[1] for row in rows] == ["Tb"]
    assert intake.rejects()["value"].to_list() == ["at%", "ppb"]
    assert "wt%" in intake.rejects()["reason"][0]


def test_without_any_unit_the_mapping_is_asked_for(write, core):
    with pytest.raises(MappingError, match=r"no unit .*\[constants\] unit"):
        read_assays(write("Sample,Nd,Dy\nA,1,2\n"))
    rows, _ = core("Sample,Nd,Dy\nA,1,2\n", {"constants": {"unit": "%", "method": "LIBS"}})
    assert [(row[1], row[4], row[8]) for row in rows] == [("Nd", "wt%", "LIBS"), ("Dy", "wt%", "LIBS")]


def test_the_mapping_gives_what_the_table_does_not_say(core):
    mapping = {
        "columns": {"declaration_id": "Sample ID"},
        "constants": {"method": "ICP-MS", "surface": "ground", "basis": "oxide", "unit": "ppm", "laboratory": "L"},
    }
    rows, intake = core(
        "Sample ID,Nd,Dy\nD-9,1,2\n", mapping,
        ("declaration_id", "sample_id", "analyte", "unit", "basis", "method", "surface", "laboratory"),
    )  # fmt: skip
    assert rows == [("D-9", "D-9", a, "ppm", "oxide", "ICP-MS", "ground", "L") for a in ("Nd", "Dy")]
    assert intake.columns_unused == []
    by_sample, _ = core("Analyte,D-1,D-2\nNd,1,2\nDy,3,4\n", {**mapping, "columns": {"declaration_id": "sample"}},
                        ("declaration_id", "analyte", "value_number"))  # fmt: skip
    assert by_sample == [("D-1", "Nd", 1.0), ("D-1", "Dy", 3.0), ("D-2", "Nd", 2.0), ("D-2", "Dy", 4.0)]


def test_readings_of_one_sample_are_not_added_up(core):
    rows, intake = core("Sample,Nd %,2s,Dy %,2s\nA,30,0.4,1,0.2\nA,31,0.4,1.1,0.2\nB,1,0.2,2,0.2\n")
    assert [(row[0], row[1], row[6]) for row in rows] == [
        ("A #1", "Nd", 0.2), ("A #1", "Dy", 0.1), ("A #2", "Nd", 0.2), ("A #2", "Dy", 0.1), ("B", "Nd", 0.1), ("B", "Dy", 0.1),
    ]  # fmt: skip
    assert "numbered: A." in told(intake)


def test_element_and_oxide_of_one_rare_earth_are_one_figure(core):
    rows, intake = core("Sample,Nd2O3 %,Nd %,Fe %,Fe2O3 %\nA,35,30,1,1.43\n")
    assert [row[1] for row in rows] == ["Nd2O3", "Fe", "Fe2O3"]
    assert intake.rejects().select("column", "value").rows() == [("Nd %", "30")]


def test_above_the_range_of_a_method_is_a_least_content(core):
    rows, intake = core("Sample,Nd ppm,Dy ppm\nA,>10000,3\n", columns=("analyte", "value_number", "censored", "lod"))
    assert rows == [("Nd", None, "above_range", 10000.0), ("Dy", 3.0, None, None)]
    assert intake.rejects().is_empty()


def test_remark_date_and_laboratory_go_along(core):
    columns = ("analyte", "remark", "date", "laboratory", "surface")
    rows, intake = core(
        "Sample,Analysis date,Lab,Surface,Nd %,Dy %,Comments,Operator\n"
        'A,2025-03-02,L1,powder,1.5,2,"residue not dissolved, filtered off",me\n',
        columns=columns,
    )
    assert [(a, r, d.isoformat(), lab, s) for a, r, d, lab, s in rows] == [
        (a, "residue not dissolved, filtered off", "2025-03-02", "L1", "powder") for a in ("Nd", "Dy")
    ]
    assert intake.columns_unused == ["Operator"]


def test_relative_and_expanded_uncertainties(core):
    rows, _ = core("Sample,Nd %,Nd RSD %,Dy %,Dy U (k=2)\nA,30,2,1,0.2\n")
    assert [row[6] for row in rows] == [0.6, 0.1]


def test_an_uncertainty_that_cannot_be_read_refuses_its_row(core):
    rows, intake = core("Sample,Nd %,Nd error,Dy %,Dy error\nA,30,much,1,-\n")
    assert [(row[1], row[6]) for row in rows] == [("Dy", None)]
    assert intake.rejects().select("column", "value").rows() == [("uncertainty", "much")]


def test_canonical_long_tables_are_read_as_before_and_take_a_remark(core):
    rows, intake = core(
        "declaration_id,sample_id,analyte,value,unit,remark\nD1,S,TOTAL,99.5,%,\nD1,S,LOI,-0.3,%,gains mass\nD1,S,TREO,45,%,\n",
        columns=("analyte", "value_number", "basis", "remark"),
    )
    assert rows == [("TOTAL", 99.5, None, None), ("LOI", -0.3, None, "gains mass"), ("TREO", 45.0, "oxide", None)]
    assert "layout" not in told(intake)


def workbook(path: Path, text: str, delimiter: str) -> Path:
    """The same table in a workbook, numbers as numbers, behind a sheet that is no table."""
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Cover").write(0, 0, "Certificate")
    sheet = book.add_worksheet("Data")
    for row, line in enumerate(text.splitlines()):
        for column, cell in enumerate(line.split(delimiter)):
            try:
                sheet.write_number(row, column, float(cell))
            except ValueError:
                if cell:
                    sheet.write_string(row, column, cell)
    book.close()
    return path


@pytest.mark.parametrize(
    "name", ["assay_handheld", "assay_laboratory", "assay_head_rows", "assay_rows", "assay_certificate"]
)
def test_workbooks_read_like_text(samples, tmp_path, drain, name):
    path = samples / f"{name}.csv"
    delimiter = ";" if name == "assay_rows" else ","
    book = workbook(tmp_path / "in.xlsx", path.read_text(encoding="utf-8"), delimiter)
    one, _ = drain(path, read=read_assays)
    two, intake = drain(book, read=read_assays)
    kept = [c for c in ASSAYS if c not in {"source_file", "value"}]
    assert one.select(kept).equals(two.select(kept))
    assert "sheet 'Data'" in told(intake)
    assert table_of(path) == table_of(book) == "assays"


def test_which_table_a_file_holds(samples, write, rows):
    assert table_of(samples / "vanta.csv") == "assays"
    assert table_of(samples / "asycuda.xml") == table_of(samples / "comtrade.csv") == "declarations"
    assert table_of(write(rows(3))) == "declarations"
    assert table_of(write("declaration_id,analyte,value,unit\nD,Nd,1,%\n")) == "assays"
    assert (
        table_of(write("Probe;Zeug;Zahl\nA;Nd;1\n"), from_tree({"columns": {"analyte": "Zeug", "value": "Zahl"}}))
        == "assays"
    )


def test_a_head_without_figures(write):
    with pytest.raises(InputError):
        read_assays(write("Sample,Nd ppm,Dy ppm\n"))


def test_ods(samples, tmp_path, drain):
    """The same table as an OpenDocument sheet."""
    lines = (samples / "assay_head_rows.csv").read_text(encoding="utf-8").splitlines()

    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, line.split(',')))}</table:table-row>" for line in lines)
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    path = tmp_path / "in.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml", '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )
        archive.writestr("content.xml", content)
    one, _ = drain(samples / "assay_head_rows.csv", read=read_assays)
    two, _ = drain(path, read=read_assays)
    assert one.drop("source_file").equals(two.drop("source_file"))


def test_a_table_too_large_is_refused_before_it_is_read(write, monkeypatch):
    monkeypatch.setattr("didymium.intake.assays.grid._MOST_CELLS", 5)
    with pytest.raises(HostileInputError, match="2 rows x 3 columns"):
        read_assays(write("Sample,Nd ppm,Dy ppm\nA,1,2\nB,1,2\n"))
