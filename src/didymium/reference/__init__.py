"""What is known: typed tables, each figure with source, vintage and confidence, looked up as of a date."""

from didymium.reference.figures import Figure, why
from didymium.reference.load import content_hash, table
from didymium.reference.registry import Column, TableSpec, names, spec
from didymium.reference.verification import verify

__all__ = ["Column", "Figure", "TableSpec", "content_hash", "names", "spec", "table", "verify", "why"]
