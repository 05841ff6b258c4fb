"""From a wide row to what a report shows of it (views.Finding)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import polars as pl

from didymium.checks import Check
from didymium.reference import table
from didymium.reference.prices import corridors
from didymium.screening.enrich.price import code_envelope
from didymium.screening.evidence import counted_weights, decision, leading_question, spoken
from didymium.screening.law import law
from didymium.screening.profile import BIN_DEX
from didymium.screening.views import Assay, Corridor, CorridorPoint, Evidence, Field, Finding, Peers, Place
from didymium.screening.weigh import SHARES, prior_bans
from didymium.units import figure, month_index, month_start

#: Months of corridor shown before and after the date of the consignment.
_BEFORE, _AFTER = 36, 12
_RIVALS: Final = 2
#: Dates drawn as thin rules in price plots: controls that moved rare-earth prices (reference table instruments).
CONTROL_DATES: Final = (
    (dt.date(2023, 12, 21), "CN technology ban"),
    (dt.date(2025, 4, 4), "CN controls on 7 elements"),
    (dt.date(2025, 10, 9), "CN package of October"),
)


def finding(
    row: Mapping[str, Any], rank: int, prior: float, price_counts: pl.DataFrame, assay: Assay | None = None
) -> Finding:
    """row: a wide row with profile, weights, question sums and names (see names.add_names); assay: what its samples say."""
    said = spoken(row)
    may, why, asked = law(row)
    return Finding(
        declaration_id=row["declaration_id"],
        item_no=row["item_no"],
        rank=rank,
        probability=row["probability"],
        prior_bans=prior_bans(prior),
        posterior_bans=row["posterior_bans"],
        questions={question: row[f"{question}_bans"] for question in SHARES},
        permission=may,
        permission_because=why,
        decision=decision(row, said),
        evidence=_evidence(row, said, prior),
        fields=_fields(row),
        date=row["date"],
        goods=row["description"] or row["goods_text"],
        hs_code=row["hs_code"],
        net_kg=row["net_kg"],
        value_usd=row["value_usd"],
        usd_per_kg=row["usd_per_kg"],
        route=_route(row),
        mode=row["mode"],
        corridors=_corridors(row),
        peers=_peers(row, price_counts),
        control_dates=[d for d in CONTROL_DATES if abs(month_index(d[0]) - row["month"]) <= _BEFORE],
        sources=sorted({check.source for check, _, _ in said}),
        assay=assay,
        law=asked,
    )


def _evidence(row: Mapping[str, Any], said: list[tuple[Check, float, str]], prior: float) -> list[Evidence]:
    """Every word, strongest first; what counts towards the probability is the leading question's, damped, and one rest."""
    lead = leading_question(row)
    counts = counted_weights(said)
    out = [
        Evidence(
            check.name, check.question, bans, counts[check.name] if check.question == lead else 0.0, text, check.source
        )
        for check, bans, text in sorted(said, key=lambda item: (item[0].question != lead, -abs(item[1]), item[0].name))
    ]
    rest = row["posterior_bans"] - prior_bans(prior) - sum(e.counted_bans for e in out)
    share = SHARES[lead] if row["rare_earth_goods"] else SHARES["contents"]
    text = (
        f"{share:.0%} of false labels are false in their {lead}; the sums of the other questions, the limit on any "
        "one sum and the calibration of all sums make up the rest."
    )
    out.append(Evidence("combination", lead, rest, rest, text, "docs/decisions: weighing"))
    return out


def _text(value: object, unit: str = "") -> str:
    if value is None:
        return "not stated"
    return f"{figure(value)}{unit}" if isinstance(value, float) else f"{value}{unit}"


