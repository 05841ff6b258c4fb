"""From canonical declarations to one wide row each: everything a check reads that needs no other row."""

from __future__ import annotations

import polars as pl

from didymium.checks.likelihood import fits_code
from didymium.screening.enrich.codes import add_code_line
from didymium.screening.enrich.declared import read_composition
from didymium.screening.enrich.flows import add_flows
from didymium.screening.enrich.goods import RARE_EARTH_FAMILIES, code_materials, materials, read_goods
from didymium.screening.enrich.incentive import with_incentive
from didymium.screening.enrich.label import add_label
from didymium.screening.enrich.lookup import attach, by_distinct
from didymium.screening.enrich.magnets import add_magnets
from didymium.screening.enrich.measured import with_measured
from didymium.screening.enrich.money import add_money
from didymium.screening.enrich.origin import add_lane, add_origin
from didymium.screening.enrich.packing import add_packing
from didymium.screening.enrich.people import add_people
from didymium.screening.enrich.price import add_corridor
from didymium.screening.enrich.route import add_route

__all__ = ["RARE_EARTH_FAMILIES", "enrich", "enrich_goods"]


def enrich(rows: pl.DataFrame) -> pl.DataFrame:
    """Canonical declarations (any number of rows) -> the same rows, in the same order, with the wide columns added.

    Pure and row-local: any split of the rows gives the same result.
    """
    height = rows.height
    rows = (
        with_incentive(with_measured(rows))
        .with_row_index("row_in_batch")
        .with_columns(
            month=(pl.col("date").dt.year().cast(pl.Int32) * 12 + pl.col("date").dt.month().cast(pl.Int32) - 1),
        )
    )
    rows = enrich_goods(rows)
    for add in (
        add_money,
        add_packing,
        add_label,
        add_people,
        add_route,
        add_magnets,
        add_origin,
        add_lane,
        add_corridor,
        add_flows,
        add_code_line,
    ):
        rows = add(rows)
    rows = rows.with_columns(
        goods_class=pl.when("rare_earth_goods")
        .then("family")
        .otherwise(pl.lit("heading ") + pl.col("hs6").str.slice(0, 4)),
        peer=pl.coalesce(pl.when("from_text").then("material"), pl.lit("code ") + pl.col("hs6")),
        mass_class=(pl.col("net_kg").log10() * 2).floor().cast(pl.Int32).cast(pl.String),
    )
    assert rows.height == height, "enrichment changed the number of rows"
    return rows.drop("row_in_batch")


def enrich_goods(rows: pl.DataFrame) -> pl.DataFrame:
    """The part of `enrich` that tells what the goods are: hs6 and the columns of `add_goods`."""
    return add_goods(rows.with_columns(hs6=pl.col("hs_code").str.slice(0, 6)))


def _named_goods(source: str, known: pl.DataFrame) -> pl.DataFrame:
    """What `read_goods` found, with the columns named after the field the texts stand in."""
    name = source.removesuffix("_text")
    return known.rename(
        {
            "text": source,
            "material": f"{name}_material",
            "specificity": f"{name}_specificity",
            "rare_earth_named": f"{name}_names_rare_earth",
            "rare_earths": f"{name}_rare_earths",
        }
    )


def add_goods(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds what description, composition, label and code name, and the declared material with its family.

    material: from the description, else composition, else label (material_from says which), else the only material
    usual under the code; null = cannot tell. family: of the material, else of the code.
    """
    texts = ("description", "composition", "label_text")
    known = read_goods(pl.concat([rows.get_column(source).drop_nulls() for source in texts]).unique())
    for source in texts:
        rows = attach(rows, _named_goods(source, known), on=source)
    rows = by_distinct(
        rows,
        "composition",
        lambda texts: read_composition(texts).rename({"text": "composition", "names_rare_earth": "parts_rare_earth"}),
    )
    rows = attach(rows, code_materials(), on="hs6")
    # A list of several rare-earth oxides, or a total, describes a mixture: no single one of them is the material.
    mixture = (pl.col("composition_rare_earths") > 1) | pl.col("treo_pct").is_not_null()
    rows = rows.with_columns(composition_material=pl.when(~mixture.fill_null(value=False)).then("composition_material"))
    for name in ("description", "label", "composition"):
        other = materials().select(
            pl.col("material").alias(f"{name}_material"),
            pl.col("family").alias(f"{name}_family"),
            pl.col("material_hs6").alias(f"{name}_hs6"),
            pl.col("appearance").alias(f"{name}_appearance"),
            pl.col("rare_earth_bits").alias(f"{name}_rare_earth_bits"),
        )
        rows = attach(rows, other, on=f"{name}_material")
    # Analysts list parts and bags are reused: what they name is taken for the goods only where the code bears it out.
    for name in ("label", "composition"):
        _, heading = fits_code(f"{name}_hs6")
        rare = pl.col(f"{name}_family").is_in(RARE_EARTH_FAMILIES) & pl.col("code_holds_rare_earths")
        rows = rows.with_columns(pl.when(heading | rare).then(f"{name}_material").alias(f"{name}_goods"))
    # A vague word, or one that stands behind "for", counts only where the code leaves the goods open.
    clear = pl.col("description_specificity") >= 2
    rows = rows.with_columns(
        description_goods=pl.when(clear).then("description_material"),
        code_goods="code_material",
        words_goods=pl.when(~clear).then("description_material"),
    )
    sources = ("description", "composition", "label", "code", "words")
    rows = rows.with_columns(
        material=pl.coalesce(f"{source}_goods" for source in sources),
        material_from=pl.coalesce(
            pl.when(pl.col(f"{source}_goods").is_not_null()).then(pl.lit(source)) for source in sources
        ),
    )
    rows = attach(rows.drop(f"{source}_goods" for source in sources), materials(), on="material")
    # A word such as "magnets" leaves open what they are made of; the code then says more.
    vague = pl.col("material_from") == "words"
    family = pl.coalesce(pl.when(~vague | pl.col("code_family").is_null()).then("family"), "code_family", "family")
    family = family.fill_null("goods")
    return rows.with_columns(
        family=family,
        rare_earth_goods=family.is_in(RARE_EARTH_FAMILIES),
        from_text=pl.col("material_from").is_in(["description", "composition", "label"]).fill_null(value=False),
    )
