"""The one MetaData in which every domain describes its tables, with names of constraints that both databases share.

A domain keeps its tables in a module of its own (`Table(..., METADATA)`); the steps that make them are in migrations/.
Small column types that all domains use stand here, so that both databases hold the same.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Integer, MetaData

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Row number: 64 bits in both; SQLite counts up by itself only for INTEGER.
RowId: Final = BigInteger().with_variant(Integer, "sqlite")
