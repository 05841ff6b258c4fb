"""Sentences a customs officer can act on: why the verdict, and which measurement would tell most next."""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.composition.assay.data import rule, sentences

_LEAD: Final = {
    "inconsistent": "Not as declared: ",
    "inconclusive": "Cannot be decided: ",
    "consistent": "As declared: ",
}
_SHOWN: Final = 3
_ORDER: Final = {"level": 0, "declared": 1, "grade": 2, "name": 3, "goods": 4, "room": 5}


def number(column: str, digits: int = 3) -> pl.Expr:
    """A figure with so many significant digits, without trailing zeros."""
    text = pl.col(column).round_sig_figs(digits).cast(pl.String)
    plain = text.str.strip_chars_end("0").str.strip_chars_end(".")
    return pl.when(text.str.contains("e", literal=True)).then(text).otherwise(plain)


def clauses(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `clause`, one per tested row: what was measured beside what was declared, and what stands in the way."""
    texts = [number(c).alias(f"{c}_text") for c in ("v", "u", "l", "low", "high")]
    fine = [number(c, 4).alias(f"{c}_text4") for c in ("low", "high")]
    rows = rows.with_columns(*texts, *fine, s_text=number("s", 2))
    unit = pl.when("share").then(pl.lit(" % of the rare-earth oxides")).otherwise(pl.lit(" wt%"))
    sigma = pl.when(pl.col("s").is_not_null()).then(pl.format(" ± {}", pl.col("s_text"))).otherwise(pl.lit(""))
    value = (
        pl.when((pl.col("test") == "grade") & pl.col("u").is_not_null()).then(pl.format("at most {}", pl.col("u_text")))
        .when(pl.col("l").is_not_null()).then(pl.format("more than {}", pl.col("l_text")))
        .when((pl.col("censored") == "above_range").fill_null(value=False)).then(pl.lit("above its range"))
        .when(pl.col("censored") == "trace").then(pl.format("a trace (below {}", pl.col("u_text")))
        .when(pl.col("censored").is_not_null()).then(pl.format("below {}", pl.col("u_text")))
        .when(pl.col("v").is_not_null()).then(pl.concat_str(pl.col("v_text"), sigma))
        .otherwise(pl.lit("not measured"))
    )  # fmt: skip
    shut = pl.when(pl.col("censored") == "trace").then(pl.lit(")")).otherwise(pl.lit(""))
    bare = pl.col("v").is_null() & pl.col("u").is_null() & pl.col("l").is_null()
    measured = pl.concat_str(pl.col("key"), pl.lit(" "), value, pl.when(bare).then(pl.lit("")).otherwise(unit), shut)
    span = (
        pl.when(pl.col("low_text") == pl.col("high_text"))
        .then(pl.col("low_text4"))
        .otherwise(pl.format("{} to {}", pl.col("low_text4"), pl.col("high_text4")))
    )
    level = pl.col("high_text")
    against = (
        pl.when(pl.col("test") == "declared").then(pl.format(", declared {}", span))
        .when((pl.col("test") == "level") & pl.col("denied")).then(pl.format(", said to be absent (level {})", level))
        .when(pl.col("test") == "level").then(pl.format(", controlled and not declared (working level {})", level))
        .when(pl.col("test") == "room").then(pl.format(", the declared figures leave room for {}", level))
        .when(pl.col("test") == "goods").then(pl.format(", goods of this kind hold at most {}", level))
        .when((pl.col("test") == "grade") & (pl.col("state") == "in"))
        .then(pl.format(", which this grade may hold (up to {})", level))
        .when(pl.col("test") == "grade").then(pl.lit(", without which this grade is not made"))
    )  # fmt: skip
    plain = pl.concat_str(measured, against, _excuse(), ignore_nulls=True)
    return rows.with_columns(clause=pl.when(pl.col("test") == "name").then(_by_name()).otherwise(plain))


def _by_name() -> pl.Expr:
    """What is known of goods by their name alone."""
    kind = pl.format(
        "of {} to {} wt% rare-earth oxides that the named goods hold", pl.col("low_text"), pl.col("high_text")
    )
    return (
        pl.when(pl.col("state") == "in").then(pl.format("{} is among the {}", "key", kind.str.replace("of ", "", literal=True)))
        .when(pl.col("why") == "range")
        .then(pl.format("{} lies above the range of the method, which may be half {} or not", "key", kind))
        .when(pl.col("v").is_not_null()).then(pl.format("{} {} wt% in place {}", "key", pl.col("v_text"), kind))
        .otherwise(pl.format("{} makes up less than half {}", "key", kind))
    )  # fmt: skip


def _excuse() -> pl.Expr:
    why = pl.col("why")
    return (
        pl.when(why == "overlap").then(pl.format(", but its X-ray line lies under one of {}", pl.col("cover")))
        .when(why == "partial").then(pl.lit(", but the sample was not dissolved completely"))
        .when(why == "slip").then(pl.lit(", but it fits if only the unit or form is mislabelled"))
        .when(why == "scatter").then(pl.lit(", but its repeats contradict each other"))
        .when(why == "range").then(pl.lit(", which a reading above the range of the method leaves open"))
        .when(why == "limit").then(pl.lit(", a limit that neither proves nor refutes it"))
        .when(why == "precision").then(pl.lit(", too uncertain to say on which side it lies"))
        .when(why == "basis").then(pl.lit(", which fits only if the results are on another basis than the goods"))
        .when(why == "sum").then(pl.lit(", but not all rare earths were reported"))
        .when(why == "balance").then(pl.lit(", a balance of which the rest was not reported"))
        .when(why == "plating").then(pl.lit(", read on a metal coating"))
    )  # fmt: skip


def reasons(picked: pl.DataFrame, tested: pl.DataFrame) -> pl.DataFrame:
    """picked: deciding samples with verdict. tested: their rows. Adds `reason` and covers_text, grade_decides for the next
    sentence. Only the rows that are told become clauses."""
    wanted = {"inconsistent": "out", "inconclusive": "open", "consistent": "in"}
    state = pl.col("verdict").replace_strict(wanted)
    rank = pl.col("test").replace_strict(_ORDER, default=9, return_dtype=pl.Int8)
    met = (
        tested.join(picked.select("sample", "verdict"), on="sample")
        .filter(pl.col("state") == state)
        .with_columns(rank=rank)
    )
    met = met.sort("sample", "rank", pl.col("bans").fill_null(0.0).abs(), "key", descending=[False, False, True, False])
    place = pl.int_range(pl.len()).over("sample")
    met = met.with_columns(place=place, told_n=pl.len().over("sample").cast(pl.Int64))
    told = clauses(met.filter(pl.col("place") < _SHOWN)).group_by("sample", maintain_order=True).agg(
        told=pl.col("clause").str.join("; "), told_n=pl.col("told_n").first(),
    )  # fmt: skip
    signs = met.group_by("sample").agg(
        covers_text=pl.when(pl.col("why") == "overlap").then("cover").min(),
        grade_decides=(pl.col("test") == "grade").any(),
    )
    more = pl.col("told_n") - _SHOWN
    joined = picked.join(told, on="sample", how="left", maintain_order="left").join(signs, on="sample", how="left")
    joined = joined.with_columns(
        body=pl.when(more > 0).then(pl.format("{}; and {} more", "told", more)).otherwise("told"),
        grade_decides=(pl.col("grade_decides") & (pl.col("verdict") == "inconsistent")).fill_null(value=False),
        unsought=pl.col("unsought").fill_null(""),
    )
    return joined.with_columns(
        reason=pl.concat_str(
            pl.col("verdict").replace_strict(_LEAD), pl.coalesce(_of_sample(), "body", pl.lit("nothing to compare")),
            _remarks(), pl.lit("."),
        )
    ).drop("told", "told_n", "body")  # fmt: skip


def _of_sample() -> pl.Expr:
    """Reasons that concern the whole sample; null = the single rows tell it."""
    open_ = pl.col("verdict") == "inconclusive"
    total = pl.format("the analysis adds up to {} %, so single values cannot be used", number("total_found"))
    return (
        pl.when(open_ & (pl.col("blocker") == "plating"))
        .then(pl.lit("the instrument read the metal coating, which says nothing of what lies beneath"))
        .when(open_ & (pl.col("blocker") == "total")).then(total)
        .when(open_ & (pl.col("blocker") == "unreadable"))
        .then(pl.format("the declared composition cannot be so: {}", "unreadable"))
        .when(open_ & (pl.col("blocker") == "nothing")).then(pl.lit("nothing that was measured can be compared with the papers"))
    )  # fmt: skip


def _remarks() -> pl.Expr:
    basis = pl.when(pl.col("basis").fill_null("as received") != "as received").then(
        pl.format(" (basis of the results: {})", "basis")
    )
    could = pl.when(pl.col("verdict") == "inconsistent").then(
        pl.format(" (what was measured would fit {})", "could_be")
    )
    return pl.concat_str(basis.fill_null(""), could.fill_null(""))


def next_measurements(picked: pl.DataFrame) -> pl.DataFrame:
    """Adds `next_measurement`: derived from what blocks the verdict, or what would confirm it."""
    key = (
        pl.when(pl.col("verdict") == "inconclusive").then(pl.col("blocker").fill_null("nothing"))
        .when((pl.col("verdict") == "inconsistent") & pl.col("grade_decides")).then(pl.lit("grade"))
        .when(pl.col("verdict") == "inconsistent").then(pl.lit("confirm"))
        .when(pl.col("unsought") != "").then(pl.lit("unsought"))
        .otherwise(pl.lit("none"))
    )  # fmt: skip
    known = sentences()
    text = key.replace_strict(list(known), list(known.values()), default=known["nothing"], return_dtype=pl.String)
    inconsistent = pl.col("verdict") == "inconsistent"
    elements = pl.when(inconsistent).then(pl.col("out")).otherwise(pl.col("open")).list.head(4).list.join(", ")
    named = pl.when(elements != "").then(elements).otherwise(pl.lit("the declared elements"))
    wanted = (
        pl.when((pl.col("verdict") == "consistent") & (pl.col("unsought") != "")).then("unsought").otherwise("wanted")
    )
    fills = {
        "{elements}": named, "{wanted}": wanted, "{cover}": pl.col("covers_text").fill_null("a main element"),
        "{coat}": pl.when("organic_coat").then(pl.lit("coating")).otherwise(pl.lit("plating")),
        "{total}": number("total_found").fill_null("?"), "{level}": pl.lit(f"{rule('working_level'):g}"),
        "{total_low}": pl.lit(f"{rule('total_low'):g}"), "{total_high}": pl.lit(f"{rule('total_high'):g}"),
        "{grade}": pl.col("grade_read").fill_null("this grade"),
    }  # fmt: skip
    for place, value in fills.items():
        text = text.str.replace_all(place, value, literal=True)
    return picked.with_columns(next_measurement=text)
