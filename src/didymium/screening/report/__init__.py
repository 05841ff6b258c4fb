"""The HTML report: one self-contained file made from one Screening."""

from didymium.screening.report.render import render

__all__ = ["render"]