def _fields(row: Mapping[str, Any]) -> list[Field]:
    """Declared fields beside what the reference or the other papers make of them."""
    bulk = (
        f"bulk density {figure(row['bulk_low_kg_l'])} to {figure(row['bulk_high_kg_l'])} kg/L"
        if row["bulk_low_kg_l"] is not None
        else "cannot tell"
    )
    density = f" ({figure(row['kg_per_l'])} kg/L)" if row["kg_per_l"] is not None else ""
    corridor = (
        f"{figure(row['corridor_low_usd_per_kg'])} to {figure(row['corridor_high_usd_per_kg'])} USD/kg"
        if row["corridor_low_usd_per_kg"] is not None
        else "cannot tell"
    )
    unit_value = _text(row["usd_per_kg"], " USD/kg")
    fields = [
        Field("Description", _text(row["description"]), row["material_name"] or "not recognised"),
        Field("Code", row["hs_code"], row["code_goods_text"]),
        Field("Composition", _text(row["composition"]), ""),
        Field("On the packages", _text(row["label_text"]), ""),
        Field("Net mass", _text(row["net_kg"], " kg"), f"gross {_text(row['gross_kg'], ' kg')}"),
        Field("Volume", _text(row["volume_m3"], " m³") + density, bulk),
        Field("Packages", _text(row["packages"]), _text(row["package_kind"])),
        Field("Value", f"{_text(row['value'])} {row['currency'] or '(currency not stated)'}", ""),
        Field("Unit value", unit_value, corridor),
        Field("Origin", row["claimed_origin_name"] or "not stated", row["origin_evidence"] or ""),
        Field("Exporter", _text(row["exporter"]), _hint(row, "exporter")),
        Field("Producer", _text(row["producer"]), _hint(row, "producer")),
        Field("Importer", _text(row["importer"]), _hint(row, "importer")),
        Field("End user", _text(row["end_user"]), _hint(row, "end_user")),
        Field("Use", _text(row["use"]), ""),
    ]
    empty = ("", "cannot tell", "not stated", "not recognised", "gross not stated")
    return [field for field in fields if field.declared != "not stated" or field.compared not in empty]


def _hint(row: Mapping[str, Any], role: str) -> str:
    countries = (row[f"{role}_countries"] or "").replace("|", " or ")
    sectors = (row[f"{role}_sectors"] or "").replace("|", ", ").replace("_", " ")
    return "; ".join(part for part in (f"name of {countries}" if countries else "", sectors) if part)


@cache
def _places() -> dict[str, tuple[str, float, float]]:
    known = {
        iso: (name, lat, lon)
        for iso, name, lat, lon in table("countries").select("iso2", "name", "lat", "lon").iter_rows()
    }
    for locode, name, lat, lon in table("ports").select("locode", "name", "lat", "lon").iter_rows():
        known[locode] = (name, lat, lon)
    return known


def _route(row: Mapping[str, Any]) -> list[Place]:
    """Points of the journey that are on the map; a country's middle stands in where no port is named."""
    transit = [("transit", code) for code in (row["transit"] or "").replace(",", ";").split(";") if code]
    stops = [
        ("origin", row["origin"]), ("dispatch", row["export_country"]), ("loading", row["port_loading"]), *transit,
        ("discharge", row["port_discharge"]), ("destination", row["import_country"]),
    ]  # fmt: skip
    codes = {code[:2] for role, code in stops if code and role in ("loading", "discharge")}
    out: list[Place] = []
    for role, code in stops:
        place = _places().get(code or "")
        if code is None or place is None:
            continue
        stands_for_port = role in ("dispatch", "destination") and code in codes
        if stands_for_port or (out and out[-1].country == code[:2] and role in ("dispatch", "destination")):
            continue
        out.append(Place(place[0], role, code[:2], place[1], place[2]))
    return out


