"""Declarations made by a seeded generator, as many as wanted, in bounded memory: the load for `make bench`.

    python -m benchmarks.generate --rows 5000000 --out declarations.parquet

The goods, words, prices, ports and party words come from didymium's own reference base; nothing else is read. Made to
weigh like a customs file, not to measure quality: about 200 materials in several languages, a quarter of the
descriptions distinct by a lot number, 60,000 parties with one to four spellings each and a long tail of traders, blanks
in a fifth to two fifths of the optional cells, one line in 50 with a false label of one of seven kinds.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from anyascii import anyascii

from didymium.reference import table
from didymium.reference.prices import corridors

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Rng = np.random.Generator

#: The 27 of the canonical columns that a check reads or the reader demands.
COLUMNS: Final = (
    "declaration_id", "date", "direction", "hs_code", "description", "origin", "export_country", "import_country",
    "transit_countries", "port_loading", "mode", "exporter", "importer", "importer_address", "end_user", "producer",
    "net_kg", "gross_kg", "packages", "package_kind", "volume_m3", "value", "currency", "composition", "grade",
    "label_text", "use",
)  # fmt: skip
#: Share of empty cells of the optional columns.
BLANK: Final = {
    "description": 0.02, "origin": 0.2, "export_country": 0.05, "import_country": 0.05, "port_loading": 0.25,
    "mode": 0.1, "exporter": 0.2, "importer": 0.2, "importer_address": 0.3, "end_user": 0.35, "producer": 0.4,
    "gross_kg": 0.2, "packages": 0.25, "package_kind": 0.3, "volume_m3": 0.35, "currency": 0.2, "composition": 0.4,
    "grade": 0.3, "label_text": 0.4, "use": 0.35,
}  # fmt: skip
CHUNK: Final = 1 << 16
#: Rows of a row group of the file, in chunks.
GROUP: Final = 2
PARTIES: Final = 60_000
MATERIALS: Final = 200
LIES: Final = 0.02
#: Share of descriptions that carry a number of their own.
NUMBERED: Final = 0.27

_COUNTRIES: Final = {"CN": 45, "JP": 8, "US": 7, "DE": 6, "VN": 6, "KR": 5, "MY": 4, "TH": 4, "IN": 4, "FR": 3, "GB": 2,
                     "AU": 2, "MM": 2, "RU": 2}  # fmt: skip
_CURRENCIES: Final = {"USD": 60, "EUR": 15, "CNY": 15, "JPY": 5, "VND": 5}
_MODES: Final = {"sea": 60, "road": 15, "air": 15, "rail": 7, "post": 2, "express": 1}
_TRANSIT: Final = ("", "", "", "", "", "", "", "", "SG", "HK", "CN", "KR", "SG;MY", "VN", "NL")
#: Share of magnets whose packages bear another grade than the papers.
OTHER_GRADE: Final = 0.05
#: Share of lines under the code of other goods than they describe.
OTHER_CODE: Final = 0.01
_GRADES: Final = ("N35", "N42", "N45", "N52", "N38M", "N42H", "N45H", "N38SH", "N42SH", "N35UH", "N38UH", "N35EH")
_SUFFIXES: Final = (
    "",
    " 25 kg bags",
    " (industrial grade)",
    ", as per contract",
    " - purity 99.5%",
    " / new",
    " for export",
)
_USES: Final = ("glass polishing", "ceramic glaze", "permanent magnet production", "EV traction motor", "wind turbine generator",
                "loudspeakers", "catalyst production", "furnace lining", "water treatment", "laboratory use", "resale",
                "batteries", "welding", "paint filler")  # fmt: skip
_SYLLABLES: Final = ("al", "ber", "cor", "dan", "el", "fen", "gor", "hal", "in", "jor", "kel", "lan", "mar", "nor", "ol", "per",
                     "qui", "ran", "sil", "tor", "ul", "ver", "wen", "xan", "yor", "zel")  # fmt: skip
_HAN: Final = "煦泓桓楠灏霖钧铭骏祺瀚琛昊宸睿翰泽沐恒曦禾嵘硕皓朗珂烨焱垚淼彦瑾璟琪"
_STREETS: Final = (
    "Industrial Avenue",
    "工业大道",
    "Xingye Road",
    "Đường Trần Phú",
    "Hauptstrasse",
    "Harbour Road",
    "Jalan Perusahaan",
)


@dataclass(frozen=True)
class World:
    """Everything rows are drawn from. Goods are rows of `goods`; terms and names lie flat, with offset and count."""

    goods: pl.DataFrame
    weights: Floats
    terms: pl.Series
    term_at: Indices
    term_n: Indices
    names: pl.Series
    name_at: Indices
    name_n: Indices
    party_country: npt.NDArray[np.str_]
    party_trades_rare_earths: npt.NDArray[np.bool_]
    ports: dict[str, list[str]]
    rates: dict[str, float]
    rows: int = 0


def world(seed: int, parties: int = PARTIES) -> World:
    """The goods and parties of a seed."""
    rng = np.random.default_rng([seed, 1])
    goods = _goods(rng)
    terms = [_terms(material, rng) for material in goods["material"]]
    names, country, rare = _parties(parties, rng)
    ports: dict[str, list[str]] = {}
    for code, iso in table("ports").select("locode", "country").sort("locode").iter_rows():
        ports.setdefault(iso, []).append(code)
    fx = table("fx").filter(pl.col("year") == 2024).select("currency", pl.col("units_per_usd").cast(pl.Float64))
    counts = np.array([len(t) for t in terms])
    spellings = np.array([len(n) for n in names])
    weights = (0.2 + rng.pareto(2.0, goods.height)) * np.where(goods["magnet"].to_numpy(), 4.0, 1.0)
    return World(
        goods, weights / weights.sum(), pl.Series([t for some in terms for t in some]), _starts(counts), counts,
        pl.Series([n for some in names for n in some]), _starts(spellings), spellings, np.array(country), np.array(rare),
        ports, dict(fx.iter_rows()) | {"USD": 1.0},
    )  # fmt: skip


def _starts(counts: Indices) -> Indices:
    return np.cumsum(counts) - counts


def _goods(rng: Rng) -> pl.DataFrame:
    """material, rare, magnet, hs6, price (USD/kg), bulk (kg/L), packing, formula: the rare earths and a draw of others."""
    price = (
        corridors()
        .filter(pl.col("month") == 2024 * 12)
        .group_by("material")
        .agg(quoted=(pl.col("low_usd_per_kg").min() * pl.col("high_usd_per_kg").max()).sqrt())
    )
    low, high = (pl.col(f"price_{end}_usd_per_kg").cast(pl.Float64) for end in ("low", "high"))
    rare = pl.col("family").is_in(["ree", "magnet_ree"])
    every = (
        table("materials")
        .join(price, on="material", how="left", maintain_order="left")
        .filter(pl.col("hs6").fill_null("") != "")
        .join(table("lexicon").select("material").unique(), on="material", how="semi", maintain_order="left")
        .select(
            "material", rare.alias("rare"), (pl.col("family") == "magnet_ree").alias("magnet"),
            pl.col("hs6").str.split("|").list.first(), "formula",
            price=pl.coalesce("quoted", (low * high).sqrt(), pl.lit(5.0)),
            bulk=(pl.col("bulk_density_low_g_cm3").cast(pl.Float64) * pl.col("bulk_density_high_g_cm3").cast(pl.Float64))
            .sqrt().fill_null(1.0),
            packing=pl.col("packing").str.extract(r"^(big bag|drum|bag|carton|pallet|crate|reel|bulk)").fill_null("bag"),
        )
    )  # fmt: skip
    rare_rows, plain = every.filter("rare"), every.filter(~pl.col("rare"))
    rare_rows = rare_rows.head(MATERIALS // 2)
    chosen = np.sort(rng.choice(plain.height, MATERIALS - rare_rows.height, replace=False))
    return pl.concat([rare_rows, plain[chosen.tolist()]])


def _terms(material: str, rng: Rng) -> list[str]:
    """Up to a dozen ways to write a material: terms of several languages, lower case, capitals, with a trailing remark."""
    known = table("lexicon").filter((pl.col("material") == material) & (pl.col("specificity").cast(pl.Int32) >= 2))
    terms = known["term"].sort().to_list() or [material.replace("_", " ")]
    out = []
    for i in rng.permutation(len(terms))[:6]:
        term, suffix = terms[i], _SUFFIXES[rng.integers(len(_SUFFIXES))]
        out += [term.capitalize() + suffix, term.upper()]
    return out


def _read(package: str, name: str) -> pl.DataFrame:
    return pl.read_csv(resources.files(package).joinpath(name).read_bytes(), infer_schema=False)


def _parties(n: int, rng: Rng) -> tuple[list[list[str]], list[str], list[bool]]:
    """Spellings, country and 'trades rare earths' of n parties; Chinese ones are written in Han and in Latin letters."""
    forms = _read("didymium.parties", "legal_forms.csv").with_columns(c=pl.col("countries").str.split("|")).explode("c")
    by_country = {c: sorted(set(some["form"])) for (c,), some in forms.drop_nulls("c").group_by("c")}
    towns = {c: some["city"].to_list() for (c,), some in _read("didymium.parties", "cities.csv").group_by("country")}
    by_language = table("party_words").sort("word").group_by("language")
    words = {lang: some.select("word", "sector").rows() for (lang,), some in by_language}
    countries = rng.choice(list(_COUNTRIES), n, p=np.array(list(_COUNTRIES.values())) / sum(_COUNTRIES.values()))
    spellings, rare = [], []
    for country in countries:
        word, sector = words["en"][rng.integers(len(words["en"]))]
        root = "".join(_SYLLABLES[i] for i in rng.integers(len(_SYLLABLES), size=3)).capitalize()
        latin_forms = [f for f in by_country.get(country, []) if f.isascii()] or ["Ltd."]
        form, town = latin_forms[rng.integers(len(latin_forms))], ""
        extra = []
        if country == "CN":
            han_word, sector = words["zh"][rng.integers(len(words["zh"]))]
            han_root = "".join(_HAN[i] for i in rng.integers(len(_HAN), size=3))
            han_town, _, town = towns["CN"][rng.integers(len(towns["CN"]))].partition("|")
            root, town = anyascii(han_root), town.title()
            extra = [f"{han_town}{han_root}{han_word}有限公司"]
        plain = f"{town} {root} {word.title()} {form}".strip()
        every = [*extra, plain, plain.upper(), plain.replace(".", "").replace(",", ""), plain.replace(" ", "  ", 1)]
        spellings.append(every[: 1 + rng.integers(4)])
        rare.append(sector in {"rare_earth", "magnet", "metals", "chemicals"})
    return spellings, [str(c) for c in countries], rare


def _pick(values: dict[str, int], rng: Rng, n: int) -> npt.NDArray[np.str_]:
    weights = np.array(list(values.values()), dtype=float)
    return rng.choice(list(values), n, p=weights / weights.sum())


def _some_party(w: World, rng: Rng, n: int) -> Indices:
    """Party numbers with a long tail: a few hundred houses make half of the lines."""
    return (len(w.name_n) * rng.random(n) ** 2.2).astype(np.int64)


def _spelled(w: World, party: Indices, rng: Rng) -> pl.Series:
    # The first spelling is the usual one; the others are met in a third of the lines.
    other = (rng.random(len(party)) < 0.35) * rng.integers(0, w.name_n[party])
    return w.names.gather(w.name_at[party] + other)


def chunk(w: World, number: int, n: int, seed: int) -> pl.DataFrame:
    """Rows of one chunk: COLUMNS, n rows; the same for the same seed, number and n."""
    rng = np.random.default_rng([seed, 2, number])
    lie = np.where(rng.random(n) < LIES, rng.integers(1, 8, n), 0)
    true = rng.choice(w.goods.height, n, p=w.weights)
    rare = w.goods["rare"].to_numpy()
    covers, rarities = np.flatnonzero(~rare), np.flatnonzero(rare)
    true = np.where(lie > 0, rng.choice(rarities, n), true)
    shown = np.where(lie == 1, rng.choice(covers, n), true)
    seller, buyer = _some_party(w, rng, n), _some_party(w, rng, n)
    buyer = np.where(lie == 6, buyer % 40, buyer)
    columns = _papers(w, rng, number, shown, true, seller, buyer, lie)
    columns |= _masses(w, rng, true, shown, lie)
    columns["value"] = _value(w, rng, true, shown, lie, columns)
    frame = pl.DataFrame(columns)
    blanks = {c: pl.Series(rng.random(n) < share) for c, share in BLANK.items()}
    frame = frame.with_columns(pl.when(~mask).then(pl.col(c)).alias(c) for c, mask in blanks.items())
    return frame.select(COLUMNS)


def _papers(
    w: World, rng: Rng, number: int, shown: Indices, true: Indices, seller: Indices, buyer: Indices, lie: Indices
) -> dict[str, pl.Series]:
    """The columns of words, places and parties."""
    n = len(shown)
    term = w.terms.gather(w.term_at[shown] + rng.integers(0, w.term_n[shown]))
    label_of = np.where(lie == 4, rng.choice(w.goods.height, n), shown)
    label = w.terms.gather(w.term_at[label_of] + rng.integers(0, w.term_n[label_of]))
    lot = pl.Series(np.where(rng.random(n) < NUMBERED, rng.integers(1, 10_000_000, n), 0))
    made_in = pl.Series(["", "", " MADE IN CHINA", " made in Japan", " 中国制造", " Made in Viet Nam"])
    numbered = pl.Series(np.where(rng.random(n) < NUMBERED, rng.integers(1, 10_000_000, n), 0))
    dispatch = w.party_country[seller]
    origin = np.where(rng.random(n) < 0.85, dispatch, rng.choice(list(_COUNTRIES), n))
    origin = np.where(lie == 2, rng.choice(["VN", "MY", "TH", "KR", "KZ"], n), origin)
    loading = np.where(lie == 2, "CN", dispatch)
    magnet = w.goods["magnet"].to_numpy()[shown]
    day = dt.date(2022, 1, 1).toordinal() - dt.date(1970, 1, 1).toordinal() + rng.integers(0, 1640, n)
    frame = pl.DataFrame(
        {"term": term, "number": numbered, "label": label, "made": made_in.gather(rng.integers(0, 6, n)), "lot": lot}
    )
    frame = frame.with_columns(kg=pl.Series(rng.choice(["", " NET 25 KG", " N.W. 50KG", " 1000 kg"], n)))
    text = frame.select(
        description=pl.when(pl.col("number") > 0).then(pl.format("{} lot {}", "term", "number")).otherwise("term"),
        label_text=pl.concat_str(
            "label", "kg", "made", pl.when(pl.col("lot") > 0).then(pl.format(" LOT {}", "lot")).otherwise(pl.lit(""))
        ),
    )
    grade = rng.choice(_GRADES, n)
    other = rng.spawn(1)[0]
    coded = np.where(other.random(n) < OTHER_CODE, other.choice(w.goods.height, n), shown)
    printed = pl.Series(np.where(other.random(n) < OTHER_GRADE, other.choice(_GRADES, n), grade))
    graded = pl.select(pl.when(pl.Series(magnet)).then(pl.concat_str(text["label_text"], pl.lit(" "), printed)))
    uses = pl.Series(_USES).gather(rng.integers(0, len(_USES), n))
    return {
        "declaration_id": pl.Series(np.arange(n) + number * CHUNK + 1).cast(pl.String).str.zfill(9),
        "date": pl.Series(day, dtype=pl.Int32).cast(pl.Date),
        "direction": pl.Series(rng.choice(["export", "import", "transit"], n, p=[0.6, 0.35, 0.05])),
        "hs_code": w.goods["hs6"].gather(coded) + pl.Series(rng.choice(["", "00", "0090", "1000"], n)),
        "description": text["description"],
        "origin": pl.Series(origin),
        "export_country": pl.Series(dispatch),
        "import_country": pl.Series(w.party_country[buyer]),
        "transit_countries": pl.Series(rng.choice(_TRANSIT, n)).replace("", None),
        "port_loading": _ports(w, loading, rng),
        "mode": pl.Series(_pick(_MODES, rng, n)),
        "exporter": _spelled(w, seller, rng),
        "importer": _spelled(w, buyer, rng),
        "importer_address": _addresses(np.where(lie == 6, buyer % 10, buyer)),
        "end_user": _spelled(w, np.where(rng.random(n) < 0.6, buyer, _some_party(w, rng, n)), rng),
        "producer": _spelled(w, np.where(rng.random(n) < 0.5, seller, _some_party(w, rng, n)), rng),
        "currency": pl.Series(_pick(_CURRENCIES, rng, n)),
        "composition": _compositions(w, rng, true, shown, lie),
        "grade": pl.select(pl.when(pl.Series(magnet)).then(pl.Series(grade))).to_series(),
        "label_text": graded.to_series().fill_null(text["label_text"]),
        "use": uses,
    }  # fmt: skip


def _ports(w: World, country: npt.NDArray[np.str_], rng: Rng) -> pl.Series:
    draw = rng.integers(0, 1 << 30, len(country))
    out = np.full(len(country), None, dtype=object)
    for iso in np.unique(country):
        here, ports = country == iso, w.ports.get(str(iso))
        if ports:
            out[here] = np.array(ports, dtype=object)[draw[here] % len(ports)]
    return pl.Series(out, dtype=pl.String)


def _addresses(party: Indices) -> pl.Series:
    street = pl.Series(_STREETS).gather(party % len(_STREETS))
    return (
        pl.DataFrame({"no": party % 997 + 1, "street": street, "unit": party // 997})
        .select(pl.format("No. {} {}, Unit {}", "no", "street", "unit"))
        .to_series()
    )


def _compositions(w: World, rng: Rng, true: Indices, shown: Indices, lie: Indices) -> pl.Series:
    """As written by whoever analysed the goods: formula and purity, oxides of a total, or the parts of a magnet."""
    n = len(shown)
    # One cover in three is given away by its own analysis.
    of = np.where((lie == 1) & (rng.random(n) < 0.33), true, shown)
    frame = pl.DataFrame({
        "formula": w.goods["formula"].fill_null("").gather(of),
        "magnet": w.goods["magnet"].gather(of),
        "rare": w.goods["rare"].gather(of),
        "style": rng.integers(0, 4, n),
        "purity": np.round(100.0 - 10.0 ** rng.uniform(-2.0, 1.2, n), 1),
        "a": np.round(rng.uniform(20, 60, n), 1), "b": np.round(rng.uniform(10, 50, n), 1),
        "nd": np.round(rng.uniform(27, 32, n), 1), "dy": np.round(rng.uniform(0.3, 4, n), 1),
        "denies": (lie == 5) | (rng.random(n) < 0.05),
    })  # fmt: skip
    parts = (
        pl.when("magnet", "denies").then(pl.format("Nd {}%; Fe 66%; B 1%; Dy-free", "nd"))
        .when("magnet", pl.col("style") == 0).then(pl.format("Nd {}%; Fe 66%; B 1%", "nd"))
        .when("magnet").then(pl.format("Nd {}%; Dy {}%; Fe 64%; B 1%", "nd", "dy"))
        .when("rare", pl.col("style") == 0).then(pl.format("TREO {}%; La2O3 {}%; CeO2 30%", "a", "b"))
        .when("rare", pl.col("style") == 1).then(pl.format("La2O3 {}%; CeO2 {}%", "a", "b"))
        .when(pl.col("formula") != "").then(pl.format("{} {}%", "formula", "purity"))
    )  # fmt: skip
    return frame.select(parts).to_series()


def _masses(w: World, rng: Rng, true: Indices, shown: Indices, lie: Indices) -> dict[str, pl.Series]:
    """Net, gross, packages, kind and volume. Rounding is what a scale and a clerk do."""
    n = len(true)
    net = np.round(10 ** rng.normal(3.2, 0.9, n), 1).clip(0.1, 500_000)
    net = np.where(lie == 6, np.round(rng.uniform(0.3, 8, n), 2), net)
    each = rng.choice([20.0, 25.0, 50.0, 500.0, 1000.0], n, p=[0.1, 0.5, 0.15, 0.1, 0.15])
    gross = np.round(net * (1.0 + rng.gamma(2.0, 0.02, n)), 1)
    gross = np.where((lie == 7) | (rng.random(n) < 0.002), np.round(net * 0.8, 1), gross)
    fill = 10 ** (rng.normal(-0.14, 0.1, n))
    volume = net / 1000.0 / (w.goods["bulk"].to_numpy()[true] * fill)
    usual = w.goods["packing"].gather(shown)
    other = pl.Series(rng.choice(["pallet", "crate", "carton", "drum"], n))
    kind = pl.DataFrame({"usual": usual, "other": other}).select(
        pl.when(pl.Series(rng.random(n) < 0.85)).then("usual").otherwise("other")
    )
    return {
        "net_kg": pl.Series(net),
        "gross_kg": pl.Series(gross),
        "packages": pl.Series(np.ceil(net / each)),
        "package_kind": kind.to_series(),
        "volume_m3": pl.Series(np.round(volume.clip(0.001), 3)),
    }


def _value(w: World, rng: Rng, true: Indices, shown: Indices, lie: Indices, columns: dict[str, pl.Series]) -> pl.Series:
    """Log-normal round the material's price; a cover is insured a little, a cheap label is priced as one."""
    price = w.goods["price"].to_numpy()
    per_kg = price[shown] * 10 ** rng.normal(0, 0.13, len(true))
    per_kg = np.where(lie == 1, np.sqrt(price[true] * price[shown]), per_kg)
    per_kg = np.where(lie == 3, per_kg * 0.03, per_kg)
    rates = columns["currency"].replace_strict(w.rates, return_dtype=pl.Float64).to_numpy()
    return pl.Series(np.round(per_kg * columns["net_kg"].to_numpy() * rates + 0.01, 2))


def chunks(rows: int, seed: int = 7, parties: int = PARTIES) -> Iterator[pl.DataFrame]:
    """All rows, at most CHUNK at a time."""
    w = world(seed, parties)
    for number, start in enumerate(range(0, rows, CHUNK)):
        yield chunk(w, number, min(CHUNK, rows - start), seed)


def write(path: Path, rows: int, seed: int = 7, parties: int = PARTIES) -> None:
    """Write a Parquet file (zstd), GROUP chunks a row group."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    made = (frame.to_arrow() for frame in chunks(rows, seed, parties))
    first = next(made)
    with pq.ParquetWriter(part, first.schema, compression="zstd") as writer:
        waiting = [first]
        for data in made:
            if len(waiting) == GROUP:
                writer.write_table(pa.concat_tables(waiting), row_group_size=GROUP * CHUNK)
                waiting = []
            waiting.append(data)
        writer.write_table(pa.concat_tables(waiting), row_group_size=GROUP * CHUNK)
    part.rename(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    write(arguments.out, arguments.rows, arguments.seed)


if __name__ == "__main__":
    main()
