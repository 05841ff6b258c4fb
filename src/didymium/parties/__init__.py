"""Names of parties: one key for the spellings of one firm, where it seems to sit, and what business its name tells."""

from didymium.parties.names import PARTY_SCHEMA, read_names

__all__ = ["PARTY_SCHEMA", "read_names"]
