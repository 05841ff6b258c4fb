"""The report of a run: balances close, nothing is fetched, hostile words stay words, all months and zones can be drawn."""

from __future__ import annotations

import datetime as dt
import re
from importlib import resources
from pathlib import Path

import lxml.html
import msgspec
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from didymium.errors import UsageError
from didymium.plots.scale import Linear
from didymium.supply import Result, Scenario, Shock, prepare, run, scenarios
from didymium.supply.network import Network
from didymium.supply.report import render
from didymium.supply.report.flows import Flows, _Pool, flows
from didymium.supply.report.grid import MOST_COLUMNS, cells, stretch
from didymium.supply.report.headline import headline, money
from didymium.supply.report.multiples import Line, _fans, panel
from didymium.supply.report.sector_bands import sector_panels
from didymium.supply.report.stop_ranges import stop_ranges
from didymium.supply.report.tornado_plot import tornados
from didymium.supply.report.write import TABLES, write
from didymium.supply.sweep import sweep as solve_sweep
from didymium.supply.sweep.folder import Sweep
from tests.report.test_contrast import MODES, contrast, curve, tokens
from tests.supply.networks import networks, relabelled

HOSTILE = "</title><script>alert(1)</script>\u202e{{ 7 * 7 }}'\"><img src=x onerror=alert(1)>"
PLACES = ("separation", "oxide", "metal", "magnet", "users")


def solved(name: str, months: int | None = None) -> tuple[Result, Network]:
    return run(name, months), prepare(name, months).roller.layout.calibrated.network


@pytest.fixture(scope="module")
def stop() -> tuple[Result, Network]:
    return solved("full_stop")


def months_of(result: Result) -> list[dt.date]:
    return result.prices["month"].unique().sort().to_list()


def assert_balanced(found: Flows) -> None:
    """All that comes to a place leaves it, as goods, stock or loss."""
    for place in {place for start, end, _ in found.links for place in (start, end)}:
        if place[0] in PLACES:
            assert found.into(place) == pytest.approx(found.out_of(place), rel=1e-6, abs=1e-3), place


@pytest.mark.parametrize("name", scenarios())
def test_every_place_gives_what_it_gets(name: str) -> None:
    result, network = solved(name)
    for month in months_of(result)[::5]:
        assert_balanced(flows(result, network, month))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=networks(), share=st.floats(0.0, 1.0))
def test_any_network_is_balanced_and_can_be_drawn(made: Network, share: float) -> None:
    network = relabelled(made, {"A": "CN", "B": "JP", "C": "EU", "D": "MY"}, 1.0)
    shock = Shock(kind="licence", start=dt.date(2025, 1, 1), value=share, origin=("CN",), why="test")
    story = Scenario(title="t", summary="s", start=dt.date(2025, 1, 1), months=3, shock=(shock,))
    result = run(story, network=network)
    joined = prepare(story, network=network).roller.layout.calibrated.network
    assert_balanced(flows(result, joined, dt.date(2025, 3, 1)))
    lxml.html.document_fromstring(render(result, joined))


def test_what_only_goes_round_has_no_origin_and_no_end() -> None:
    pool = _Pool([("oxide:Dy", "A"), ("oxide:Dy", "B")])
    pool.edges[("oxide:Dy", "A"), ("oxide:Dy", "B")] = pool.edges[("oxide:Dy", "B"), ("oxide:Dy", "A")] = 5.0
    pool.settle("oxide")
    assert pool.traced() == []


def test_mass_of_the_network_is_that_of_the_tables(stop: tuple[Result, Network]) -> None:
    result, network = stop
    month = months_of(result)[4]
    found = flows(result, network, month)
    mined = result.activities.filter((pl.col("month") == month) & (pl.col("activity") == "mine"))["t"].sum()
    assert sum(t for (start, _, _), t in found.links.items() if start[0] == "mine") == pytest.approx(mined)
    oxides = result.shortages.filter((pl.col("month") == month) & (pl.col("stage") == "oxide"))["served_t"].sum()
    direct = sum(t for (start, end, _), t in found.links.items() if start[0] == "oxide" and end[0] == "sector")
    assert direct == pytest.approx(oxides, rel=1e-4)


