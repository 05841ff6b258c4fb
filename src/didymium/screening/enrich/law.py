"""What the law asks of each line, as declared: one answer per distinct situation, joined back to the rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import polars as pl

from didymium.controls import PERMISSIONS, Ruleset, determine_frame, reached, read_goods, ruleset
from didymium.controls.facts import military_words, name_keys, uses_of
from didymium.controls.rescreening import Line
from didymium.reference import table
from didymium.screening.enrich.lookup import attach

_WORDS: Final = ("law_word", "composition", "grade", "hs_code")
#: Roles whose name may stand on a list of an act, or make the use military.
_RECEIVERS: Final = ("importer", "end_user")


def add_law(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `permission`: what the law asks of each line as declared, whether a licence is held not being looked at; and
    law_applies, law_missing: ids of the measures that apply (`|`-separated) and missing facts (`; `-separated); empty = none.

    The goods are the material recognised in the papers (else the description), with composition, grade and code. Dispatch
    that is not stated is where the port of loading lies, else the origin. Goods are read only where a measure in force can
    reach them; the rest is free, and `not applicable` where nothing speaks of rare earths or of other goods of the acts.
    """
    rules = ruleset()
    rows = rows.with_columns(law_word=_word(), law_from=dispatch(), law_place=pl.int_range(pl.len()))
    rows = rows.hstack(_uses(rows)).with_columns(_termed(rows, rules))
    asked = rows.filter(_speaks() & reached(_ways(rows), rules))
    answers = _answers(asked, rules).with_columns(law_place=asked["law_place"])
    out = rows.join(answers, on="law_place", how="left", maintain_order="left")
    assert out.height == rows.height, "a join of answers changed the number of rows"
    nothing = pl.lit("not applicable").cast(pl.Enum(PERMISSIONS))
    asked_free = pl.col("permission").fill_null(pl.lit("free").cast(pl.Enum(PERMISSIONS)))
    spoken = _names_rare_earths() | pl.col("law_termed")
    permission = pl.when((asked_free == "free") & ~spoken).then(nothing).otherwise(asked_free)
    return (
        out.with_columns(permission=permission)
        .with_columns(pl.col("law_applies", "law_missing").fill_null(""))
        .drop("law_word", "law_from", "law_place", "law_uses", "law_termed")
    )


def _answers(rows: pl.DataFrame, rules: Ruleset) -> pl.DataFrame:
    """permission, law_applies, law_missing of rows, in their order."""
    rows = attach(rows, _lists(rows, rules), on=list(_RECEIVERS), nulls_equal=True)
    distinct = rows.select(_WORDS).unique(maintain_order=True).with_row_index("goods")
    goods = [read_goods(law_text(*words[:3]), words[3]) for words in distinct.select(_WORDS).iter_rows()]
    placed = rows.join(distinct, on=list(_WORDS), how="left", nulls_equal=True, maintain_order="left")
    assert placed.height == rows.height, "a join of goods changed the number of rows"
    facts = placed.with_columns(uses="law_uses", lists="law_lists")
    answers = determine_frame(_ways(facts).hstack(facts.select("goods", "uses", "lists")), goods, rules)
    return answers.select("permission", law_applies="applies", law_missing="missing")


