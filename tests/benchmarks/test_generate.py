"""The load of the benchmark: the same for a seed, and like a customs file where it matters for speed."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks import generate


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return pl.concat(generate.chunks(20_000, seed=3))


def test_columns(rows: pl.DataFrame) -> None:
    assert tuple(rows.columns) == generate.COLUMNS
    assert rows.width == 27


def test_same_seed_same_rows(rows: pl.DataFrame) -> None:
    assert rows.equals(pl.concat(generate.chunks(20_000, seed=3)))
    assert not rows.equals(pl.concat(generate.chunks(20_000, seed=4)))


def test_chunks_follow_each_other() -> None:
    w = generate.world(3, parties=50)
    one, two = generate.chunk(w, 0, 500, 3), generate.chunk(w, 1, 500, 3)
    assert not one.drop("declaration_id").equals(two.drop("declaration_id"))
    assert int(two["declaration_id"].min()) == generate.CHUNK + 1


def test_texts_repeat_like_those_of_a_customs_file(rows: pl.DataFrame) -> None:
    said = rows["description"].drop_nulls()
    assert 0.22 < said.str.contains(r" lot \d+$").mean() < 0.32
    assert said.n_unique() / said.len() < 0.5


def test_blanks(rows: pl.DataFrame) -> None:
    for column in ("origin", "exporter", "importer", "end_user", "producer", "gross_kg", "volume_m3", "label_text"):
        assert 0.15 < rows[column].null_count() / rows.height < 0.45, column
    for column in ("declaration_id", "date", "direction", "hs_code", "net_kg", "value"):
        assert rows[column].null_count() == 0


def test_a_house_is_written_in_several_ways() -> None:
    w = generate.world(3, parties=200)
    assert (w.name_n > 1).mean() > 0.5
    assert w.names.len() == w.name_n.sum()


def test_written_file_is_the_rows(tmp_path) -> None:
    generate.write(tmp_path / "made.parquet", 3_000, seed=5, parties=100)
    with (tmp_path / "made.parquet").open("rb") as file:
        assert pl.read_parquet(file).equals(pl.concat(generate.chunks(3_000, seed=5, parties=100)))
