"""Any table, however it is written, reads back the same; whatever is broken in it, every row is counted."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from didymium.errors import DidymiumError
from didymium.intake.read import read_assays, read_declarations

SOME = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
COLUMNS = (
    "declaration_id",
    "item_no",
    "date",
    "direction",
    "hs_code",
    "description",
    "origin",
    "net_kg",
    "gross_kg",
    "value",
)
TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0xFF, exclude_categories=("Cc", "Cf", "Zs"))
    | st.sampled_from(' ,;"\n'),
    max_size=12,
)
MASS = st.integers(1, 10**9).map(lambda n: n / 100)
ROW = st.tuples(
    st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31)),
    st.sampled_from(["export", "import", "transit"]),
    st.integers(100_000, 9_999_999_999).map(str),
    TEXT.map(str.strip),
    st.sampled_from(["NA", "CN", "MY", ""]),
    MASS,
    st.none() | MASS,
    st.integers(0, 10**9).map(lambda n: n / 100),
)
TABLE = st.lists(ROW, min_size=1, max_size=25)


def written(x: float | None, mark: str, group: str) -> str:
    if x is None:
        return ""
    return f"{x:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", group)


def as_csv(table, delimiter: str, mark: str, group: str, order: str, end: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(COLUMNS)
    for i, (date, direction, code, text, origin, net, gross, value) in enumerate(table):
        masses = [written(x, mark, group) for x in (net, gross, value)]
        writer.writerow([f"D{i}", i + 1, date.strftime(order), direction, code, text, origin, *masses])
    return out.getvalue()


@SOME
@given(
    table=TABLE,
    delimiter=st.sampled_from(",;\t|"),
    form=st.sampled_from([(".", ""), (",", ""), (".", ","), (",", "."), (".", " "), (",", "\u202f"), (".", "'")]),
    order=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
    batch_rows=st.integers(1, 30),
)
def test_any_table_reads_back_the_same(tmp_path, table, delimiter, form, order, encoding, end, batch_rows):
    path = Path(tmp_path) / "in.csv"
    path.write_bytes(as_csv(table, delimiter, *form, order, end).encode(encoding))
    intake = read_declarations(path)
    frame = pl.concat(list(intake.batches(batch_rows)))
    assert intake.counts.accepted == len(table)
    wanted = [
        (date, direction, code, text.replace("\r\n", "\n") or None, origin or None, net, gross, value)
        for date, direction, code, text, origin, net, gross, value in table
    ]
    got = frame.select("date", "direction", "hs_code", "description", "origin", "net_kg", "gross_kg", "value").rows()
    assert got == wanted


BREAKS = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.sampled_from([b'"', b",", b"\n", b"\0", b"", b"\xff", b"=cmd", b"\r", b"-", b"1e308", b";"]),
    ),
    min_size=1,
    max_size=12,
)


@SOME
@given(table=TABLE, breaks=BREAKS)
def test_every_row_is_counted_whatever_breaks(tmp_path, table, breaks):
    data = as_csv(table, ",", ".", "", "%Y-%m-%d", "\n").encode()
    start = data.index(b"\n") + 1
    for at, insert in breaks:
        place = start + at % max(len(data) - start, 1)
        data = data[:place] + insert + data[place + (insert == b"") :]
    path = Path(tmp_path) / "in.csv"
    path.write_bytes(data)
    try:
        intake = read_declarations(path)
        accepted = sum(b.height for b in intake.batches(7))
    except DidymiumError:
        return
    counts = intake.counts
    assert counts.rows_in == counts.accepted + counts.rejected
    assert (accepted, intake.rejects().height) == (counts.accepted, counts.rejected)
    assert intake.rejects()["reason"].null_count() == 0


def read_all(path: Path) -> None:
    """Reading ends in rows and rejects that add up, or in an error of our own; nothing else escapes."""
    for read in (read_declarations, read_assays):
        try:
            intake = read(path)
            list(intake.batches(50))
        except DidymiumError:
            continue
        assert intake.counts.rows_in == intake.counts.accepted + intake.counts.rejected


@SOME
@given(
    data=st.binary(max_size=300),
    magic=st.sampled_from(
        [b"", b"PAR1", b"PK\x03\x04", b"<ASYCUDA>", b"<?xml", b"a,b\n", b"\xff\xfe", b"\xef\xbb\xbf"]
    ),
)
def test_random_bytes(tmp_path, data, magic):
    path = Path(tmp_path) / "in.bin"
    path.write_bytes(magic + data)
    read_all(path)


def sample_bytes() -> dict[str, bytes]:
    found = {p.name: p.read_bytes() for p in sorted((Path(__file__).parent / "samples").iterdir())}
    flows = io.BytesIO()
    pl.DataFrame(
        {
            "declaration_id": ["A"],
            "date": ["2024-01-01"],
            "direction": ["export"],
            "hs_code": ["284690"],
            "net_kg": [1.0],
            "value": [1.0],
        }
    ).write_parquet(flows)
    book = io.BytesIO()
    pl.DataFrame(
        {
            "declaration_id": ["A"],
            "date": ["2024-01-01"],
            "direction": ["export"],
            "hs_code": ["284690"],
            "net_kg": [1.0],
            "value": [1.0],
        }
    ).write_excel(book)
    return {**found, "in.parquet": flows.getvalue(), "in.xlsx": book.getvalue()}


SAMPLES = sample_bytes()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(SAMPLES)))
def test_mutated_samples_of_every_format(tmp_path, data, name):
    content = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        how = data.draw(st.sampled_from(["set", "cut", "copy", "drop"]))
        if how == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del content[at + 1 :]
        elif how == "copy":
            content[at:at] = content[at : at + 200]
        else:
            del content[at : at + data.draw(st.integers(1, 50))]
        if not content:
            return
    path = Path(tmp_path) / name
    path.write_bytes(bytes(content))
    read_all(path)
