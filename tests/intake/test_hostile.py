"""Hostile files: a clear error in bounded time and memory."""

from __future__ import annotations

import gzip
import io
import resource
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from didymium.errors import HostileInputError, InputError
from didymium.intake.limits import Limits
from didymium.intake.read import read_declarations

HEAD = b"declaration_id,date,direction,hs_code,net_kg,value,description\n"
GOOD = b"D1,2024-03-01,export,284690,1,1,x\n"


@contextmanager
def bounds(seconds: float, megabytes: float):
    """The body ends within a time and adds at most so much to the peak memory of the process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert time.process_time() - start < seconds
    assert grown < megabytes


def write_long(path: Path, head: bytes, piece: bytes, times: int, tail: bytes = b"") -> Path:
    with path.open("wb") as out:
        out.write(head)
        for _ in range(times):
            out.write(piece)
        out.write(tail)
    return path


def test_a_field_of_200_mb(tmp_path):
    path = write_long(
        tmp_path / "in.csv", HEAD + GOOD + b"D2,2024-03-01,export,284690,1,1,", b"a" * (1 << 20), 200, b"\n"
    )
    with bounds(5, 150), pytest.raises(HostileInputError, match="field longer"):
        read_declarations(path)


def test_a_quoted_field_of_60_mb_with_separators_in_it(tmp_path):
    path = write_long(
        tmp_path / "in.csv", HEAD + GOOD + b'D2,2024-03-01,export,284690,1,1,"', b"a," * (1 << 19), 60, b'"\n'
    )
    with bounds(20, 300):
        try:
            intake = read_declarations(path)
        except HostileInputError:
            return
        assert sum(b.height for b in intake.batches(1000)) == 1
        assert intake.counts.rejected >= 1


def test_a_first_line_without_end(tmp_path):
    path = write_long(tmp_path / "in.csv", b"", b"a," * (1 << 19), 50)
    with bounds(5, 150), pytest.raises(HostileInputError):
        read_declarations(path)


def test_many_unclosed_quotes_cost_linear_time(tmp_path):
    path = write_long(tmp_path / "in.csv", HEAD, b'"D,2024-03-01,export,284690,1,1,x\n', 20_000)
    with bounds(10, 200):
        intake = read_declarations(path)
        assert list(intake.batches(1000)) == []
    assert intake.counts.rejected == 20_000


def test_one_unclosed_quote_above_many_lines(tmp_path):
    path = write_long(
        tmp_path / "in.csv",
        HEAD + b'"X,2024-03-01,export,284690,1,1,x\n',
        b'D,2024-03-01,export,284690,1,1,"y"\n',
        20_000,
    )
    with bounds(10, 200):
        intake = read_declarations(path)
        accepted = sum(b.height for b in intake.batches(1000))
    assert accepted == 1  # the rest repeat its id
    assert intake.counts.rows_in == 20_001


def test_rejects_without_number_stay_in_bounded_memory(tmp_path):
    path = write_long(tmp_path / "in.csv", HEAD, b"D,2024-03-01,export,284690,-1,1,x\n", 400_000)
    with bounds(20, 400):
        intake = read_declarations(path)
        assert list(intake.batches(50_000)) == []
    assert intake.counts.rejected == intake.rejects().height == 400_000


def zipped(path: Path, members: dict[str, bytes | int]) -> Path:
    """An archive; a number stands for so many MiB of zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            with archive.open(name, "w", force_zip64=True) as out:
                if isinstance(content, bytes):
                    out.write(content)
                else:
                    for _ in range(content):
                        out.write(bytes(1 << 20))
    return path


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_zip_bomb(tmp_path, suffix):
    path = zipped(tmp_path / f"in.{suffix}", {"xl/worksheets/sheet1.xml": 300, "content.xml": 1})
    with bounds(10, 100), pytest.raises(HostileInputError, match="zip bomb"):
        read_declarations(path)


def test_zip_bomb_that_lies_about_its_size(tmp_path):
    path = zipped(tmp_path / "in.xlsx", {"xl/worksheets/sheet1.xml": 300})
    data = bytearray(path.read_bytes())
    real = (300 << 20).to_bytes(4, "little")
    while (at := data.find(real)) >= 0:
        data[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    with bounds(10, 100), pytest.raises(HostileInputError, match="unpacks"):
        read_declarations(path)


def test_zip_that_is_no_workbook(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_declarations(zipped(tmp_path / "in.xlsx", {"hello.txt": b"hello"}))


BOMB = '<?xml version="1.0"?><!DOCTYPE ASYCUDA [<!ENTITY a "aaaaaaaaaa">{}]><ASYCUDA><Item>&j;</Item></ASYCUDA>'.format(
    "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefghi", "bcdefghij", strict=True))
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        '<!DOCTYPE ASYCUDA SYSTEM "file:///etc/passwd"><ASYCUDA/>',
        '<!DOCTYPE ASYCUDA [<!ENTITY x SYSTEM "file:///etc/hostname">]><ASYCUDA><Item>&x;</Item></ASYCUDA>',
        "<ASYCUDA>" + "<a>" * 5000 + "</a>" * 5000 + "</ASYCUDA>",
        "<ASYCUDA>" + "<a>" * 100 + "</a>" * 100 + "</ASYCUDA>",
        "<ASYCUDA>" + "<Item/>" * 300_000 + "</ASYCUDA>",
        "<ASYCUDA><Item><Licence_number>" + "x" * 3_000_000 + "</Licence_number></Item></ASYCUDA>",
        "<ASYCUDA><Item><Licence_number>" + "x" * 30_000_000 + "</Licence_number></Item></ASYCUDA>",
    ],
    ids=[
        "billion laughs",
        "outer dtd",
        "outer entity",
        "depth 5000",
        "depth 100",
        "300 000 items",
        "3 MB text",
        "30 MB text",
    ],
)
def test_xml_bombs(write, text):
    with bounds(10, 250), pytest.raises(HostileInputError):
        read_declarations(write(text, "in.xml"))


def test_dtd_in_utf_16(write):
    with pytest.raises(InputError):
        read_declarations(write(BOMB, "in.xml", encoding="utf-16"))


@pytest.mark.parametrize("text", ["<ASYCUDA><Item></ASYCUDA>", "<ASYCUDA>", "<ASYCUDA><Item>&nbsp;</Item></ASYCUDA>"])
def test_broken_xml_names_the_line(write, text):
    with pytest.raises(InputError, match="broken XML") as caught:
        read_declarations(write("\n" + text, "in.xml"))
    assert caught.value.row or "nbsp" in text


def test_limits_can_be_narrowed(write, rows):
    with pytest.raises(HostileInputError):
        read_declarations(
            write(rows(3, "X" * 500 + ",1,2024-03-01,export,284690,CN,1,1,USD")), limits=Limits(field_bytes=100)
        )


def test_gz_is_unpacked_by_the_user(write, rows):
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as out:
        out.write(rows(3).encode())
    with pytest.raises(InputError):
        read_declarations(write(packed.getvalue()))
