"""Scenarios drawn up from the law in force, or from what was reported, as TOML that runs and that a person then edits."""

from didymium.supply.drafts.assumed import assumed
from didymium.supply.drafts.draft import Draft
from didymium.supply.drafts.news import from_news
from didymium.supply.drafts.regime import from_regime
from didymium.supply.drafts.reports import Report, read_report
from didymium.supply.drafts.writing import as_ranges, as_toml

__all__ = ["Draft", "Report", "as_ranges", "as_toml", "assumed", "from_news", "from_regime", "read_report"]