def test_sentences_agree_with_the_tables(stop: tuple[Result, Network]) -> None:
    result, _ = stop
    said = headline(result, {zone: zone for zone in result.zones})
    share = float(re.search(r"go without (\d+) %", said.sentence)[1]) / 100  # type: ignore[index]
    of_magnets = (
        result.shortages.filter(pl.col("stage") == "magnet")
        .group_by("month", "zone", "item")
        .agg(pl.col("short_t", "no_control_short_t", "wanted_t").sum())
    )
    worst = of_magnets.select(((pl.col("short_t") - pl.col("no_control_short_t")) / pl.col("wanted_t")).max()).item()
    assert share == pytest.approx(worst, abs=0.006)
    assert said.month in months_of(result)


def test_a_run_without_shocks_says_that_nothing_happens() -> None:
    story = Scenario(title="calm", summary="nothing", start=dt.date(2025, 1, 1), months=2)
    result, network = run(story), prepare(story).roller.layout.calibrated.network
    text = render(result, network)
    assert "Nothing becomes dearer" in text
    assert "No sector misses" in text
    assert "No class of firms stops" in text


def test_one_month_can_be_drawn() -> None:
    lxml.html.document_fromstring(render(*solved("april_2025", 1)))


def test_nothing_is_fetched_nothing_runs_and_words_stay_words() -> None:
    result, network = solved("april_2025", 4)
    shocks = tuple(msgspec.structs.replace(shock, why=HOSTILE) for shock in result.scenario.shock)
    result.scenario = msgspec.structs.replace(
        result.scenario, title=HOSTILE, summary=HOSTILE, source=HOSTILE, shock=shocks
    )
    text = render(result, network)
    tree = lxml.html.document_fromstring(text)
    assert not tree.xpath("//script|//img|//iframe|//object|//embed|//link|//base|//form|//foreignObject")
    assert not tree.xpath("//@style|//@src|//@onerror")
    assert not re.search(r"url\(|@import", "".join(style.text or "" for style in tree.iter("style")))
    assert "script-src 'none'" in tree.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert "[U+202E]" in text
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in tree.xpath("//@href") if target.startswith("#")} <= set(ids)


def test_every_picture_has_a_name_and_every_section_its_source(stop: tuple[Result, Network]) -> None:
    text = render(*stop)
    assert text == render(*stop), "the same run gives the same bytes"
    tree = lxml.html.document_fromstring(text)
    pictures = tree.xpath("//svg")
    assert len(pictures) > 20
    assert all(picture.get("aria-label") for picture in pictures)
    assert not re.search(r'="(nan|-?inf)|[,M L]nan', text)
    for section in ("sectors", "stops", "prices", "network", "mines"):
        assert tree.xpath(f"//section[@id='{section}']//p[@class='source' and starts-with(., 'Source: ')]"), section


