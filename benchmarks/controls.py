"""`make bench-controls`: what determinations cost for 10 million rows, beside a plain join of as many rows.

    python -m benchmarks.controls [--rows 10000000] [--by-row 2000]

The load is made up in memory by a seeded generator: about 300 goods (every rare earth as oxide, metal, chloride, target and
crystal, magnets of many kinds, ores, alloys, equipment and technology that the acts name, texts that say nothing), days from
2023 to 2028 with one in twenty at a change of the law, day of knowledge stated for one row in ten. Ways: 55 % leave China
(for 12 countries and the rest of the world), 10 % carry goods of Chinese origin between third countries, 15 % leave one of
VN, MY, MM, IN, US, 20 % are of countries no act names; 5 % of the countries are not stated. Use: 60 % not stated, 35 %
civil, 5 % military or defence. One receiver in 200 stands on a list, one in 200 is held by listed parties to a share that
is stated; a Chinese share of the value is stated for one row in ten.

All measures are asked of all rows in one call of `determine_frame`. The join beside it is one left join on goods and
destination with a table of all pairs of them, with two columns of text. The reference is the slow one of the tests, one
row after another (tests/controls/by_row.py). CPU = user + system time of all threads. Goods are read before (their time
is printed), as screening reads each distinct text once. Figures go to build/bench-controls.json.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from didymium.controls import Facts, Goods, determine, determine_frame, instruments, read_goods, ruleset
from tests.controls import by_row, pool

ROOT: Final = Path(__file__).resolve().parent.parent
UNNAMED: Final = ("DE", "FR", "NL", "PL", "MX", "BR", "TR", "AE", "SG", "TH", "AU", "EE")
NAMED: Final = ("JP", "US", "KR", "VN", "MY", "IN", "RU", "HK")
TARGET_S: Final = 10.0
MORE: Final = tuple(
    f"{grade} NdFeB magnets, {contents}"
    for grade in ("N35", "N42SH", "N38UH", "N52", "sintered", "bonded")
    for contents in (
        "Dy 2 %",
        "Dy and Tb below 0.01 %",
        "Dy 0.5 %, Tb 0.1 %",
        "composition not stated",
        "plated",
        "Pr 5 %",
    )
)


class Cost(NamedTuple):
    wall_s: float
    cpu_s: float


def measure(work: Callable[[], Any]) -> tuple[Any, Cost]:
    """What work returns, and what it took; all threads of this process."""
    before, begin = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    result = work()
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF)
    return result, Cost(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def rows(count: int, goods: int) -> pl.DataFrame:
    """The load, in the shape of `determine_frame`."""
    chance = np.random.default_rng(20261122)
    one = chance.random(count)
    leaves = np.select(
        [one < 0.55, one < 0.65, one < 0.80],
        [
            np.full(count, "CN"),
            chance.choice((*UNNAMED, "MY", "US"), count),
            chance.choice(("VN", "MY", "MM", "IN", "US"), count),
        ],
        chance.choice(UNNAMED, count),
    )
    origin = np.where((one >= 0.55) & (one < 0.65), "CN", leaves)
    begin = np.datetime64("2023-01-01")
    days = begin + chance.integers(0, 365 * 6, count)
    turns = np.asarray(pool.DAYS, dtype="datetime64[D]")
    date = np.where(chance.random(count) < 0.05, chance.choice(turns, count), days)
    known = np.where(chance.random(count) < 0.1, date + chance.integers(-400, 400, count), np.datetime64("NaT"))
    uses = chance.choice(["", "civil", "military", "defence procurement|military"], count, p=[0.6, 0.35, 0.04, 0.01])
    lists = chance.choice(["", "CN-2026-11", "CN-2026-12", "CN-2026-20"], count, p=[0.995, 0.002, 0.002, 0.001])
    owned = np.where(chance.random(count) < 0.005, chance.random(count), np.nan)
    value = np.where(chance.random(count) < 0.1, chance.random(count) * 0.01, np.nan)
    frame = pl.DataFrame(
        {
            "date": pl.Series(date).cast(pl.Date), "known_on": pl.Series(known).cast(pl.Date),
            "goods": chance.integers(0, goods, count), "export_country": leaves, "origin": origin, "uses": uses, "lists": lists,
            "import_country": chance.choice((*UNNAMED, *NAMED, "CN"), count),
            "owned_share": pl.Series(owned, nan_to_null=True), "cn_value_share": pl.Series(value, nan_to_null=True),
        }
    )  # fmt: skip
    unstated = pl.Series(chance.random(count) < 0.05)
    return frame.with_columns(pl.when(~unstated).then(pl.col("import_country", "origin")))


def plain_join(frame: pl.DataFrame, goods: int) -> pl.DataFrame:
    """As many rows through one join, with two columns of text as the answer."""
    pairs = pl.DataFrame({"goods": np.arange(goods)}).join(frame.select("import_country").unique(), how="cross")
    answers = pairs.with_columns(
        permission=pl.format("answer {}", "goods"), applies=pl.format("{}#{}", "import_country", "goods")
    )
    return frame.join(answers, on=["goods", "import_country"], how="left", nulls_equal=True, maintain_order="left")


def facts(row: dict[str, Any], goods: list[Goods]) -> Facts:
    many = {name: frozenset(part for part in row[name].split("|") if part) for name in ("uses", "lists")}
    return Facts(
        date=row["date"], known_on=row["known_on"], goods=goods[row["goods"]], export_country=row["export_country"],
        import_country=row["import_country"], origin=row["origin"], uses=many["uses"], lists=many["lists"],
        owned=() if row["owned_share"] is None else (row["owned_share"],),
        value_shares={} if row["cn_value_share"] is None else {"CN": row["cn_value_share"]},
    )  # fmt: skip


def one_by_one(frame: pl.DataFrame, goods: list[Goods], found: pl.DataFrame, count: int) -> dict[str, float]:
    """Microseconds a row of the slow reference and of `determine`, on a sample; and how many rows of it differ."""
    places = np.random.default_rng(1).choice(frame.height, min(count, frame.height), replace=False)
    asked = [facts(row, goods) for row in frame[places].iter_rows(named=True)]
    book, rules = by_row.Book(instruments()), ruleset()
    slow, reference = measure(lambda: [by_row.answer(one, book) for one in asked])
    _, single = measure(lambda: [determine(one, rules) for one in asked])
    same = sum(a.permission == b for a, b in zip(slow, found[places]["permission"], strict=True))
    scale = 1e6 / len(asked)
    return {"reference_us": reference.cpu_s * scale, "determine_us": single.cpu_s * scale, "differ": len(asked) - same}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--by-row", type=int, default=2_000, help="rows for the one-by-one ways")
    asked = parser.parse_args()
    rules, load = measure(ruleset)
    texts = [*pool.texts(rules.acts), *((text, "850511") for text in MORE)]
    goods, reading = measure(lambda: [read_goods(text, code) for text, code in texts])
    frame = rows(asked.rows, len(goods))
    found, cold = measure(lambda: determine_frame(frame, goods, rules))
    _, warm = measure(lambda: determine_frame(frame, goods, rules))
    _, join = measure(lambda: plain_join(frame, len(goods)))
    alone = one_by_one(frame, goods, found, asked.by_row)
    shares = dict(found["permission"].value_counts().sort("count", descending=True).iter_rows())
    met = "met" if cold.wall_s <= TARGET_S else "NOT met"
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Polars {pl.__version__}")
    print(f"{asked.rows:,} rows, {len(goods)} goods, {len(rules.asked)} measures of {len(rules.acts)} acts")
    print(f"acts read and linked             {load.cpu_s:8.2f} CPU-s")
    print(f"goods read                       {reading.cpu_s:8.2f} CPU-s")
    print(
        f"determine_frame, first call      {cold.cpu_s:8.2f} CPU-s {cold.wall_s:8.2f} s wall; target <= {TARGET_S:g} s: {met}"
    )
    print(f"determine_frame, again           {warm.cpu_s:8.2f} CPU-s {warm.wall_s:8.2f} s wall")
    print(f"plain join                       {join.cpu_s:8.2f} CPU-s {join.wall_s:8.2f} s wall")
    print(
        f"determinations over join         {cold.cpu_s / join.cpu_s:8.2f} x CPU   {cold.wall_s / join.wall_s:8.2f} x wall"
    )
    for name, what in (("reference", "slow reference"), ("determine", "determine, one by one")):
        each = alone[f"{name}_us"]
        print(f"{what:<33}{each:8.0f} CPU-us a row, {each * asked.rows / 1e6:,.0f} CPU-s for all (scaled up)")
    print(f"answers: {', '.join(f'{name} {n / asked.rows:.1%}' for name, n in shares.items())}; "
          f"{alone['differ']:.0f} of {min(asked.by_row, asked.rows)} differ from the reference")  # fmt: skip
    figures = {"rows": asked.rows, "day": str(dt.date.today()), "first": cold._asdict(), "again": warm._asdict(),  # noqa: DTZ011
               "join": join._asdict(), **alone, "answers": shares}  # fmt: skip
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench-controls.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
