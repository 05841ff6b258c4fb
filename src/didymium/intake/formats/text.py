"""Which encoding a text file has, and a UTF-8 copy of it where it is another one. Reads in pieces."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from didymium.errors import InputError
from didymium.intake.source import Job

_PIECE: Final = 4 << 20
_SAMPLE: Final = 192_000
_EXAMPLE: Final = 65_536
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_LIKELY: Final = [
    "cp1252",
    "gb18030",
    "cp932",
    "big5",
    "euc_kr",
    "euc_jp",
    "cp1251",
    "cp1250",
    "cp1254",
    "cp874",
    "cp1258",
]
_NAMES: Final = {
    "utf-8-sig": "UTF-8 with byte-order mark", "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16 without mark",
    "utf-16-be": "UTF-16 without mark", "utf-32": "UTF-32", "cp1252": "Windows-1252", "gb18030": "GB18030",
    "cp932": "Shift-JIS (Windows-932)", "big5": "Big5", "cp1251": "Windows-1251",
}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """A text file in UTF-8: where it lies (the file itself or a copy), and the sentence about its encoding."""

    path: Path
    said: str


def as_utf8(job: Job) -> Text:
    """The file as UTF-8. Raises InputError when it is no text or its encoding cannot be told."""
    with job.path.open("rb") as handle:
        head = handle.read(_SAMPLE)
    wanted = job.mapping.table.encoding
    if wanted:
        return _copy(job, _known(wanted, job), f"Encoding {wanted}, as the mapping says.")
    bom = next((name for mark, name in _BOMS if head.startswith(mark)), None)
    if bom and bom != "utf-8-sig":
        return _copy(job, bom, f"Encoding {_NAMES[bom]} (by its byte-order mark).")
    wide = _wide(head)
    if wide:
        return _copy(job, wide, f"Encoding {_NAMES[wide]} (every second byte is zero).")
    if _binary(head):
        raise InputError("not a text file: it holds control bytes.", file=job.name, fix="Export it as CSV or Parquet.")
    good, bad, example = _lines_not_utf8(job.path)
    if not bad:
        return Text(job.path, f"Encoding {_NAMES[bom or 'utf-8']}.")
    if bom or good >= bad:  # most lines beyond ASCII are UTF-8: the rest were pasted in
        return _copy(
            job, "utf-8", f"Encoding UTF-8, but {bad} lines are not: those were read as Windows-1252.", "cp1252"
        )
    name = _guess(example)
    return _copy(
        job, name, f"Encoding {_NAMES.get(name, name)} (by its letters; [table] encoding in a mapping changes that)."
    )


def _known(name: str, job: Job) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise InputError(
            f"[table] encoding = {name!r} is no encoding.",
            file=job.mapping.file,
            fix="For instance utf-8, cp1252, gb18030.",
        ) from error


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: nearly every second byte is zero."""
    half = len(head) // 2
    if half < 4:
        return None
    even, odd = head[: 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def _binary(head: bytes) -> bool:
    control = sum(head.count(c) for c in range(1, 32) if c not in (9, 10, 12, 13, 26, 27))
    return control > 0.01 * len(head) or head.count(0) > 0.2 * len(head)


def _pieces(path: Path) -> Iterator[bytes]:
    """The bytes in pieces that end at a line end where there is one."""
    with path.open("rb") as handle:
        while piece := handle.read(_PIECE):
            yield piece + (handle.readline(_PIECE) if not piece.endswith(b"\n") else b"")


def _lines_not_utf8(path: Path) -> tuple[int, int, bytes]:
    """Lines beyond ASCII that are UTF-8, lines that are not, and some of the latter; (0, 0, b"") = all is UTF-8."""
    try:
        for piece in _pieces(path):
            piece.decode("utf-8")
    except UnicodeDecodeError:
        return _count_lines(path)
    return 0, 0, b""


def _count_lines(path: Path) -> tuple[int, int, bytes]:
    good, bad, example = 0, 0, bytearray()
    for piece in _pieces(path):
        for line in () if piece.isascii() else piece.splitlines():
            try:
                line.decode("utf-8")
                good += not line.isascii()
            except UnicodeDecodeError:
                bad += 1
                if len(example) < _EXAMPLE:
                    example += line[:4096] + b"\n"
    return good, bad, bytes(example)


def _guess(example: bytes) -> str:
    """The likeliest legacy encoding of lines that are not UTF-8; Windows-1252 where nothing else fits better."""
    best = from_bytes(example, cp_isolation=_LIKELY, threshold=0.5).best()
    return best.encoding if best else "cp1252"


def _copy(job: Job, encoding: str, said: str, rest: str | None = None) -> Text:
    """A UTF-8 copy; lines that do not decode are read as `rest`, else their bytes become U+FFFD and are counted."""
    target, lost = job.work.path / "text.csv", 0
    wide = encoding.replace("_", "-").startswith(("utf-16", "utf-32"))
    with target.open("wb") as out:
        if wide:
            decoder = codecs.getincrementaldecoder(encoding)("replace")
            for piece in _pieces(job.path):
                text = decoder.decode(piece)
                lost += text.count("\ufffd")
                out.write(text.encode("utf-8", "replace"))
        else:
            for piece in _pieces(job.path):
                text, spoilt = _decoded(piece, encoding, rest)
                lost += spoilt
                out.write(text.encode("utf-8", "replace"))
    if lost:
        said += f" {lost} characters could not be read and stand as \ufffd."
    return Text(target, said)


def _decoded(piece: bytes, encoding: str, rest: str | None) -> tuple[str, int]:
    try:
        return piece.decode(encoding), 0
    except UnicodeDecodeError:
        lines = [_line(line, encoding, rest) for line in piece.splitlines(keepends=True)]
    text = "".join(lines)
    return text, text.count("\ufffd")


def _line(line: bytes, encoding: str, rest: str | None) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return line.decode(rest or encoding, "replace")
