"""Scenario files: what is shipped runs, and what is wrong is refused with line, key and fix."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from didymium.errors import InputError, UsageError
from didymium.supply import Scenario, Shock, prepare, run, scenarios
from didymium.supply.network import areas_network, calibrate, contract, partition
from didymium.supply.network.layout import Layout
from didymium.supply.scenario import KINDS, calendar, load, parse
from didymium.supply.scenario.compiled import compiled

HEAD = (
    'title = "t"\nsummary = "s"\nstart = 2025-04-01\n\n[[shock]]\nkind = "ban"\nstart = 2025-04-04\norigin = ["CN"]\n'
)
SECOND = "\n[[shock]]\n"


@pytest.mark.parametrize("name", scenarios())
def test_every_shipped_scenario_solves(name: str) -> None:
    result = run(name, months=6)
    assert result.prices["month"].n_unique() == 6
    known = result.prices.drop_nulls("usd_per_kg")
    assert known["usd_per_kg"].min() >= 0
    assert all(shock.why for shock in result.scenario.shock)
    assert result.scenario.source


def test_what_was_asked_for_is_shipped() -> None:
    assert {
        "april_2025", "october_2025_lapse", "october_2025_no_lapse", "myanmar_closure", "full_stop", "allied_magnets_only",
        "quota_2010", "malaysia_raw_ban", "dfars_2027", "chips_detente", "chips_breakdown",
    } <= set(scenarios())  # fmt: skip


WRONG = [
    ("title = \n", 1, None, "not valid TOML"),
    (HEAD + 'destinaton = ["US"]\n', 9, "destinaton", "Did you mean destination"),
    (HEAD + SECOND + 'kind = "bann"\nstart = 2025-01-01\n', 11, "kind", "Kinds: ban, licence"),
    (HEAD + SECOND + 'kind = "licence"\nstart = 2025-01-01\nvalue = -0.5\n', 13, "value", "0 to 10 share of base flow"),
    (HEAD + SECOND + 'kind = "licence"\nstart = 2025-01-01\nvalue = nan\n', 13, "value", "0 to 10"),
    (HEAD + SECOND + 'kind = "licence"\nstart = 2025-01-01\n', 11, "kind", "exactly one of value and path"),
    (HEAD + SECOND + 'kind = "ban"\nstart = 2025-01-01\nvalue = 0.1\n', 13, "value", "takes no value"),
    (HEAD + SECOND + 'kind = "ban"\nstart = 2025-01-01\nend = 2024-01-01\n', 13, "end", "2025-01-01 or later"),
    (HEAD + SECOND + 'kind = "ban"\nstart = 2025-13-01\n', 12, None, "not valid TOML"),
    (HEAD + SECOND + 'kind = "ban"\nstart = "soon"\n', 12, "start", "Mend its value"),
    (HEAD + SECOND + 'kind = "ban"\n', 10, "start", "Add it"),
    (HEAD + SECOND + 'kind = "ban"\nstart = 2025-01-01\norigin = ["DE"]\n', 13, "origin", "DE belongs to area EU"),
    (HEAD + SECOND + 'kind = "ban"\nstart = 2025-01-01\nelements = ["Dyy"]\n', 13, "elements", "Did you mean Dy"),
    (HEAD + SECOND + 'kind = "ban"\nstart = 2025-01-01\nstages = ["oxides"]\n', 13, "stages", "Stages: mine, ore"),
    (HEAD + SECOND + 'kind = "outage"\nstart = 2025-01-01\nvalue = 0.2\norigin = ["MM"]\n', 14, "origin", "`areas`"),
    (HEAD + SECOND + 'kind = "ban"\nstart = 2025-01-01\nareas = ["MM"]\n', 13, "areas", "`origin` and `destination`"),
    (HEAD + SECOND + 'kind = "quota"\nstart = 2025-01-01\nvalue = 1\nunit = "tons"\n', 14, "unit", "t per year"),
    (HEAD + SECOND + 'kind = "demand"\nstart = 2025-01-01\nvalue = 1\nsectors = ["ev"]\n', 14, "sectors", "Did you mean"),
    (HEAD + SECOND + 'kind = "re_export"\nstart = 2025-01-01\nvalue = 0\norigin = ["CN"]\n', 10, "destination", "at least one"),
    (HEAD.replace("start = 2025-04-01", "start = 2025-04-01\nmonths = 0"), 4, "months", "1 to 240"),
    (HEAD.replace('title = "t"\n', ""), None, "title", "Add it"),
    ("shock = 1\n" + HEAD.split("\n[[", maxsplit=1)[0], None, None, "Mend"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "row", "key", "words"), WRONG, ids=range(len(WRONG)))
def test_errors_name_line_key_and_fix(text: str, row: int | None, key: str | None, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text.encode(), "mine.toml")
    assert caught.value.file == "mine.toml"
    assert caught.value.row == row
    assert caught.value.column == key
    assert words in str(caught.value)
    assert caught.value.fix


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"a" * 2_000_000, b"x = " + b"[" * 100_000, b"\x00", b"", b"[[shock]]" * 3]
)
def test_hostile_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        parse(data, "hostile.toml")


def test_unknown_names_are_helped() -> None:
    with pytest.raises(UsageError, match="Did you mean april_2025"):
        load("april_2052")
    with pytest.raises(UsageError, match="Allowed: 1 to 240"):
        run("april_2025", months=0)


def test_scenarios_made_in_code_are_checked_alike() -> None:
    with pytest.raises(InputError, match="'XX' is not known"):
        run(Scenario(title="", summary="", start=dt.date(2025, 1, 1), separate=("XX",)))


def test_every_kind_of_shock_changes_something() -> None:
    day = dt.date(2025, 1, 1)
    made = {
        "ban": Shock(kind="ban", start=day, origin=("CN",)),
        "licence": Shock(kind="licence", start=day, origin=("CN",), value=0.5),
        "delay": Shock(kind="delay", start=day, origin=("CN",), value=2),
        "quota": Shock(kind="quota", start=day, origin=("CN",), stages=("oxide",), value=10_000),
        "tariff": Shock(kind="tariff", start=day, origin=("CN",), value=0.5),
        "technology": Shock(kind="technology", start=day, areas=("US", "EU", "MY"), value=1.0),
        "outage": Shock(kind="outage", start=day, stages=("mine",), areas=("MM",), value=1.0),
        "demand": Shock(kind="demand", start=day, sectors=("ev_traction",), value=0.5),
        "stock_release": Shock(kind="stock_release", start=day, elements=("Dy",), stages=("oxide",), value=50.0),
        "leak": Shock(kind="leak", start=day, origin=("CN",), value=0.3),
        "re_export": Shock(kind="re_export", start=day, origin=("CN",), destination=("US",), value=0.0),
        "origin_rule": Shock(kind="origin_rule", start=day, stages=("magnet",), origin=("JP",), destination=("US",)),
    }  # fmt: skip
    assert set(made) == set(KINDS)
    ban = Shock(kind="ban", start=day, origin=("CN",), destination=("US",))
    for kind, shock in made.items():
        besides = {"leak": (ban,), "re_export": (ban,), "technology": (made["ban"],)}.get(kind, ())
        stories = [
            Scenario(title="", summary="", start=day, separate=("CN", "US", "EU", "MY", "JP"), shock=shocks)
            for shocks in ((*besides, shock), besides)
        ]
        months = 18 if kind == "technology" else 3
        welfare = [sum(month.welfare for month in prepare(story, months).paths()[0].months) for story in stories]
        assert welfare[0] != pytest.approx(welfare[1], rel=1e-7), kind


def test_days_of_a_month_count() -> None:
    shock = Shock(kind="ban", start=dt.date(2025, 4, 4), end=dt.date(2025, 6, 15))
    force = calendar.in_force(shock, dt.date(2025, 3, 1), 5)
    assert force == pytest.approx([0, 27 / 30, 1, 0.5, 0])


def test_a_path_starts_with_its_shock_and_holds_on() -> None:
    shock = Shock(kind="licence", start=dt.date(2025, 4, 4), path=(0.1, 0.2, 0.3))
    assert calendar.values(shock, dt.date(2025, 5, 1), 4) == pytest.approx([0.2, 0.3, 0.3, 0.3])
    assert calendar.values(shock, dt.date(2025, 2, 1), 5) == pytest.approx([0.1, 0.1, 0.1, 0.2, 0.3])


def test_a_licence_caps_what_it_names_and_nothing_else() -> None:
    network = areas_network()
    layout = Layout(calibrate(contract(network, partition(network.zones, [frozenset(["CN"])]))))
    day = dt.date(2025, 4, 1)
    shock = Shock(kind="licence", start=day, elements=("Dy",), origin=("CN",), value=0.25)
    cap = compiled(Scenario(title="", summary="", start=day, shock=(shock,)), layout, 1).arc_cap(layout.arc_base())[0]
    named = {layout.arcs[i] for i in np.flatnonzero(np.isfinite(cap))}
    out = ("CN", "rest")
    assert named == {("oxide:Dy", *out), ("metal:Dy", *out), ("magnet:H", *out), ("swarf:H", *out)}
    i = layout.arcs.index(("oxide:Dy", *out))
    assert cap[i] == pytest.approx(0.25 * layout.arc_base()[i])


def test_a_shock_aimed_at_nothing_is_refused() -> None:
    day = dt.date(2025, 4, 1)
    shocks = (
        Shock(kind="outage", start=day, stages=("mine",), areas=("JP",), value=0.5),
        Shock(kind="ban", start=day, origin=("CN",), stages=("magnet",), items=("N52",)),
        Shock(kind="demand", start=day, sectors=("wind",), elements=("La",), value=0.5),
    )
    for shock in shocks:
        with pytest.raises(InputError, match=r"shock 1 .* is aimed at nothing"):
            run(Scenario(title="", summary="", start=day, shock=(shock,)), months=1)
