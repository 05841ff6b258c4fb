"""Scores of ranked consignments against a truth file. Reads findings and truth only; knows nothing of the product.

Definitions: average precision with tied scores as one step; recall at k % = share of false lines inside the k % of
declarations with the highest probability (a declaration has the highest of its items; ties broken by a fixed shuffle);
expected calibration error over ten bins of equal count.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

_SEED = 0


def load(findings: Path, truth: Path) -> pl.DataFrame:
    """One row per truth line: declaration_id, item_no, probability (missing = 0), illicit, and the truth's groupings."""
    keys = {"declaration_id": pl.String, "item_no": pl.Int64}
    predicted = pl.read_csv(findings, infer_schema=False).with_columns(
        pl.col("item_no").cast(pl.Int64), pl.col("probability").cast(pl.Float64)
    )
    actual = pl.read_csv(truth, infer_schema=False).cast({**keys, "illicit": pl.Int8})
    best = predicted.group_by(list(keys)).agg(pl.col("probability").max())
    joined = actual.join(best, on=list(keys), how="left", maintain_order="left")
    return joined.with_columns(pl.col("probability").fill_null(0.0), pl.col(pl.String).fill_null(""))


def average_precision(illicit: np.ndarray, probability: np.ndarray) -> float:
    order = np.argsort(-probability, kind="stable")
    hit, score = illicit[order], probability[order]
    ends = np.r_[np.nonzero(np.diff(score))[0], len(score) - 1]
    true_positives = np.cumsum(hit)[ends]
    precision, recall = true_positives / (ends + 1), true_positives / max(hit.sum(), 1)
    return float(np.sum(np.diff(np.r_[0.0, recall]) * precision))


def flagged(rows: pl.DataFrame, share: float) -> np.ndarray:
    """Which lines belong to the `share` of declarations with the highest probability."""
    best = rows.group_by("declaration_id", maintain_order=True).agg(pl.col("probability").max())
    shuffled = best.sample(fraction=1.0, shuffle=True, seed=_SEED).sort(
        "probability", descending=True, maintain_order=True
    )
    top = shuffled.head(max(1, round(best.height * share)))
    return rows["declaration_id"].is_in(top["declaration_id"].implode()).to_numpy()


def calibration(illicit: np.ndarray, probability: np.ndarray, bins: int = 10) -> tuple[float, list[dict[str, float]]]:
    """Expected calibration error and the reliability table over bins of equal count."""
    order = np.argsort(probability, kind="stable")
    table = [
        {
            "lines": len(part),
            "mean_probability": float(probability[part].mean()),
            "share_false": float(illicit[part].mean()),
        }
        for part in np.array_split(order, bins)
        if len(part)
    ]
    error = sum(row["lines"] * abs(row["mean_probability"] - row["share_false"]) for row in table) / len(order)
    return float(error), table


def high_bins(illicit: np.ndarray, probability: np.ndarray) -> list[dict[str, float]]:
    """Reliability in fixed bands of probability: where decisions are made."""
    edges = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0000001]
    out = []
    for low, high in itertools.pairwise(edges):
        inside = (probability >= low) & (probability < high)
        if inside.any():
            out.append(
                {
                    "from": low,
                    "to": min(high, 1.0),
                    "lines": int(inside.sum()),
                    "mean_probability": float(probability[inside].mean()),
                    "share_false": float(illicit[inside].mean()),
                }
            )
    return out


def score(rows: pl.DataFrame) -> dict[str, Any]:
    illicit, probability = rows["illicit"].to_numpy().astype(float), rows["probability"].to_numpy()
    one, five = flagged(rows, 0.01), flagged(rows, 0.05)
    error, table = calibration(illicit, probability)
    false = illicit == 1
    rows = rows.with_columns(flag=pl.Series(five))

    def by(column: str, wanted: pl.Expr) -> dict[str, list[float]]:
        groups = rows.filter(wanted).group_by(column).agg(pl.col("flag").mean(), pl.len()).sort(column)
        return {name or "plain": [round(share, 4), n] for name, share, n in groups.iter_rows()}

    return {
        "lines": rows.height,
        "false_lines": int(false.sum()),
        "average_precision": average_precision(illicit, probability),
        "recall_at_1pct": float(one[false].mean()),
        "recall_at_5pct": float(five[false].mean()),
        "expected_calibration_error": error,
        "expected_false": float(probability.sum()),
        "recall5_by_typology": by("typology", pl.col("illicit") == 1),
        "recall5_by_difficulty": by("difficulty", pl.col("illicit") == 1),
        "flagged5_by_benign_kind": by("benign_kind", pl.col("illicit") == 0),
        "reliability_deciles": table,
        "reliability_bands": high_bins(illicit, probability),
    }
