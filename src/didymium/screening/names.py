"""The words sentences need: names of materials, countries and peer groups. Added only to rows that are shown."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference import table

_GROUP_TEXT: Final = {
    "ANY": "rare earths", "LREE": "light rare earths", "HREE": "heavy rare earths",
    "NdFeB": "NdFeB magnets", "SmCo": "samarium-cobalt magnets",
}  # fmt: skip


@cache
def _materials() -> tuple[list[str], list[str]]:
    rows = table("materials").select("material", "name").rows()
    return [r[0] for r in rows], [r[1] for r in rows]


@cache
def _countries() -> tuple[list[str], list[str]]:
    rows = table("countries").select("iso2", "name").rows()
    return [r[0] for r in rows], [f"{r[1]} ({r[0]})" for r in rows]


@cache
def _code_goods() -> tuple[list[str], list[str]]:
    """HS6 and its title; where no title is kept, the first materials usual there."""
    titles = dict(table("hs6_titles").select("hs6", "title").iter_rows())
    rows = (
        table("materials")
        .select("name", hs6=pl.col("hs6").str.split("|"))
        .explode("hs6")
        .drop_nulls("hs6")
        .group_by("hs6", maintain_order=True)
        .agg(pl.col("name").head(3).str.join(", "))
        .sort("hs6")
        .rows()
    )
    goods = dict(rows) | titles
    return list(goods), list(goods.values())


def material_name(column: str) -> pl.Expr:
    """The name of a material id; an unknown id stays as it is."""
    ids, names = _materials()
    return pl.col(column).replace_strict(ids, names, default=pl.col(column), return_dtype=pl.String)


def country_name(column: str) -> pl.Expr:
    """`Türkiye (TR)`; an unknown code stays as it is, null stays null."""
    ids, names = _countries()
    return pl.col(column).replace_strict(ids, names, default=pl.col(column), return_dtype=pl.String)


def _peer_label(prefix: str, narrow: pl.Expr) -> pl.Expr:
    """What the peer group is, in words: material or code, with the narrowing of its level."""
    ids, names = _materials()
    codes, titles = _code_goods()
    ids = [*ids, *(f"code {code}" for code in codes)]
    names = [*names, *(f"{title} (code {code})" for code, title in zip(codes, titles, strict=True))]
    goods = pl.col("peer").replace_strict(ids, names, default=pl.col("peer"), return_dtype=pl.String)
    return pl.concat_str([goods, pl.when(pl.col(f"{prefix}_level") == 0).then(narrow).otherwise(pl.lit(""))])


def add_names(wide: pl.DataFrame) -> pl.DataFrame:
    """Adds the name columns the `because` functions of the checks read."""
    codes, goods = _code_goods()
    return wide.with_columns(
        material_name=material_name("material"),
        description_material_name=material_name("description_material"),
        description_hs6_text=pl.col("description_hs6").str.replace_all("|", " or ", literal=True),
        code_goods_text=pl.col("hs6").replace_strict(
            codes, goods, default=pl.lit("goods the reference does not list"), return_dtype=pl.String
        ),
        claimed_origin_name=country_name("claimed_origin"),
        made_in_name=country_name("made_in"),
        loading_country_name=country_name("loading_country"),
        plant_group_text=pl.col("plant_group").replace_strict(_GROUP_TEXT, default="rare earths"),
        peer_price_label=_peer_label("peer_price", pl.lit(" of the same origin and year")),
        peer_density_label=_peer_label("peer_density", pl.lit(" in the same kind of package")),
    ).with_columns(goods_text=pl.coalesce(pl.when("from_text").then("material_name"), "description", "code_goods_text"))
