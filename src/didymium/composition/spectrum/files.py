"""Files of raw spectra: two columns, one column, Amptek `.mca`, `.spe` with `$DATA:`; calibration where the file has one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from didymium.errors import HostileInputError, InputError

_MOST_BYTES: Final = 8 << 20
_MOST_CHANNELS: Final = 65_536
_LEAST_CHANNELS: Final = 64
_STEP_TOLERANCE: Final = 0.02  # of a channel, that energies of a linear scale may be off (they are rounded in files)
_FIGURES: Final = re.compile(r"[-+]?\d[\d.]*(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Spectrum:
    """Counts by channel, from channel 0. zero_kev, gain_kev: energy = zero + gain x channel; None = not in the file.

    said: one sentence on what was read.
    """

    counts: npt.NDArray[np.float64]
    zero_kev: float | None
    gain_kev: float | None
    said: str


def read_spectrum(path: Path) -> Spectrum:
    """A spectrum from a text file. Raises InputError, HostileInputError (larger than any spectrum)."""
    if not path.is_file():
        raise InputError("there is no such spectrum.", file=str(path), fix="Check the path.")
    if path.stat().st_size > _MOST_BYTES:
        raise HostileInputError(f"more than {_MOST_BYTES} bytes; a spectrum has far less.", file=path.name)
    text = path.read_bytes().decode("utf-8-sig", "replace")
    for marker, name, read in _KINDS:
        if marker.search(text):
            counts, points = read(text)
            return _spectrum(path.name, name, counts, points)
    counts, points = _columns(text, path.name)
    return _spectrum(path.name, "Columns of text", counts, points)


Read = tuple[list[float], list[tuple[float, float]]]


def _amptek(text: str) -> Read:
    """`<<DATA>>` holds one count a line, `<<CALIBRATION>>` pairs of channel and energy [keV]."""
    return _figures(_section(text, r"<<DATA>>", r"<<")), _pairs(_section(text, r"<<CALIBRATION>>", r"<<"))


def _spe(text: str) -> Read:
    """`$DATA:` first and last channel, then counts; `$MCA_CAL:` or `$ENER_FIT:` the calibration (zero, gain) [keV]."""
    data = _figures(_section(text, r"\$DATA:", r"\$"))[2:]
    cal = _figures(_section(text, r"\$MCA_CAL:", r"\$"))[1:3] or _figures(_section(text, r"\$ENER_FIT:", r"\$"))[:2]
    return data, [(0.0, cal[0]), (1.0, cal[0] + cal[1])] if len(cal) == 2 and cal[1] > 0 else []


_KINDS: Final[tuple[tuple[re.Pattern[str], str, Callable[[str], Read]], ...]] = (
    (re.compile(r"^<<DATA>>", re.MULTILINE), "Amptek spectrum", _amptek),
    (re.compile(r"^\$DATA:", re.MULTILINE), "Spectrum with $DATA", _spe),
)


def _section(text: str, start: str, end: str) -> str:
    found = re.search(rf"^{start}[^\n]*\n(.*?)(?=^{end}|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def _figures(text: str) -> list[float]:
    return [float(word) for word in text.split() if _FIGURES.fullmatch(word) and word.count(".") < 2]


def _pairs(text: str) -> list[tuple[float, float]]:
    lines = [_figures(line) for line in text.splitlines()]
    return [(line[0], line[1]) for line in lines if len(line) == 2]


def _columns(text: str, name: str) -> Read:
    """One column of counts, or energy [keV] (or channel) and counts; `#` begins a comment, one row of names may stand above."""
    rows: list[list[str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell for cell in re.split(r"[;,\t ]+", line.split("#")[0].strip()) if cell]
        if not cells or (not rows and not all(map(_FIGURES.fullmatch, cells))):
            continue
        if len(cells) > 2 or not all(_FIGURES.fullmatch(c) and c.count(".") < 2 for c in cells):
            raise InputError(
                f"{line.strip()[:80]!r} is not a count, or energy and count.", file=name, row=number,
                fix="Write one or two columns of figures with a decimal point.",
            )  # fmt: skip
        rows.append(cells)
        if len(rows) > _MOST_CHANNELS:
            break
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise InputError("some rows have one column and some two.", file=name, fix="Write one or two throughout.")
    counts = [float(row[-1]) for row in rows]
    return counts, list(enumerate(float(row[0]) for row in rows)) if widths == {2} else []


def _spectrum(name: str, kind: str, counts: Sequence[float], points: Sequence[tuple[float, float]]) -> Spectrum:
    """Checked counts and the straight line through the points of the calibration."""
    if not _LEAST_CHANNELS <= len(counts) <= _MOST_CHANNELS:
        raise InputError(
            f"{len(counts)} channels; a spectrum has {_LEAST_CHANNELS} to {_MOST_CHANNELS}.", file=name,
            fix="Take the file as the instrument wrote it.",
        )  # fmt: skip
    values = np.asarray(counts, dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any() or values.sum() <= 0:
        raise InputError("counts have to be 0 or more, and some above 0.", file=name, fix="Export the raw spectrum.")
    zero, gain = _line(name, points)
    said = f"{kind}, {len(values)} channels, {values.sum():.4g} counts"
    said += (
        f", {gain * 1000:.4g} eV a channel."
        if gain
        else "; no energy calibration in it, so that of the configuration holds."
    )
    return Spectrum(values, zero, gain, said)


def _line(name: str, points: Sequence[tuple[float, float]]) -> tuple[float | None, float | None]:
    """Zero and gain [keV] of the calibration; (None, None) where the first column only counts the channels."""
    if len(points) < 2:
        return None, None
    channels, energies = np.asarray(points, dtype=np.float64).T
    if not np.isfinite(energies).all() or np.ptp(channels) == 0:
        return None, None
    gain, zero = (float(x) for x in np.polyfit(channels, energies, 1))
    if math.isclose(gain, 1.0, abs_tol=1e-9) and abs(zero - round(zero)) < 1e-6:
        return None, None  # channel numbers
    off = np.abs(energies - zero - gain * channels).max()
    if gain <= 0 or off > max(_STEP_TOLERANCE * gain, 1e-4) * (50 if len(points) < 10 else 1):
        raise InputError(
            "energies do not rise evenly from channel to channel.", file=name,
            fix="Energies in keV on a linear scale, or counts alone, are needed.",
        )  # fmt: skip
    if gain > 1:
        energy_is_ev = f"a channel of {gain:.3g} keV is none of an X-ray detector."
        raise InputError(energy_is_ev, file=name, fix="Write the energies in keV, not eV.")
    return zero, gain
