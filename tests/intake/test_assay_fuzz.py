"""Tables of assays, written in any order and broken in any way: the same rows, or errors with a place."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from didymium.errors import DidymiumError
from didymium.intake.assays.vanta import sniff
from didymium.intake.kind import table_of
from didymium.intake.mapping import from_tree
from didymium.intake.read import read_assays

SAMPLES = {p.name: p.read_bytes() for p in sorted((Path(__file__).parent / "samples").iterdir())
           if p.name.startswith(("assay_", "vanta"))}  # fmt: skip
SOME = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
ANALYTES = ("Nd", "Pr6O11", "Dy", "Tb4O7", "Fe", "TREO", "LOI", "SiO2", "TOTAL")
CELL = st.one_of(
    st.integers(0, 10**5).map(lambda n: f"{n / 1000:.3f}"),
    st.sampled_from(["0", "<LOD", "< LOD", "n.d.", "trace", "<0.01", "", "n.a."]),
)
TABLE = st.lists(st.sampled_from(ANALYTES), min_size=2, max_size=6, unique=True).flatmap(
    lambda names: st.tuples(
        st.just(names),
        st.lists(st.sampled_from(["%", "ppm", "g/t"]), min_size=len(names), max_size=len(names)),
        st.lists(st.lists(CELL, min_size=len(names), max_size=len(names)), min_size=1, max_size=5),
    )
)
SEEN = ("sample_id", "analyte", "value", "value_number", "censored", "unit", "basis", "lod")


def text(rows, delimiter=",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def seen(path: Path, data: bytes) -> set[tuple[object, ...]] | None:
    """What is read, in any order; None = nothing accepted."""
    path.write_bytes(data)
    try:
        intake = read_assays(path, from_tree({"numbers": {"decimal": "."}}))
        batches = list(intake.batches(7))
    except DidymiumError:
        return None
    assert intake.counts.rows_in == intake.counts.accepted + intake.counts.rejected
    rows = pl.concat(batches).select(SEEN).rows() if batches else []
    assert len(rows) == len(set(rows))
    return set(rows)


@SOME
@given(table=TABLE, data=st.data())
def test_the_way_a_table_is_written_changes_nothing(tmp_path, table, data):
    names, units, cells = table
    path = tmp_path / "in.csv"
    places = data.draw(st.permutations(range(len(names))))
    in_head = [["Sample", *(f"{n} ({u})" for n, u in zip(names, units, strict=True))]]
    body = [[f"S-{i}", *row] for i, row in enumerate(cells)]
    wanted = seen(path, text(in_head + body))
    if not any(cell for row in cells for cell in row):
        assert not wanted
        return
    assert wanted is not None
    assert len(wanted) == sum(bool(cell) for row in cells for cell in row)
    shuffled = [["Sample", *(names[p] for p in places)], ["UNITS", *(units[p] for p in places)]]
    assert (
        seen(path, text(shuffled + [[f"S-{i}", *(row[p] for p in places)] for i, row in enumerate(cells)], ";"))
        == wanted
    )
    above = [["", *(f"ME-{i}" for i in range(len(names)))], ["Sample", *names], ["Description", *units]]
    assert seen(path, text(above + body)) == wanted
    down = [["Analyte", "Unit", *(f"S-{i}" for i in range(len(cells)))]]
    down += [[names[p], units[p], *(row[p] for row in cells)] for p in places]
    assert seen(path, text(down, "\t")) == wanted
    long = [["Probe", "Element", "Gehalt", "Einheit"]]
    long += [[f"S-{i}", n, v, u] for i, row in enumerate(cells) for n, u, v in zip(names, units, row, strict=True)]
    assert seen(path, text(long)) == wanted


def read_all(path: Path) -> None:
    """Rows that add up, or an error of our own; nothing else escapes."""
    for do in (read_assays, table_of):
        try:
            intake = do(path)
            if isinstance(intake, str):
                continue
            accepted = sum(b.height for b in intake.batches(50))
        except DidymiumError:
            continue
        counts = intake.counts
        assert (counts.rows_in, counts.accepted) == (counts.accepted + counts.rejected, accepted)
        assert intake.rejects().height == counts.rejected
        assert intake.rejects()["reason"].null_count() == 0


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(SAMPLES)))
def test_mutated_samples(tmp_path, data, name):
    content = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        how = data.draw(st.sampled_from(["set", "cut", "copy", "drop", "word"]))
        if how == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del content[at + 1 :]
        elif how == "copy":
            content[at:at] = content[at : at + 200]
        elif how == "word":
            words = [
                b",",
                b";",
                b"\n",
                b'"',
                b"Nd",
                b"ppm",
                b"%",
                b"2s",
                b"Unit",
                b"LOD",
                b"value",
                b"Analyte",
                b"sample",
                b"-",
                b"1e308",
                b"\0",
            ]
            content[at:at] = data.draw(st.sampled_from(words))
        else:
            del content[at : at + data.draw(st.integers(1, 50))]
        if not content:
            return
    path = tmp_path / "in.csv"
    path.write_bytes(bytes(content))
    read_all(path)


@SOME
@given(
    rows=st.lists(
        st.lists(
            st.sampled_from(["", "Nd", "Dy2O3", "Nd ppm", "Unit", "ppm", "%", "LOD", "Sample", "Analyte", "Result", "value",
                             "unit", "analyte", "1.5", "<LOD", "2s", "Method", "Date", "03/04/2024", "remark", "sample_id",
                             "S-1", "@1", "__key__", "__row__", "Sigma Value", "±", "1 ± 0.1 %", ">100", "H2O", "declaration_id"])
            | st.text(max_size=6),
            min_size=1, max_size=7,
        ),
        min_size=1, max_size=12,
    ),
    delimiter=st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
def test_tables_of_any_words(tmp_path, rows, delimiter):
    path = tmp_path / "in.csv"
    path.write_text("\n".join(delimiter.join(row) for row in rows), encoding="utf-8", errors="replace")
    read_all(path)


@SOME
@given(
    data=st.binary(max_size=400),
    head=st.sampled_from([b"", b"Sample,Nd ppm,Dy ppm\n", b"Analyte,S1\nNd,1\n", b"PK\x03\x04"]),
)
def test_random_bytes(tmp_path, data, head):
    path = tmp_path / "in.bin"
    path.write_bytes(head + data)
    read_all(path)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_cut_of_a_sample(tmp_path, name):
    path = tmp_path / "in.csv"
    for end in range(1, len(SAMPLES[name]), 13):
        path.write_bytes(SAMPLES[name][:end])
        read_all(path)


def test_the_samples_are_of_both_readers():
    assert sniff(Path(), SAMPLES["vanta.csv"])
    assert not any(sniff(Path(), data) for name, data in SAMPLES.items() if name != "vanta.csv")
