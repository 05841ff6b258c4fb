"""What is known: typed tables, each figure with source, vintage and confidence, looked up as of a date."""

from didymium.reference.load import content_hash, table
from didymium.reference.registry import Column, TableSpec, names, spec

__all__ = ["Column", "TableSpec", "content_hash", "names", "spec", "table"]
