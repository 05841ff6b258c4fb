"""One state per row: `in`, `out` (nothing listed explains it), `open` (something could), `blocked` (it says nothing).

Rules, in order of a row: a plating hides everything; a declared figure decides by 3 sigma and its artefacts; a controlled
or denied element without a figure by the working level; any other element by the room the declared figures leave.
`test` says which rule spoke, `why` which artefact or lack left it open.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.composition.assay import weights
from didymium.composition.assay.data import rule

#: Of these nothing follows: they come with oxides, carbonates, water and air.
_AIR: Final = ("O", "H", "C", "N")
_SUMS: Final = ("TREO", "TREM", "TOTAL", "LOI", "H2O")
_HIGH_GRADES: Final = ("UH", "EH", "AH")
_GRADES_WITH_HEAVY: Final = ("SH", *_HIGH_GRADES)
_TINY: Final = 1e-9


def against_figures(held: pl.DataFrame) -> pl.DataFrame:
    """Adds, for rows with a declared figure: v, s, u, l (in the figure's unit and basis), z, state, why.

    u and l bound a censored value; l is null unless it is above the range of the method."""
    loss = pl.col("key").is_in(["LOI", "H2O"])
    scale = pl.when(loss).then(1.0).otherwise(pl.col("scale"))
    x, s, u = pl.col("x") * scale, pl.col("sigma") * scale, pl.col("upper") * scale
    scaled = held.with_columns(
        v=pl.when("share").then("share_x").otherwise(x),
        s=pl.when("share").then("share_sigma").otherwise(s),
        u=pl.when("share").then("share_upper").otherwise(u),
        l=pl.when(~pl.col("share").fill_null(value=False)).then(pl.col("least") * scale),
    )
    outside = pl.max_horizontal(pl.col("low") - pl.col("v"), pl.col("v") - pl.col("high"), pl.lit(0.0))
    z = outside * (pl.col("s") + _TINY).pow(-1)
    judged = scaled.with_columns(z=pl.when(pl.col("low").is_not_null()).then(z))
    judged = judged.with_columns(why=pl.when(pl.col("low").is_not_null()).then(_why()))
    # A list beside TREO of which some are reported: they are compared one by one, and of the sum nothing follows.
    idle = (pl.col("why") == "sum").fill_null(value=False) & pl.col("listed")
    judged = judged.with_columns(held=pl.col("low").is_not_null() & ~idle)
    declared = pl.col("held")
    return judged.with_columns(why=pl.when(declared).then("why")).with_columns(
        state=pl.when(declared).then(_state()),
        test=pl.when(declared).then(pl.lit("declared")),
        bans=pl.when(declared & ~pl.col("blocked")).then(_bans()),
    )


def _out_low() -> pl.Expr:
    number = (pl.col("z") > rule("sigma_limit")) & (pl.col("v") < pl.col("low"))
    return pl.when(pl.col("censored").is_null()).then(number).otherwise(pl.col("u") < pl.col("low") - _TINY)


def _out_high() -> pl.Expr:
    number = (pl.col("z") > rule("sigma_limit")) & (pl.col("v") > pl.col("high"))
    return (
        pl.when(pl.col("censored").is_null())
        .then(number)
        .otherwise((pl.col("l") > pl.col("high") + _TINY).fill_null(value=False))
    )


def _reaches() -> pl.Expr:
    """A censored value whose limit is not inside the declared interval."""
    inside = (pl.col("low") <= _TINY) & (pl.col("u") <= pl.col("high") * (1 + _TINY) + _TINY)
    whole = pl.max_horizontal(pl.col("high"), pl.col("high") * pl.col("to_oxide")) >= 99.9  # no upper figure
    inside = pl.when(_above()).then((pl.col("l") >= pl.col("low")) & whole).otherwise(inside)
    return pl.col("censored").is_not_null() & ~inside.fill_null(value=False) & ~_out_low() & ~_out_high()


def _above() -> pl.Expr:
    """Above the range of the method: at least so much."""
    return pl.col("least").is_not_null()


def _relabelled() -> pl.Expr:
    """Under the other unit (ppm, wt%) or the other form (element, oxide) the declared content reappears.

    A share of TREO needs no unit: rows that all slipped alike keep it.
    """

    def fits(factor: pl.Expr, sigmas: float) -> pl.Expr:
        v, slack = pl.col("v") * factor, sigmas * pl.col("s") * factor
        return ((v + slack >= pl.col("low")) & (v - slack <= pl.col("high"))).fill_null(value=False)

    own = pl.col("positive") & ~pl.col("share") & pl.col("censored").is_null()
    return own & (fits(unit_slip(), rule("sigma_limit")) | fits(pl.col("relabel"), rule("relabel_sigma")))


def unit_slip() -> pl.Expr:
    """Factor on a value if ppm was written for wt% or the reverse."""
    step = rule("slip_factor")
    return pl.when("unit_ppm").then(step).otherwise(1.0 / step)


def _why() -> pl.Expr:
    """What leaves a declared figure open, most telling first; null where nothing does."""
    excess = pl.col("v") - pl.col("high")
    shadow = pl.col("cover").is_not_null() & (
        (excess < rule("overlap_share")) | (excess < rule("overlap_sigma") * pl.col("s"))
    )
    low, high = _out_low(), _out_high()
    far = (pl.col("low") - pl.col("v") > rule("balance_firm")) | (excess > rule("balance_firm"))
    unclosed = pl.col("summed") & pl.col("key").is_in(["TREO", "TREM"]) & ~pl.col("closed")
    return (
        pl.when("blocked").then(pl.lit("plating"))
        .when("scattered").then(pl.lit("scatter"))
        .when((low | high) & _relabelled()).then(pl.lit("slip"))
        .when((low | _reaches()) & pl.col("partial")).then(pl.lit("partial"))
        .when(low & unclosed).then(pl.lit("sum"))
        .when(high & shadow).then(pl.lit("overlap"))
        .when((low | high) & ~pl.col("firm") & ~far).then(pl.lit("balance"))
        .when(_reaches() & _above()).then(pl.lit("range"))
        .when(pl.col("share") & pl.col("v").is_null() & pl.col("rare") & pl.col("over_range")).then(pl.lit("range"))
        .when(_reaches()).then(pl.lit("limit"))
        .when(pl.col("weak") & ~(low | high)).then(pl.lit("basis"))
    )  # fmt: skip


def _state() -> pl.Expr:
    out = _out_low() | _out_high()
    return (
        pl.when("blocked").then(pl.lit("blocked"))
        .when(pl.col("why").is_not_null()).then(pl.lit("open"))
        .when(out).then(pl.lit("out"))
        .when(pl.col("v").is_null() & pl.col("u").is_null()).then(pl.lit("blocked"))
        .otherwise(pl.lit("in"))
    )  # fmt: skip


def _bans() -> pl.Expr:
    number = weights.declared(pl.col("v"), pl.col("s"), pl.col("low"), pl.col("high"))
    limit = weights.below(pl.col("u"), pl.col("low"), pl.col("high"))
    least = weights.declared(pl.col("l"), pl.lit(0.0), pl.col("low"), pl.col("high"))
    least = pl.when(pl.col("l") > pl.col("high")).then(least).otherwise(0.0)
    raw = pl.when(pl.col("censored").is_null()).then(number).when(_above()).then(least).otherwise(limit)
    raw = pl.when(_out_low() | _out_high()).then(raw.clip(lower_bound=rule("weight_out"))).otherwise(raw)
    return pl.when(pl.col("why").is_not_null()).then(0.0).otherwise(raw)


def chosen(judged: pl.DataFrame) -> pl.DataFrame:
    """The rows of the reading and basis that suits each sample best: a declaration is accepted if any usual one fits."""
    way = ["sample", "reading", "basis", "scale", "weak"]
    several = (pl.col("readings") > 1) | (pl.col("bases") > 1)
    single, judged = judged.filter(~several), judged.filter(several)
    if judged.is_empty():
        return single
    clean = pl.col("state").is_not_null()
    ways = judged.group_by(way).agg(
        outs=((pl.col("state") == "out") & clean).sum(),
        opens=((pl.col("state") == "open") & clean).sum(),
        strain=pl.col("z").fill_null(0.0).clip(0.0, 1e6).sum(),
    )
    best = ways.sort("sample", pl.col("outs") > 0, "weak", "outs", "opens", "strain", "reading", "basis", "scale")
    best = best.unique("sample", keep="first", maintain_order=True)
    kept = judged.join(best.select(way), on=way, how="semi", maintain_order="left")
    return pl.concat([single, kept]).sort("sample", maintain_order=True)


def against_levels(rows: pl.DataFrame) -> pl.DataFrame:
    """States of rows without a figure: working level, or room. Rows with a figure keep theirs."""
    grade_allows = pl.col("key").is_in(["Dy", "Tb"]) & pl.col("suffix").is_in(_GRADES_WITH_HEAVY)
    free = (
        pl.col("named") | pl.col("hinted") | grade_allows.fill_null(value=False) | (pl.col("rare") & pl.col("covers"))
    ) & ~pl.col("denied")
    undeclared = pl.col("state").is_null() & ~pl.col("key").is_in(_SUMS)
    level = undeclared & (pl.col("denied") | (pl.col("controlled") & ~free))
    allowed = grade_allows.fill_null(value=False) & ~pl.col("denied")
    plating = pl.col("metal_coat") & pl.col("key").is_in(["Ni", "Zn", "Cu", "Sn", "Cr", "Au", "Ag", "Al", "P"])
    room = undeclared & ~level & ~allowed & ~pl.col("key").is_in(_AIR) & ~plating.fill_null(value=False)
    rows = _rooms(rows)
    whys = pl.when(level).then(_level_why()).when(room).then(_room_why())
    rows = rows.with_columns(why=pl.coalesce("why", whys))
    state = pl.when(level).then(_level_state()).when(room).then(_room_state())
    test = pl.when(level).then(pl.lit("level")).when(room).then(pl.lit("room"))
    return rows.with_columns(
        state=pl.coalesce("state", state),
        test=pl.coalesce("test", test),
        bans=pl.coalesce("bans", pl.when(level & ~pl.col("blocked")).then(_level_bans()).when(room).then(_room_bans())),
        low=pl.when(level | room).then(0.0).otherwise("low"),
        high=pl.when(level).then(_level()).when(room).then("limit").otherwise("high"),
        v=pl.when(level).then("x").when(room).then("room_v").otherwise("v"),
        s=pl.when(level).then("sigma").when(room).then("room_s").otherwise("s"),
        u=pl.when(level | room).then("upper").otherwise("u"),
        l=pl.when(level).then("least").when(room & _above()).then("room_v").otherwise("l"),
    )


def impossible(rows: pl.DataFrame) -> pl.DataFrame:
    """More of an element than there can be of anything: its unit is wrong, whatever else fits."""
    real = ~pl.col("key").is_in(_SUMS) & (pl.col("x") > 105.0) & ~pl.col("blocked")
    doubt = real & pl.col("state").fill_null("in").is_in(["in"])
    return rows.with_columns(
        state=pl.when(doubt).then(pl.lit("open")).otherwise("state"),
        why=pl.when(doubt).then(pl.lit("slip")).otherwise("why"),
        test=pl.when(doubt & pl.col("test").is_null()).then(pl.lit("room")).otherwise("test"),
        v=pl.when(doubt & pl.col("test").is_null()).then("x").otherwise("v"),
        s=pl.when(doubt & pl.col("test").is_null()).then("sigma").otherwise("s"),
        high=pl.when(doubt & pl.col("high").is_null()).then(100.0).otherwise("high"),
    )


def _rooms(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds room_v, room_s, limit: the content in the form of the declared figures, and what they leave for it."""
    form = pl.when("oxide_form").then(pl.col("to_oxide")).otherwise(1.0)
    rare = pl.when("covers").then(pl.col("room_reo_pct")).otherwise(pl.min_horizontal("room_pct", "room_reo_pct"))
    by_share = pl.col("rare") & pl.col("room_share_pct").is_not_null() & pl.col("share_x").is_not_null()
    tighter = by_share & (pl.col("share_x") - pl.col("room_share_pct") > 0)
    return rows.with_columns(
        room_v=pl.when(tighter).then("share_x").otherwise(pl.coalesce("x", "least") * form),
        room_s=pl.when(tighter).then("share_sigma").otherwise(pl.col("sigma") * form),
        limit=pl.when(tighter).then("room_share_pct").when("rare").then(rare).otherwise("room_pct"),
    )


def _shadow() -> pl.Expr:
    """A reading on the shoulder of a main line: below 1 wt% or within 5 sigma it is no evidence."""
    small = (pl.col("x") < rule("overlap_share")) | (pl.col("x") < rule("overlap_sigma") * pl.col("sigma"))
    return pl.col("cover").is_not_null() & small


def _level() -> pl.Expr:
    """wt% of the element above which it counts as there."""
    return pl.when("denied").then(rule("denied_level")).otherwise(rule("working_level"))


def _over(limit: pl.Expr) -> pl.Expr:
    return pl.coalesce("least", pl.col("x") - rule("sigma_limit") * pl.col("sigma")) > limit


def _under(limit: pl.Expr) -> pl.Expr:
    number = pl.col("x") + rule("sigma_limit") * pl.col("sigma") <= limit + _TINY
    return pl.when(pl.col("censored").is_null()).then(number).otherwise(pl.col("upper") <= limit + _TINY)


def _slipped(limit: pl.Expr) -> pl.Expr:
    """The unit of the sample is doubtful (a declared figure slipped, or more than all of it was found), and the other fits."""
    doubtful = pl.col("slipped") | (pl.col("x") > 105.0)
    return doubtful & (pl.col("x") * unit_slip() <= limit)


def _level_why() -> pl.Expr:
    limit = _level()
    number = pl.col("censored").is_null()
    return (
        pl.when("blocked").then(pl.lit("plating"))
        .when(pl.col("scattered") & (pl.col("x_most") > limit)).then(pl.lit("scatter"))
        .when(_over(limit) & _slipped(limit)).then(pl.lit("slip"))
        .when(~_under(limit) & _shadow()).then(pl.lit("overlap"))
        .when(~_over(limit).fill_null(value=False) & pl.col("partial")).then(pl.lit("partial"))
        .when(~_under(limit) & ~number & ~_over(limit).fill_null(value=False)).then(pl.lit("limit"))
        .when(~_under(limit) & ~_over(limit)).then(pl.lit("precision"))
    )  # fmt: skip


def _level_state() -> pl.Expr:
    return (
        pl.when("blocked").then(pl.lit("blocked"))
        .when(pl.col("why").is_not_null()).then(pl.lit("open"))
        .when(_under(_level())).then(pl.lit("in"))
        .otherwise(pl.lit("out"))
    )  # fmt: skip


def _room_out() -> pl.Expr:
    above = pl.col("room_v") - rule("sigma_limit") * pl.col("room_s").fill_null(0.0) > pl.col("limit") + _TINY
    return above.fill_null(value=False) & (pl.col("censored").is_null() | _above())


def _room_reached() -> pl.Expr:
    """A rare earth known only to lie below a limit that exceeds the room. Other elements are not held to that: a handheld
    instrument lists dozens of them with weak limits."""
    form = pl.when("oxide_form").then(pl.col("to_oxide")).otherwise(1.0)
    beyond = pl.col("upper") * form > pl.col("limit") + _TINY
    return (pl.col("rare") & pl.col("censored").is_not_null() & ~_room_out() & beyond).fill_null(value=False)


def _room_why() -> pl.Expr:
    most = pl.col("room_v") * pl.col("x_most") * pl.col("x").pow(-1)
    return (
        pl.when("blocked").then(pl.lit("plating"))
        .when(pl.col("scattered") & (most > pl.col("limit")).fill_null(value=False)).then(pl.lit("scatter"))
        .when(_room_out() & (pl.col("slipped") | (pl.col("x") > 105.0)) & (pl.col("x") * unit_slip() <= pl.col("limit")))
        .then(pl.lit("slip"))
        .when(_room_reached()).then(pl.lit("limit"))
        .when(_room_out() & _shadow()).then(pl.lit("overlap"))
    )  # fmt: skip


def _room_state() -> pl.Expr:
    return (
        pl.when("blocked").then(pl.lit("blocked"))
        .when(pl.col("why").is_not_null()).then(pl.lit("open"))
        .when(_room_out()).then(pl.lit("out"))
        .when(pl.col("limit").is_not_null()).then(pl.lit("in"))
    )  # fmt: skip


def _level_bans() -> pl.Expr:
    number = weights.undeclared(pl.coalesce("x", "least"), pl.col("sigma").fill_null(0.0))
    raw = pl.when(pl.col("censored").is_null() | _above()).then(number).otherwise(weights.absent(pl.col("upper")))
    return pl.when(pl.col("why").is_not_null()).then(0.0).otherwise(raw)


def _room_bans() -> pl.Expr:
    raw = weights.declared(pl.col("room_v"), pl.col("room_s").fill_null(0.0), pl.lit(0.0), pl.col("limit"))
    return pl.when(_room_out() & pl.col("why").is_null()).then(raw)