def test_a_cell_is_the_worst_of_its_stretch() -> None:
    months = [dt.date(2025 + m // 12, m % 12 + 1, 1) for m in range(60)]
    each = stretch(months)
    assert (each, stretch(months[:36])) == (3, 1)
    made = cells(months, {months[4]: 0.3, months[5]: 0.06}, frozenset({months[59]}), each)
    assert len(made) == 20 <= MOST_COLUMNS
    assert (made[1].text, made[1].level, made[0].text) == ("30", 4, "")
    assert made[19].marked


@pytest.mark.parametrize(
    ("musd", "said"), [(0.0, "none"), (90.0, "90 M USD (30 to 270)"), (14_200.0, "14 bn USD (4.7 to 43)")]
)
def test_money_has_its_range(musd: float, said: str) -> None:
    assert money(musd).replace("\u202f", " ") == said


def banded(zone: str, price: float) -> Line:
    months = [dt.date(2025, m, 1) for m in (1, 2, 3)]
    series = [(month, price) for month in months]
    nothing = [(month, None) for month in months]
    return Line(zone, list(series), list(series), list(nothing), ([(m, price / 2, float("inf")) for m in months],) * 2)


def test_bands_that_cover_each_other_are_drawn_once_and_stay_in_the_panel() -> None:
    across, up = Linear(0.0, 1e6, 0.0, 100.0), Linear(0.0, 20.0, 100.0, 0.0)
    marks = _fans([banded("A", 10.0), banded("B", 10.1)], across, up, {"A": "z0", "B": "z1"})
    assert len(marks) == 2
    etree.fromstring(panel("Dy oxide", [banded("A", 10.0), banded("B", 4.0)], {"A": "A", "B": "B"}))


def made_up_sweep(result: Result) -> Sweep:
    """Bands of half and twice the prices of the run."""
    factors = {"p05": 0.5, "p25": 0.8, "p50": 1.0, "p75": 1.3, "p95": 2.0}
    bands = result.prices.with_columns(**{f"usd_per_kg_{p}": pl.col("usd_per_kg") * f for p, f in factors.items()})
    manifest = {
        "scenario": msgspec.to_builtins(result.scenario), "months": len(months_of(result)), "draws": 77, "seed": 3,
    }  # fmt: skip
    empty = pl.DataFrame()
    return Sweep(Path("sweep"), manifest, empty, bands, empty, empty, empty, empty)


def test_bands_of_a_sweep_are_drawn_and_those_of_another_are_refused() -> None:
    result, network = solved("april_2025", 6)
    sweep = made_up_sweep(result)
    text = render(result, network, sweep)
    assert "77 draws (seed 3)" in text
    assert text.count('class="fan0') >= 10
    assert "fan0 " not in render(result, network).partition("<main>")[2]
    sweep.manifest["months"] = 12
    with pytest.raises(UsageError, match="not one of april_2025 over 6 months"):
        render(result, network, sweep)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Network, Sweep]:
    """A small sweep of April 2025, with the run it belongs to."""
    found = solve_sweep("april_2025", 24, tmp_path_factory.mktemp("sweep") / "a", seed=2, months=6, workers=1)
    return (*solved("april_2025", 6), found)


def test_a_sweep_brings_bands_of_sectors_stops_and_a_tornado(drawn: tuple[Result, Network, Sweep]) -> None:
    text = render(*drawn)
    assert text == render(*drawn)
    tree = lxml.html.document_fromstring(text)
    for section, least in (("sectors", 10), ("stops", 2), ("drivers", 1)):
        pictures = tree.xpath(f"//section[@id='{section}']//svg")
        assert len(pictures) >= least, section
        assert all(picture.get("aria-label") for picture in pictures)
    assert not re.search(r'="(nan|-?inf)|[,M L]nan', text)
    assert not lxml.html.document_fromstring(render(*drawn[:2])).xpath(
        "//section[@id='drivers']|//section[@id='stops']//svg"
    )


def test_panels_of_sectors_say_what_the_bands_say(drawn: tuple[Result, Network, Sweep]) -> None:
    result, _, sweep = drawn
    zones = {zone: zone for zone in result.zones}
    pictures, more = sector_panels(result, zones, sweep.shortages)
    assert len(pictures) == 24 or more == 0
    worst = sweep.shortages.sort("short_share_p50", descending=True).row(0, named=True)
    labels = [re.search(r'aria-label="([^"]+)"', picture)[1] for picture in pictures]  # type: ignore[index]
    assert labels[0].startswith(f"{worst['item']}:")
    titles = [label.split(": rest")[0].split(": CN")[0] for label in labels]
    assert len(titles) == len(set(titles))
    named = dict.fromkeys(sweep.shortages.filter(pl.col("item") == "Y")["sector"])
    drawn_y = [label for label in labels if label.startswith("Y: ")]
    for sector in named:  # every sector of yttrium stands in one panel, with its own worst month
        of = [label for label in drawn_y if sector.replace("_", " ") in label.lower()]
        assert len(of) == 1, sector
        run = result.shortages.filter(pl.col("item") == "Y", pl.col("zone") == "rest", pl.col("sector") == sector)
        most = run.select((100 * pl.col("short_t") / pl.col("wanted_t")).max()).item()
        said = float(re.search(r"rest [\d.]+ to ([\d.]+) %", of[0])[1])  # type: ignore[index]
        assert said == pytest.approx(most, rel=0.01)


def test_bars_of_stops_stand_where_the_months_are() -> None:
    months = [dt.date(2025, m, 1) for m in range(1, 12)]
    ends = {"month_p05": 2, "month_p25": 3, "month_p50": 4, "month_p75": 6, "month_p95": None}
    row = {name: None if m is None else dt.date(2025, m, 1) for name, m in ends.items()}
    made = pl.DataFrame([
        {"zone": "A", "stage": "oxide", "item": "Dy", "event": "firms_10_pct_stop", "share": 0.9, **row},
        {"zone": "A", "stage": "oxide", "item": "Tb", "event": "firms_10_pct_stop", "share": 0.04, **row},
        {"zone": "A", "stage": "oxide", "item": "Y", "event": "mean_stock_out", "share": 0.9, **row},
    ], schema_overrides=dict.fromkeys(ends, pl.Date))  # fmt: skip
    (picture,) = stop_ranges(months, made, {"A": "Area", "B": "Other"})
    tree = etree.fromstring(picture)
    assert [text.text for text in tree.iter("{*}text") if text.get("class") == "label"] == ["Dy oxide"]
    across = Linear(0.0, 10.0, 150.0, 274.0)
    (dot,) = tree.iter("{*}circle")
    assert float(dot.get("cx")) == pytest.approx(across(3.0), abs=0.06)
    (thick,) = [line for line in tree.iter("{*}line") if line.get("class") == "core"]
    assert float(thick.get("x1")) == pytest.approx(across(2.0) - 2, abs=0.06)
    assert tree.xpath("//*[local-name()='path']"), "an open end"
    assert stop_ranges(months, made.filter(pl.col("item") == "Tb"), {"A": "Area"}) == []


def test_the_tornado_draws_what_is_beyond_noise_largest_swing_first() -> None:
    def bar(name: str, low: float, high: float, rho: float) -> dict[str, object]:
        return {"outcome": "lost_musd", "zone": "A", "stage": "", "item": "", "range": name, "rank_correlation": rho,
                "at_low": low, "median": 2000.0, "at_high": high, "unit": "MUSD", "noise": 0.2, "draws": 90}  # fmt: skip

    rows = pl.DataFrame([
        bar("precaution", 1800.0, 2300.0, 0.3), bar("loss", 700.0, 6000.0, 0.9), bar("choke", 100.0, 9000.0, 0.1),
        bar("shock 1 licence value", 2600.0, 2100.0, -0.4),
    ])  # fmt: skip
    about = {"low": 0.5, "high": 2.0, "source": "own", "confidence": "low"}
    ranges = [
        {"name": "precaution", "of": "parameter", "item": "precaution", **about},
        {"name": "loss", "of": "loss", "item": "", **about},
        {"name": "shock 1 licence value", "of": "shock", "item": "1 value", **about},
    ]  # fmt: skip
    (made,) = tornados(rows, ranges, {"A": "Area"})
    assert [one.name for one in made.drivers] == ["Loss per kg missing", "Precaution", "Shock 1 (licence), value"]
    assert "stock" in made.drivers[1].meaning
    tree = etree.fromstring(made.picture)
    bars = [(one.get("class"), float(one.get("x")), float(one.get("width"))) for one in tree.iter("{*}rect")]
    assert len(bars) == 6
    middle = next(float(one.get("x1")) for one in tree.iter("{*}line") if one.get("class") == "median")
    by = {
        cls: (x, x + width) for cls, x, width in bars[:2]
    }  # the loss: low to the left, high to the right of the median
    assert by["at-low"][1] == pytest.approx(middle, abs=0.15)
    assert by["at-high"][0] == pytest.approx(middle, abs=0.15)
    assert all(x >= middle - 0.1 for _, x, _ in bars[4:])  # both ends on one side
    assert tornados(rows.filter(pl.col("range") == "choke"), ranges, {"A": "Area"}) == []


def test_a_folder_that_cannot_be_written_is_named(stop: tuple[Result, Network], tmp_path: Path) -> None:
    assert {path.stem for path in write(*stop, tmp_path / "a" / "b")} == {*TABLES, "report"}
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="Name another folder"):
        write(*stop, tmp_path / "file" / "below")


def encoded(value: float) -> float:
    """Linear light to sRGB, in which color-mix(in srgb) mixes."""
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


@pytest.mark.parametrize("mode", MODES)
def test_numbers_in_cells_can_be_read(mode: str) -> None:
    """Steps of colour are mixtures of the fill with paper; see assets/report.css."""
    css = (resources.files("didymium.supply.report") / "assets" / "report.css").read_text("utf-8")
    colours = tokens(mode)
    shares = [int(share) / 100 for share in re.findall(r"var\(--against-fill\) (\d+)%", css)]
    assert len(shares) == 3
    for share in shares:
        ground = tuple(
            curve(share * encoded(a) + (1 - share) * encoded(b))
            for a, b in zip(colours["against-fill"], colours["paper"], strict=True)
        )
        assert contrast(ground, colours["ink"]) >= 4.5  # type: ignore[arg-type]
    assert contrast(colours["against-fill"], colours["paper"]) >= 4.5
    assert contrast(colours["ink"], colours["paper"]) >= 4.5