def _ways(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("date", "import_country", "origin", export_country="law_from")


def _names_rare_earths() -> pl.Expr:
    """Do the papers speak of rare earths in the goods, or is the code one of rare earths?"""
    named = [pl.col(f"{text}_names_rare_earth") for text in ("description", "composition", "label")]
    signs = [sign.fill_null(value=False) for sign in (*named, pl.col("parts_rare_earth"))]
    return pl.any_horizontal(*signs) | pl.col("rare_earth_goods")


def _termed(rows: pl.DataFrame, rules: Ruleset) -> pl.Series:
    """Rows whose description holds a word of an entry that is no rare earth (gallium, P507)."""
    distinct = rows.select("description").drop_nulls().unique()
    words = sorted(
        {term for act in rules.acts for m in act.measures for e in m.items if not e.both for term in e.terms}
    )
    named = distinct.with_columns(law_termed=pl.col("description").str.to_lowercase().str.contains_any(words))
    return attach(rows.select("description"), named, on="description")["law_termed"].fill_null(value=False)


def _speaks() -> pl.Expr:
    """Rows that may be goods of any act: rare earths, a word of an entry, or a use in rare-earth works."""
    bears = pl.col("code_bears_rare_earths").fill_null(value=False)
    active = pl.col("law_uses").str.contains("rare-earth activity", literal=True)
    return _names_rare_earths() | bears | pl.col("law_termed") | active


def dispatch() -> pl.Expr:
    """Country of dispatch: as stated, else that of the port of loading, else the origin."""
    return pl.coalesce("export_country", pl.col("port_loading").str.slice(0, 2), "origin")


def law_text(material: str | None, composition: str | None, grade: str | None) -> str:
    """The goods in one text, as the controls read them."""
    return "; ".join(part for part in (material, composition, grade) if part)


#: Columns that `line_of` reads.
LINE_NEEDS: Final = (
    "declaration_id", "item_no", "date", "hs_code", "material", "from_text", "description", "composition", "grade", "origin",
    "export_country", "port_loading", "import_country", "use", "importer", "end_user",
)  # fmt: skip


def line_of(row: Mapping[str, Any]) -> Line:
    """One wide row as the law is asked about it, the same way as `add_law` asks."""
    return Line(
        declaration_id=row["declaration_id"], item_no=row["item_no"], date=row["date"], hs_code=row["hs_code"],
        goods=law_text(_word_of(row), row["composition"], row["grade"]), origin=row["origin"],
        export_country=row["export_country"] or (row["port_loading"] or "")[:2] or row["origin"],
        import_country=row["import_country"], use=row["use"], importer=row["importer"], end_user=row["end_user"],
    )  # fmt: skip


#: A description that says more than a name: shares, denials, kinds of goods made of a substance, words of other acts.
_TELLS: Final = (
    r"(?i)%|ppm|free|frei|\bno\b|without|ohne|sans|sin |with|mit|doped|含|掺|无|不含|rotor|stator|motor|assembl|sensor"
    r"|target|phosphor|catalyst|scrap|swarf|precursor|crude|leach|raw|crystal|alloy|合金|转子|靶|荧光|催化|晶体|废|粗|スクラップ"
)


def _word() -> pl.Expr:
    """Name of the material where a text names it, behind the description where that says more; else the description."""
    names = pl.col("material").replace_strict(material_names(), default=None, return_dtype=pl.String())
    named = pl.when("from_text").then(names)
    tells = pl.col("description").str.contains(_TELLS)
    return pl.coalesce(pl.when(tells).then(pl.concat_str("description", named, separator="; ")), named, "description")


def _word_of(row: Mapping[str, Any]) -> str | None:
    """As `_word`, of one row."""
    named = material_names().get(row["material"] or "") if row["from_text"] else None
    description: str | None = row["description"]
    if named and description and re.search(_TELLS, description):
        return f"{description}; {named}"
    return named or description


@cache
def material_names() -> dict[str, str]:
    """material -> its name in English."""
    return dict(table("materials").select("material", "name").iter_rows())


def _uses(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows' law_uses: what the use says, and `military` where a receiver's name does; empty = not stated."""
    said = {use: "|".join(sorted(uses_of(use, "", ()))) for use in rows["use"].drop_nulls().unique().to_list()}
    uses = rows["use"].replace_strict(said, default="", return_dtype=pl.String())
    receiver = pl.any_horizontal(rows[role].is_in(_military(rows[role])).fill_null(value=False) for role in _RECEIVERS)
    return rows.select(pl.when(receiver).then(pl.lit("military")).otherwise(uses).alias("law_uses"))


def _military(names: pl.Series) -> list[str]:
    """Names of armed forces, arsenals and the like among these."""
    distinct = names.drop_nulls().unique()
    maybe = distinct.filter(distinct.str.to_lowercase().str.contains_any(military_words()))
    return [name for name in maybe.to_list() if "military" in uses_of(None, "", [("end_user", name)])]


def _lists(rows: pl.DataFrame, rules: Ruleset) -> pl.DataFrame:
    """Distinct (importer, end_user) with law_lists: acts whose list holds one of them; empty = none."""
    distinct = rows.select(_RECEIVERS).unique(maintain_order=True)
    found = [_on_lists(names, rules) for names in distinct.iter_rows()]
    return distinct.with_columns(law_lists=pl.Series(found, dtype=pl.String()))


def _on_lists(names: Sequence[str | None], rules: Ruleset) -> str:
    keys = {key for name in names if name for key in name_keys(name)}
    return "|".join(act for act, listed in sorted(rules.listed.items()) if keys & listed)
