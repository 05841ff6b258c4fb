"""The section Supply model of docs/quality.md: events as observed beside what the model gives, fitted or predicted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from didymium.supply.backtest import equal_rents, ranged

START: Final = "<!-- supply model: start (written by make quality) -->"
END: Final = "<!-- supply model: end -->"


def figures() -> dict[str, Any]:
    """Everything the section shows, as plain values."""
    return {"backtests": ranged().to_dicts(), "rents": equal_rents().to_dicts()}


def write(document: Path) -> None:
    """Put the section between its markers; a document without them is left alone."""
    text = document.read_text(encoding="utf-8")
    if START in text and END in text:
        before, rest = text.split(START, 1)
        after = rest.split(END, 1)[1]
        document.write_text(f"{before}{START}\n\n{as_markdown(figures())}\n{END}{after}", encoding="utf-8")


def as_markdown(found: dict[str, Any]) -> str:
    lines = [
        "Events as observed beside the model (docs/supply_model.md). Fitted: a parameter was chosen on it, so it proves nothing. "
        "Predicted: none was, but all observations were known while the model was made. Range: 5 to 95 % of 60 draws over the "
        "ranges of all parameters; meets: does it reach into what was observed?",
        "",
        "| event | observable | good, zone | observed | model | range | meets | role | remark |",
        "|---|---|---|---:|---:|---:|---|---|---|",
    ]
    for row in found["backtests"]:
        low, high = f"{row['observed_low']:.3g}", f"{row['observed_high']:.3g}"
        seen = low if low == high else f"{low} to {high}"
        cells = (
            row["event"],
            row["observable"],
            f"{row['item']}, {row['zone']}",
            seen,
            f"{row['model']:.3g}",
            f"{row['model_low']:.3g} to {row['model_high']:.3g}",
            "yes" if row["overlaps"] else "no",
            row["role"],
        )
        lines.append(f"| {' | '.join(cells)} | {row['note']} |")
    met = [row["overlaps"] for row in found["backtests"]]
    inside = [row["within"] for row in found["backtests"]]
    lines += ["", f"{sum(met)} of {len(met)} ranges meet what was observed, {sum(inside)} of the points lie in it."]
    rents = found["rents"]
    spread = max(row["rent_usd_per_kg"] for row in rents) - min(row["rent_usd_per_kg"] for row in rents)
    ratios = ", ".join(f"{row['element']} x{row['price_ratio']:.2f}" for row in rents)
    lines += [
        "",
        f"One tonnage quota gives one rent per kg: {rents[0]['rent_usd_per_kg']:.2f} USD/kg for {len(rents)} elements "
        f"(largest difference {spread:.1e}), so cheap ones rise more in ratio: {ratios}.",
    ]
    return "\n".join(lines)