def _corridors(row: Mapping[str, Any]) -> list[Corridor]:
    """Corridor of the declared material, then of rare earths that cost what was declared."""
    names = dict(table("materials").select("material", "name").iter_rows())
    everything = corridors()
    out = []
    if row["corridor_of_code"]:
        span = code_envelope().filter(pl.col("hs6") == row["hs6"])
        points = _points(
            span.rename({"envelope_low": "low_usd_per_kg", "envelope_high": "high_usd_per_kg"}), row["month"]
        )
        out.append(Corridor(f"everything usual under {row['hs6']}", points, "reference tables prices, price_rules"))
    elif row["material"] is not None:
        own = _points(everything.filter(pl.col("material") == row["material"]), row["month"])
        if not own and row["corridor_low_usd_per_kg"] is not None:
            low, high = row["corridor_low_usd_per_kg"], row["corridor_high_usd_per_kg"]
            own = [CorridorPoint(month_start(row["month"] + shift), low, high) for shift in (-_BEFORE, _AFTER)]
        if own:
            out.append(Corridor(names[row["material"]], own, "reference tables prices, price_rules, materials"))
    value = row["usd_per_kg"]
    low, high = row["corridor_low_usd_per_kg"], row["corridor_high_usd_per_kg"]
    if value is None or value <= 0 or low is None or low <= value <= high:
        return out
    rivals = (
        everything.filter(
            (pl.col("month") == row["month"])
            & (pl.col("low_usd_per_kg") <= value)
            & (pl.col("high_usd_per_kg") >= value)
            & (pl.col("material") != (row["material"] or ""))
        )
        .with_columns(off=((pl.col("low_usd_per_kg") * pl.col("high_usd_per_kg")).sqrt() / value).log10().abs())
        .join(_hidden_as(row["material"]), on="material", how="left")
        .with_columns(pl.col("hidden").fill_null(value=False), rare=pl.col("material").is_in(_uncommon()))
        .sort("hidden", "rare", "off", "material", descending=[True, False, False, False])
        .unique("material", keep="first", maintain_order=True)
        .head(_RIVALS)
    )
    for material in rivals["material"]:
        points = _points(everything.filter(pl.col("material") == material), row["month"])
        out.append(Corridor(names[material], points, "reference tables prices, price_rules"))
    return out


def _hidden_as(cover: str | None) -> pl.DataFrame:
    """material, hidden: the rare earths that have been hidden under this cover, or could be by their looks."""
    known = table("look_alikes").filter(pl.col("cover") == (cover or "")).select("material").unique()
    return known.with_columns(hidden=pl.lit(value=True))


@cache
def _uncommon() -> list[str]:
    """Materials of elements hardly traded: a rival nobody would think of first."""
    rows = table("materials").filter(pl.col("elements").is_in(["Tm", "Ho", "Yb", "Lu", "Sc", "Er", "Eu"]))
    return rows["material"].to_list()


def _points(rows: pl.DataFrame, month: int) -> list[CorridorPoint]:
    near = (
        rows.filter(pl.col("month").is_between(month - _BEFORE, month + _AFTER))
        .group_by("month")
        .agg(pl.col("low_usd_per_kg").min(), pl.col("high_usd_per_kg").max())
        .sort("month")
    )
    return [CorridorPoint(month_start(m), low, high) for m, low, high in near.iter_rows()]


def _peers(row: Mapping[str, Any], price_counts: pl.DataFrame) -> Peers | None:
    """Histogram of the peer group the check used, in today's money of that month (its corridor middle), 0.1 dex bins."""
    level = row["peer_price_level"]
    if level is None or row["usd_per_kg"] is None:
        return None
    chosen = price_counts.filter(pl.col("peer") == row["peer"])
    if level <= 1:
        chosen = chosen.filter(pl.col("year") == row["date"].year)
    if level == 0:
        chosen = chosen.filter(pl.col("claimed_origin") == row["claimed_origin"])
    shift = row["corridor_middle_log"]
    coarse = (
        chosen.with_columns(coarse=((pl.col("bin") * BIN_DEX + shift) * 10).floor().cast(pl.Int32))
        .group_by("coarse")
        .agg(pl.col("lines").sum())
        .sort("coarse")
    )
    first, last = int(coarse["coarse"][0]), int(coarse["coarse"][-1])
    lines = dict(coarse.iter_rows())
    return Peers(
        label=row["peer_price_label"],
        edges_usd_per_kg=[round(10 ** (edge / 10), 9) for edge in range(first, last + 2)],
        counts=[lines.get(edge, 0) for edge in range(first, last + 1)],
        median_usd_per_kg=10 ** (row["peer_price_centre_log"] + shift),
        n=row["peer_price_lines"],
    )
