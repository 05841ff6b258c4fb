"""Many writers at once, and kill -9 at random moments; `make torture` does more of both."""

from __future__ import annotations

from benchmarks import torture


def test_sixteen_writers_draw_to_the_last_gram(setting: str) -> None:
    """10 000 draws by 16 processes, every tenth sent twice, on a licence that holds 9 000; some writers send in batches."""
    figures = torture.writers(setting, processes=16, draws=10_000, batches=(1, 1, 10, 50))
    assert figures["messages"] == 11_000


def test_killed_writers_lose_nothing_and_book_nothing_twice(setting: str) -> None:
    figures = torture.kills(setting, times=60)
    assert figures["kills"] >= 50
    assert figures["mid_work"] >= 30
    assert figures["acknowledged"] > 0
