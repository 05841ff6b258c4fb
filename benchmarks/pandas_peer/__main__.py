"""python -m benchmarks.pandas_peer FILE.parquet OUT.parquet [--listed N]: read, enrich, check, weigh, rank, write."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from benchmarks.pandas_peer import checks, enrich, profile


def run(declarations: pd.DataFrame, prior: float = 0.02) -> pd.DataFrame:
    """One row per declaration in the order given: declaration_id, bans per check, probability."""
    wide = profile.attach(enrich.enrich(declarations))
    bans = pd.DataFrame({name: weight(wide) for name, (_, _, weight) in checks.CHECKS.items()}, index=wide.index)
    probability = checks.weigh(bans, wide["rare_earth_goods"], prior)
    return pd.concat([wide[["declaration_id"]], bans, probability.rename("probability")], axis=1)


def read(path: Path) -> pd.DataFrame:
    rows = pd.read_parquet(path)
    rows["date"] = pd.to_datetime(rows["date"])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--listed", type=int, default=100_000)
    asked = parser.parse_args()
    found = run(read(asked.file))
    order = found.sort_values(["probability", "declaration_id"], ascending=[False, True])
    order.head(asked.listed).to_parquet(asked.out)


if __name__ == "__main__":
    main()
