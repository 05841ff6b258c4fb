"""Licences to the last gram: what was issued, what was drawn, and why a draw is refused.

add, book, book_many: change something; preview: the answer a message would get. find,
history, quotas, undertakings are read through `registry`, `views`, `quota_book` and
`undertakings`; `recount.problems` proves the balances. Everything is kept through `didymium.store`.
"""

from didymium.controls.licences.ledger import book, book_many, preview
from didymium.controls.licences.model import Answer, State, Terms, available
from didymium.controls.licences.registry import add, find

__all__ = ["Answer", "State", "Terms", "add", "available", "book", "book_many", "find", "preview"]
