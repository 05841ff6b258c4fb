"""Official releases in their published layouts, read into an overlay."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from didymium import reference
from didymium.errors import InputError, UsageError
from didymium.reference.importers import KINDS, import_release
from didymium.reference.load import forget
from didymium.reference.trade import flows

RELEASES = Path(__file__).parent / "releases"
COUNTRIES = (RELEASES / "country_codes_V202601.csv").read_text(encoding="utf-8")
BACI = (RELEASES / "BACI_HS92_Y2024_V202601.csv").read_text(encoding="utf-8")
COMTRADE = (RELEASES / "comtrade.csv").read_text(encoding="utf-8")
LEGACY = (RELEASES / "comtrade_legacy.csv").read_text(encoding="utf-8")
MCS2024 = (RELEASES / "mcs2024-raree_world.csv").read_text(encoding="utf-8")
MCS2025 = (RELEASES / "MCS2025_World_Data.csv").read_text(encoding="utf-8")
MCS2026 = (RELEASES / "MCS2026_Commodities_Data.csv").read_text(encoding="utf-8")
WGI_LONG = (RELEASES / "wgidataset.csv").read_text(encoding="utf-8")
WGI_WIDE = (RELEASES / "wgi_databank.csv").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    forget()


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def test_baci_replaces_no_shipped_row_and_stands_in_flows(tmp_path: Path, overlay: Path) -> None:
    write(tmp_path, "country_codes_V202601.csv", COUNTRIES)
    shipped = reference.table("trade").height
    said = import_release("baci", write(tmp_path, "BACI_HS92_Y2024_V202601.csv", BACI), overlay)
    assert "3 flows" in said
    assert "BACI HS92 V202601" in said
    assert reference.table("trade").height == shipped + 3
    rows = flows(2024, 2024)
    assert set(rows.select("exporter", "importer", "value_usd", "net_kg").iter_rows()) == {
        ("CN", "JP", 1500500.0, 120250.0),
        ("TW", "JP", 20000.0, None),
        ("NA", "CN", 3000.0, 1000.0),
    }
    assert flows(2023, 2023).height > 1000


def test_baci_as_the_zip_of_the_release(tmp_path: Path, overlay: Path) -> None:
    archive = tmp_path / "BACI_HS92_V202601.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("country_codes_V202601.csv", COUNTRIES)
        file.writestr("BACI_HS92_Y2024_V202601.csv", BACI)
    assert "3 flows" in import_release("baci", archive, overlay)


def test_baci_without_its_countries_says_so(tmp_path: Path, overlay: Path) -> None:
    with pytest.raises(InputError, match="country_codes"):
        import_release("baci", write(tmp_path, "BACI_HS92_Y2024_V202601.csv", BACI), overlay)


def test_comtrade_keeps_both_reports_and_takes_no_part_twice(tmp_path: Path, overlay: Path) -> None:
    said = import_release("comtrade", write(tmp_path, "TradeData.csv", COMTRADE), overlay)
    assert "3 flows" in said
    rows = reference.table("trade").filter(vintage_starts("Comtrade"))
    got = {
        (r["exporter"], r["importer"], r["vintage"]): (r["net_kg"], r["value_usd"]) for r in rows.iter_rows(named=True)
    }
    assert got == {
        ("MM", "CN", "Comtrade import reports, TradeData"): (1000.0, 2000.0),
        ("NA", "CN", "Comtrade import reports, TradeData"): (None, 70.0),
        ("MM", "CN", "Comtrade export reports, TradeData"): (1100.0, 1500.0),
    }
    assert flows(2024, 2024).height > 2000  # other sources are never mixed into BACI


def vintage_starts(text: str) -> pl.Expr:
    return pl.col("vintage").str.starts_with(text)


def test_legacy_comtrade(tmp_path: Path, overlay: Path) -> None:
    import_release("comtrade", write(tmp_path, "old.csv", LEGACY), overlay)
    rows = reference.table("trade").filter(vintage_starts("Comtrade"))
    assert rows.select("year", "exporter", "importer", "net_kg").rows() == [(2015, "CN", "JP", 500.0)]


def test_usgs_of_one_commodity(tmp_path: Path, overlay: Path) -> None:
    said = import_release("usgs", write(tmp_path, "mcs2024-raree_world.csv", MCS2024), overlay)
    assert "6 figures" in said
    rows = reference.table("mine_production").filter(vintage="MCS2024")
    figures = {(r["country"], r["area"], r["year"]): r["t_reo"] for r in rows.iter_rows(named=True)}
    assert figures["MM", "country", 2023] == 38000
    assert figures["VN", "country", 2022] == 1200
    assert figures[None, "world", 2023] == 350000
    assert reference.table("reserves").filter(vintage="MCS2024").height == 2


def test_usgs_wide(tmp_path: Path, overlay: Path) -> None:
    import_release("usgs", write(tmp_path, "MCS2025_World_Data.csv", MCS2025, "cp1252"), overlay)
    rows = reference.table("mine_production").filter(vintage="MCS2025")
    got = rows.filter(country="AU")
    assert sorted(got["t_reo"]) == [13000, 16000]
    assert "Other Countries" in set(rows["name"])
    assert "Canada" not in set(rows.filter(source_has("World_Data"))["name"])


def source_has(text: str) -> pl.Expr:
    return pl.col("source").str.contains(text, literal=True)


def test_usgs_long(tmp_path: Path, overlay: Path) -> None:
    import_release("usgs", write(tmp_path, "MCS2026_Commodities_Data.csv", MCS2026, "cp1252"), overlay)
    mine = reference.table("mine_production").filter(vintage="MCS2026")
    assert mine.select("country", "year", "t_reo").rows() == [("CN", 2025, 280000.0)]
    world = reference.table("reserves").filter(vintage="MCS2026")
    assert world.select("area", "qualifier", "t_reo").rows() == [("world", ">", 85e6)]
    shown = reference.why("mine production china 2025")
    assert {f.vintage for f in shown} == {"MCS2026", "MCS2026v1.3"}  # both kept, both shown


def test_usgs_unknown_country_does_not_vanish(tmp_path: Path, overlay: Path) -> None:
    text = MCS2024.replace("Vietnam", "Atlantis")
    with pytest.raises(InputError, match="Atlantis"):
        import_release("usgs", write(tmp_path, "mcs2024-raree_world.csv", text), overlay)
    assert not list(overlay.iterdir())


@pytest.mark.parametrize(
    ("name", "text", "figures"),
    [
        ("wgidataset.csv", WGI_LONG, {("MM", 2024): 0.9, ("NA", 2024): 0.4}),
        ("wide.csv", WGI_WIDE, {("MM", 2023): 0.92}),
    ],
)
def test_wgi(tmp_path: Path, overlay: Path, name: str, text: str, figures: dict[tuple[str, int], float]) -> None:
    import_release("wgi", write(tmp_path, name, text), overlay)
    rows = reference.table("governance").filter(vintage=f"WGI {Path(name).stem}")
    got = {(r["country"], r["year"]): r["instability"] for r in rows.iter_rows(named=True)}
    assert got == pytest.approx(figures)


def test_the_same_release_twice_changes_nothing(tmp_path: Path, overlay: Path) -> None:
    file = write(tmp_path, "wgidataset.csv", WGI_LONG)
    import_release("wgi", file, overlay)
    first = (overlay / "governance.csv").read_bytes()
    import_release("wgi", file, overlay)
    assert (overlay / "governance.csv").read_bytes() == first
    import_release("wgi", write(tmp_path, "wide.csv", WGI_WIDE), overlay)
    assert reference.table("governance").filter(country="MM", year=2023).height == 2
    assert reference.verify() == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_wrong_layout_is_said_and_leaves_no_trace(tmp_path: Path, overlay: Path, kind: str) -> None:
    write(tmp_path, "country_codes_V202601.csv", COUNTRIES)
    file = write(tmp_path, "something.csv", "a,b\n1,2\n")
    with pytest.raises(InputError, match=r"something\.csv"):
        import_release(kind, file, overlay)
    assert not list(overlay.iterdir())


def test_unknown_kind_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="baci"):
        import_release("atlas", tmp_path / "x.csv", tmp_path)
    with pytest.raises(UsageError, match="does not exist"):
        import_release("wgi", tmp_path / "x.csv", tmp_path)
