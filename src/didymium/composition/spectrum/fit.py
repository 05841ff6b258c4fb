"""Concentrations from a raw X-ray fluorescence spectrum, fitted with PyMca (extra `xrf`) and a PyMca configuration file.

The configuration is the user's: tube or beam, filters, geometry, detector, groups of lines to fit, matrix. It decides what
the figures are worth. Uncertainties are those of counting and of overlapping lines alone; what the model of the sample,
the beam and the atomic data leave open (a few percent of the value at best) is not in them, and `said` repeats that.
Let the configuration fit L1, L2 and L3 of a lanthanide apart beside iron: the lines of iron excite L3 alone (a quarter of
the Nd L counts of a magnet), so one group with fixed ratios does not fit. Switch secondary excitation on.
Source of the method: Solé, Papillon, Cotte, Walter, Susini, Spectrochimica Acta B 62 (2007) 63; fundamental parameters
with secondary excitation by fisx.
"""

from __future__ import annotations

import configparser
import contextlib
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from didymium.composition.spectrum.files import Spectrum, read_spectrum
from didymium.errors import InputError, UsageError
from didymium.intake.schema import ASSAYS

#: A line counts as seen from so many standard errors of its area (IUPAC convention for limits of detection).
DETECTED_SIGMAS: Final = 3.0

#: What a residual plot needs, one row a channel of the fitted region.
PLOT: Final[dict[str, pl.DataType]] = {
    "energy_kev": pl.Float64(),
    "counts": pl.Float64(),
    "fit": pl.Float64(),  # modelled counts, background included
    "background": pl.Float64(),
    "residual": pl.Float64(),  # (counts - fit) / sqrt(counts), at least 1 count: in standard errors
}


@dataclass(frozen=True)
class SpectrumFit:
    """A fitted spectrum.

    assays: canonical rows (schema ASSAYS), one per element, in wt% of the element. plot: columns of PLOT.
    reduced_chi2: about 1 where the model explains the spectrum; far above 1 it does not. said: sentences for the user.
    """

    assays: pl.DataFrame
    plot: pl.DataFrame
    reduced_chi2: float
    said: list[str]


def fit_spectrum(
    path: Path,
    configuration: Path,
    *,
    declaration_id: str | None = None,
    sample_id: str | None = None,
    surface: str = "unknown",
    method: str = "pXRF",
) -> SpectrumFit:
    """Fit one spectrum and turn the areas of its lines into concentrations.

    An energy calibration in the spectrum takes the place of the one in the configuration as the start of the fit. An
    element below DETECTED_SIGMAS standard errors is reported `<LOD` with its limit. Raises UsageError without PyMca, InputError
    where the spectrum or the configuration cannot be used.
    """
    spectrum = read_spectrum(path)
    config = _configuration(configuration, spectrum)
    with contextlib.redirect_stdout(io.StringIO()):  # the library prints its progress
        result, shares = _fit(spectrum, config, configuration)
    rows = [_row(group, result, shares) for group in _chosen(result, shares)]
    stated = {
        "declaration_id": declaration_id, "item_no": 1, "sample_id": sample_id or path.stem, "unit": "wt%",
        "basis": "element", "method": method, "surface": surface, "source_file": path.name,
    }  # fmt: skip
    frame = pl.DataFrame([dict.fromkeys(ASSAYS) | stated | row for row in rows], schema=ASSAYS, orient="row")
    plot = _plot(result)
    chi2 = float(result["chisq"])
    return SpectrumFit(frame, plot, chi2, _told(spectrum, frame, result, chi2))


def _configuration(path: Path, spectrum: Spectrum) -> Any:
    """The configuration file as PyMca's dictionary, its calibration replaced by that of the spectrum where it has one."""
    if not path.is_file():
        raise InputError(
            "there is no such configuration.", file=str(path), fix="Save one with PyMca (Fit, Configure, Save)."
        )
    try:
        from PyMca5.PyMcaIO import ConfigDict
    except ImportError as error:
        raise UsageError(
            "fitting a spectrum needs PyMca, which is not installed.",
            fix='Install the extra: pip install "didymium[xrf]".',
        ) from error
    config = ConfigDict.ConfigDict()
    try:
        config.read(str(path))
        missing = [t for t in ("fit", "peaks", "attenuators", "detector", "concentrations") if not config.get(t)]
    except (ValueError, KeyError, IndexError, TypeError, UnicodeDecodeError, configparser.Error) as error:
        raise InputError(
            f"not a PyMca configuration: {str(error).splitlines()[0][:120]}.",
            file=path.name,
            fix="Save it anew with PyMca.",
        ) from error
    if missing:
        raise InputError(
            f"no section {', '.join(missing)} in the configuration.", file=path.name, fix="Save it anew with PyMca.",
        )  # fmt: skip
    if spectrum.gain_kev is not None and spectrum.zero_kev is not None:
        config["detector"] |= {"zero": spectrum.zero_kev, "gain": spectrum.gain_kev}
    return config


