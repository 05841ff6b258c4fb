"""World trade and prices."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

TRADE_FLOWS: Final = TableSpec(
    name="trade",
    title="Bilateral trade of HS 280530, 284610 and 284690 by year",
    file="trade.parquet",
    source="CEPII, BACI (HS92; Gaulier and Zignago 2010; extract of 2025)",
    licence="Etalab Open Licence 2.0 with attribution",
    key=("year", "hs6", "exporter", "importer", "vintage"),
    columns=(
        Column("year", "int", required=True, low=1962, high=2100),
        Column("hs6", doc="HS 1992 code", required=True),
        Column("exporter", doc="ISO 3166-1 alpha-2", required=True),
        Column("importer", doc="ISO 3166-1 alpha-2", required=True),
        Column("value_usd", "float", "USD", "FOB", low=0),
        Column("net_kg", "float", "kg", "gross mass of the compound, not REO; null = quantity unknown", low=0),
        *PROVENANCE,
    ),
)

PRICES: Final = TableSpec(
    name="prices",
    title="Prices as quoted: annual averages, dated assessments, and recalled ranges before 2021",
    file="prices.csv",
    source="USGS Mineral Commodity Summaries 2026 (underlying: Argus); single press figures as cited; recalled ranges",
    licence="USGS public domain; single figures cited",
    key=("material", "market", "kind", "period_start", "period_end", "source"),
    columns=(
        Column("material", doc="id in table materials", required=True),
        Column(
            "market",
            doc="inside or outside the controlling country",
            required=True,
            allowed=("inside", "outside", "any"),
        ),
        Column(
            "kind",
            doc="what sort of figure",
            required=True,
            allowed=("annual_average", "assessment", "weekly", "volume_weighted", "ask", "recalled_range"),
        ),
        Column("period_start", "date", required=True),
        Column("period_end", "date", required=True),
        Column("purity_pct", "float", "%", "purity quoted", low=50, high=100),
        Column("place", doc="delivery terms as quoted"),
        Column("low_usd_per_kg", "float", "USD/kg", required=True, low=0.001, high=1e6),
        Column("high_usd_per_kg", "float", "USD/kg", required=True, low=0.001, high=1e6),
        Column("note"),
        *PROVENANCE,
    ),
)

PRICE_RULES: Final = TableSpec(
    name="price_rules",
    title="How a price corridor is derived from the oxide prices of what a material contains",
    file="price_rules.csv",
    source="reasons per row",
    licence="our own, Apache-2.0",
    key=("applies_to", "value"),
    columns=(
        Column("applies_to", required=True, doc="what `value` names", allowed=("material", "form", "parameter")),
        Column("value", required=True, doc="a material id, a form of table materials, or a parameter name"),
        Column(
            "contents",
            doc="kg of quoted materials in 1 kg, as nd_oxide:0.30-0.36|dy_oxide:0-0.05; none = a fixed range; "
            "null = REO range and elements of table materials",
        ),
        Column("factor_low", "float", doc="multiplies the value of the contents", required=True, low=0, high=1000),
        Column("factor_high", "float", doc="for the high end", required=True, low=0, high=1000),
        Column("add_low_usd_per_kg", "float", "USD/kg", "added after the factor", required=True, low=0, high=1e5),
        Column("add_high_usd_per_kg", "float", "USD/kg", "for the high end", required=True, low=0, high=1e5),
        Column("reason", doc="why these figures", required=True),
        *PROVENANCE,
    ),
)

PRODUCTS: Final = TableSpec(
    name="products",
    title="Unit values of United States imports by tariff line",
    file="products.csv",
    source="U.S. Geological Survey, Minerals Yearbook 2022, tables 6 and 7 (public domain)",
    licence="public domain",
    key=("hts", "description", "year", "vintage"),
    columns=(
        Column("hts", required=True),
        Column("hs6", required=True),
        Column("description", required=True),
        Column("elements"),
        Column("form"),
        Column("year", "int", required=True, low=1980, high=2100),
        Column("gross_kg", "float", "kg", low=0),
        Column("value_usd", "float", "USD", low=0),
        Column("reo_kg", "float", "kg REO", low=0),
        Column("reo_factor", "float", "kg REO/kg", low=0, high=2),
        Column("usd_per_kg", "float", "USD/kg", low=0),
        Column("usd_per_kg_reo", "float", "USD/kg REO", low=0),
        *PROVENANCE,
    ),
)

CLAIMS_ABOUT_SCALE: Final = TableSpec(
    name="claims_about_scale",
    title="Estimates of illegal trade, each with its author; a range, never one figure",
    file="claims_about_scale.csv",
    source="as named per row",
    licence="single figures cited",
    key=("claim_id",),
    columns=(
        Column("claim_id", required=True),
        Column("author", required=True),
        Column("country"),
        Column("year_from", "int", low=1980, high=2100),
        Column("year_to", "int", low=1980, high=2100),
        Column("measure", required=True),
        Column("qualifier"),
        Column("low", "float", doc="in `unit`"),
        Column("high", "float", doc="in `unit`"),
        Column("unit", required=True),
        Column("reliability", doc="A official or court, B agency or trade press, C other"),
        Column("note"),
        *PROVENANCE,
    ),
)

TRADE: Final = (TRADE_FLOWS, PRICES, PRICE_RULES, PRODUCTS, CLAIMS_ABOUT_SCALE)
