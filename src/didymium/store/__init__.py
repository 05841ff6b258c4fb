"""The one database: SQLite by default, PostgreSQL by one setting. Knows no domain.

open_store: from a setting to a Store. Store.write and Store.reading: transactions. METADATA, Exact, RowId: for the tables that a
domain describes beside its logic. The trail of changes is in `didymium.store.audit`, versions in `didymium.store.migrate`.
"""

from didymium.store.decimals import Exact
from didymium.store.engine import Store, open_store
from didymium.store.metadata import METADATA, RowId

__all__ = ["METADATA", "Exact", "RowId", "Store", "open_store"]