def _fit(spectrum: Spectrum, config: Any, path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """PyMca's digest of the fit and its table of mass fractions."""
    from PyMca5.PyMcaPhysics.xrf import ClassMcaTheory, ConcentrationsTool

    channels = np.arange(len(spectrum.counts), dtype=np.float64)
    try:
        theory = ClassMcaTheory.ClassMcaTheory()
        ready = theory.configure(config)
        theory.setData(channels, spectrum.counts, xmin=ready["fit"]["xmin"], xmax=ready["fit"]["xmax"])
        theory.estimate()
        result = theory.startFit(digest=1)[1]
        tool = ConcentrationsTool.ConcentrationsTool()
        wanted = tool.configure() | dict(ready["concentrations"])
        shares = tool.processFitResult(config=wanted, fitresult={"result": result}, elementsfrommatrix=False)
    # A foreign library on a foreign file: whatever it trips over is a fault of the two together, not of the program.
    except Exception as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(
            f"PyMca cannot fit {len(spectrum.counts)} channels with this configuration: {said}.", file=path.name,
            fix="Open both in PyMca: the region, the groups of lines and the matrix have to suit the spectrum.",
        ) from error  # fmt: skip
    if not all(math.isfinite(float(shares["mass fraction"][group])) for group in shares["groups"]):
        raise InputError(
            "the fit gives no finite concentrations.", file=path.name, fix="Check flux, distance and matrix."
        )
    return result, shares


def _chosen(result: Mapping[str, Any], shares: Mapping[str, Any]) -> list[str]:
    """One group of lines for each element: the one known best relative to its area."""
    best: dict[str, str] = {}
    for group in shares["groups"]:
        element = group.split()[0]
        if element not in best or _relative(result[group]) < _relative(result[best[element]]):
            best[element] = group
    return list(best.values())


def _relative(group: Mapping[str, Any]) -> float:
    area = float(group["fitarea"])
    return float(group["sigmaarea"]) / area if area > 0 else math.inf


def _row(group: str, result: Mapping[str, Any], shares: Mapping[str, Any]) -> dict[str, Any]:
    """Value, uncertainty and limit [wt%] of one element. The limit is the share whose area would be DETECTED_SIGMAS errors."""
    area, sigma = float(result[group]["fitarea"]), float(result[group]["sigmaarea"])
    share = 100 * float(shares["mass fraction"][group])
    expected = float(shares["area"][group])  # area of the pure element in this matrix
    per_count = share / area if area > 0 and share > 0 else (100 / expected if expected > 0 else math.nan)
    limit = DETECTED_SIGMAS * sigma * per_count
    seen = area > DETECTED_SIGMAS * sigma and math.isfinite(limit)
    return {
        "analyte": group.split(maxsplit=1)[0],
        "value": f"{share:.6g}" if seen else "<LOD",
        "value_number": share if seen else None,
        "censored": None if seen else "below_lod",
        "uncertainty": sigma * per_count if seen else None,
        "lod": limit if math.isfinite(limit) else None,
    }


def _plot(result: Mapping[str, Any]) -> pl.DataFrame:
    counts, fit = np.asarray(result["ydata"], dtype=float), np.asarray(result["yfit"], dtype=float)
    columns: Sequence[Any] = (
        result["energy"], counts, fit, result["continuum"], (counts - fit) / np.sqrt(np.maximum(counts, 1.0)),
    )  # fmt: skip
    return pl.DataFrame(
        {name: np.asarray(values, dtype=float) for name, values in zip(PLOT, columns, strict=True)}, schema=PLOT
    )


def _told(spectrum: Spectrum, rows: pl.DataFrame, result: Mapping[str, Any], chi2: float) -> list[str]:
    total = rows["value_number"].sum()
    said = [
        spectrum.said,
        f"{len(result['groups'])} groups of lines fitted, reduced chi2 {chi2:.3g}, sum of the elements seen {total:.3g} wt%.",
        "Uncertainties are of counting and overlap alone; those of the model of sample, beam and detector come on top.",
    ]
    if chi2 > 10:
        said.append(
            "The model does not explain the spectrum (chi2 far above 1): look at the residuals before using a figure."
        )
    if not 80 <= total <= 120:
        said.append("The elements seen do not add up to the sample: light elements, a wrong flux, or a wrong matrix.")
    return said
