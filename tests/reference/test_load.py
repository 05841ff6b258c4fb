"""Tables: strict reading, overlay, hash."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from didymium import reference
from didymium.errors import ReferenceDataError, UsageError
from didymium.reference.load import DATA, OVERLAY_VARIABLE, forget, read
from didymium.reference.registry import CONFIDENCE, PROVENANCE, spec

HEADER = "country,area,name,year,t_reo,flag,note,source,vintage,confidence\n"


@pytest.mark.parametrize("name", reference.names())
def test_every_table_loads_with_provenance_on_every_row(name: str) -> None:
    rows = reference.table(name)
    assert rows.height > 0
    assert rows.columns == [column.name for column in spec(name).columns]
    for column in PROVENANCE:
        assert rows[column.name].null_count() == 0
    assert set(rows["confidence"]) <= set(CONFIDENCE)


def test_every_column_of_figures_has_a_unit_in_its_name_or_spec() -> None:
    for name in reference.names():
        for column in spec(name).columns:
            if column.dtype == "float":
                assert column.unit or column.doc, f"{name}.{column.name} says neither unit nor meaning"


def test_namibia_is_text() -> None:
    assert "NA" in set(reference.table("countries")["iso2"])
    assert "NA" in set(reference.table("facilities")["country"])
    assert "NA" in set(reference.table("trade")["exporter"])


def test_world_mining_data_is_not_shipped() -> None:
    for name in ("mine_production", "stage_shares"):
        text = " ".join(reference.table(name)["source"]) + " ".join(reference.table(name)["vintage"])
        assert "World Mining Data" not in text
        assert "WMD" not in text


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("AU,country,Australia,2023,much,,,x,v,high", "t_reo", "a number"),
        ("AU,country,Australia,2023,-5,,,x,v,high", "t_reo", "0 to"),
        ("AU,country,Australia,2023,inf,,,x,v,high", "t_reo", "finite"),
        ("AU,country,Australia,23,5,,,x,v,high", "year", "1980"),
        ("AU,country,Australia,2023,5,,,x,v,sure", "confidence", "high, medium, low"),
        ("AU,country,Australia,2023,5,,,,v,high", "source", "may not be empty"),
        ("AU,land,Australia,2023,5,,,x,v,high", "area", "country, rest, world"),
    ],
)
def test_a_bad_cell_names_file_row_column_and_what_is_allowed(
    tmp_path: Path, line: str, column: str, says: str
) -> None:
    file = tmp_path / "mine_production.csv"
    file.write_text(HEADER + "BR,country,Brazil,2023,5,,,x,v,high\n" + line + "\n", encoding="utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        read(spec("mine_production"), file)
    assert caught.value.row == 3
    assert caught.value.column == column
    assert says in str(caught.value)
    assert "mine_production.csv" in str(caught.value)


def test_a_row_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine_production.csv"
    file.write_text(HEADER + "BR,country,Brazil,2023,5,,,x,v,high\n" * 2, encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="stands twice"):
        read(spec("mine_production"), file)


def test_an_unknown_and_a_missing_column_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "fx.csv"
    file.write_text("currency,year,units_per_usd,rate,source,vintage,confidence\nEUR,2020,0.9,1,x,v,high\n")
    with pytest.raises(ReferenceDataError, match="not known here"):
        read(spec("fx"), file)
    file.write_text("currency,year,source,vintage,confidence\nEUR,2020,x,v,high\n")
    with pytest.raises(ReferenceDataError, match="missing"):
        read(spec("fx"), file)


def test_unknown_table_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="facilities"):
        reference.table("plants")


def test_overlay_adds_and_replaces_rows_and_changes_the_hash(overlay: Path) -> None:
    before, shipped = reference.content_hash(), reference.table("fx")
    first = shipped.row(0, named=True)
    file = overlay / "fx.csv"
    file.write_text(
        "currency,year,units_per_usd,source,vintage,confidence\n"
        f"{first['currency']},{first['year']},123.5,own,own,high\nXTS,2020,2,own,own,low\n"
    )
    forget()
    rows = reference.table("fx")
    assert rows.height == shipped.height + 1
    key = (pl.col("currency") == first["currency"]) & (pl.col("year") == first["year"])
    assert rows.filter(key)["units_per_usd"].to_list() == [123.5]
    assert reference.content_hash() != before
    file.unlink()
    forget()
    assert reference.content_hash() == before


def test_overlay_can_take_the_place_of_a_table(overlay: Path) -> None:
    (overlay / "fx.replace.csv").write_text(
        "currency,year,units_per_usd,source,vintage,confidence\nXTS,2020,2,own,own,low\n"
    )
    forget()
    assert reference.table("fx")["currency"].to_list() == ["XTS"]


def test_a_misspelt_overlay_file_is_not_ignored(overlay: Path) -> None:
    (overlay / "price.csv").write_text("a\n1\n")
    forget()
    with pytest.raises(ReferenceDataError, match="no reference table"):
        reference.table("prices")


def test_a_missing_overlay_folder_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(OVERLAY_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(ReferenceDataError, match=OVERLAY_VARIABLE):
        reference.table("fx")


def test_the_whole_base_verifies() -> None:
    assert reference.verify() == []


def test_verify_finds_a_wrong_factor_and_an_unknown_material(overlay: Path) -> None:
    neodymium = reference.table("elements").filter(element="Nd").with_columns(oxide_to_element=pl.lit(0.9))
    neodymium.write_csv(overlay / "elements.csv")
    price = reference.table("prices").head(1).with_columns(material=pl.lit("unobtainium_oxide"))
    price.write_csv(overlay / "prices.csv")
    forget()
    problems = " ".join(reference.verify())
    assert "oxide_to_element of Nd" in problems
    assert "unobtainium_oxide" in problems


def test_every_data_file_belongs_to_a_table() -> None:
    files = {path.name for path in DATA.iterdir() if path.is_file()}
    assert files == {spec(name).file for name in reference.names()}


def test_docs_name_every_table_and_every_attribution() -> None:
    text = (Path(__file__).parents[2] / "docs/reference.md").read_text(encoding="utf-8")
    for name in reference.names():
        assert f"`{name}`" in text, f"docs/reference.md does not describe the table {name}"
    for owner in ("CEPII", "World Bank", "International Energy Agency", "U.S. Geological Survey", "Argus"):
        assert owner in text
