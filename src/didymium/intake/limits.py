"""How much of a file is read before it counts as hostile. All limits are far above any honest file met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file.

    field_bytes: longest single cell or XML text.
    line_bytes: longest line of a text that is not a regular table.
    columns: most columns of a table.
    preamble_lines: lines above the header row that are looked through.
    depth: deepest nesting of XML elements.
    children: most elements inside one declaration or one item.
    unpacked_bytes, unpack_ratio: size and ratio to which a compressed file (xlsx, ods, gz) may unpack; the ratio counts
        only above `ratio_from_bytes`.
    sheet_cells: most cells of one spreadsheet sheet.
    """

    field_bytes: int = MIB
    line_bytes: int = 16 * MIB
    columns: int = 2_000
    preamble_lines: int = 25
    depth: int = 64
    children: int = 200_000
    unpacked_bytes: int = 2_048 * MIB
    unpack_ratio: int = 200
    ratio_from_bytes: int = 64 * MIB
    sheet_cells: int = 100_000_000


DEFAULT: Final = Limits()
