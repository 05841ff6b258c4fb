"""Assays held against declarations: what is measured, what is claimed, verdict, reason, and what to measure next."""

from didymium.composition.assay.assessment import Assessment, assess
from didymium.composition.assay.comparison import Comparison, compare

__all__ = ["Assessment", "Comparison", "assess", "compare"]
