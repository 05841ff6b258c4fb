"""Tests of re-screening run on SQLite and on PostgreSQL (tests/databases.py)."""

from tests.databases import new_setting, postgresql, setting, store

__all__ = ["new_setting", "postgresql", "setting", "store"]
