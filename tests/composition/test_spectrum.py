"""Raw XRF spectra: what is read, and a magnet whose spectrum is calculated from first principles, fitted back.

The spectrum comes from fisx (fundamental parameters, secondary excitation, detector efficiency); the lines are spread by
the resolution of a silicon detector and counted with Poisson noise. The fit starts from nominal Nd2Fe14B and knows neither
Dy nor Co. What the test proves is the way from counts to figures, not the atomic data, which both sides share.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from didymium.composition.spectrum.files import read_spectrum
from didymium.composition.spectrum.fit import PLOT, SpectrumFit, fit_spectrum
from didymium.composition.spectrum.residuals import residual_page, residual_plot
from didymium.errors import DidymiumError, HostileInputError, InputError, UsageError
from didymium.intake.schema import ASSAYS

CONFIGURATION = Path(__file__).parent / "samples" / "magnet_20kev.cfg"
MAGNET = {"Fe": 0.66, "Nd": 0.29, "Dy": 0.025, "Co": 0.015, "B": 0.01}  # mass shares
ZERO, GAIN, CHANNELS = 0.02, 0.01, 1200  # keV
FLUX_TIME = 1e8 * 60.0  # photons at 20 keV
AREA, DISTANCE = 0.5, 2.0  # cm2, cm
TOLERANCE = 0.02  # relative, on top of three standard errors of counting


def lines(shares: dict[str, float]) -> list[tuple[float, float]]:
    """Energies [keV] and expected counts of the K and L lines of a thick sample."""
    fisx = pytest.importorskip("fisx", reason='the extra "xrf" (PyMca5, fisx) is not installed')
    from fisx.DataDir import FISX_DATA_DIR

    library = fisx.Elements(FISX_DATA_DIR)
    library.initializeAsPyMca()
    magnet = fisx.Material("Magnet", 4.0, 1.0)
    magnet.setComposition(shares)
    library.addMaterial(magnet)
    setup = fisx.XRF()
    setup.setBeam(20.0)
    setup.setSample([["Magnet", 4.0, 1.0]])
    setup.setGeometry(45.0, 45.0)
    setup.setAttenuators([["Be1", 1.85, 0.0025, 1.0]])
    detector = fisx.Detector("Si1", 2.33, 0.05)
    setup.setDetector(detector)
    groups = [f"{element} {'K' if element in ('Fe', 'Co') else 'L'}" for element in shares if element != "B"]
    found = setup.getMultilayerFluorescence(groups, library, secondary=1, useGeometricEfficiency=0, useMassFractions=1)
    solid_angle = 0.5 * (1 - DISTANCE / math.sqrt(DISTANCE**2 + AREA / math.pi))
    return [
        (line["energy"], line["rate"] * FLUX_TIME * solid_angle)
        for layers in found.values() for peaks in layers.values() for name, line in peaks.items()
        if "esc" not in name and line["rate"] > 0
    ]  # fmt: skip


def spectrum(shares: dict[str, float], seed: int = 7) -> np.ndarray:
    """Counts by channel: lines of Gaussian shape (noise 100 eV, Fano 0.115, 3.85 eV a pair) over a weak background."""
    energy = ZERO + GAIN * np.arange(CHANNELS)
    counts = 30 + 40 * np.exp(-energy / 4)
    for at, area in lines(shares):
        fwhm = math.sqrt(0.1**2 + (2.3548**2) * 0.115 * 0.00385 * at)
        sigma = fwhm / 2.3548
        counts = counts + area * GAIN / (sigma * math.sqrt(2 * math.pi)) * np.exp(
            -((energy - at) ** 2) / (2 * sigma**2)
        )
    return np.random.default_rng(seed).poisson(counts).astype(float)


def write(path: Path, counts: np.ndarray) -> Path:
    rows = (f"{ZERO + GAIN * channel:.4f},{count:g}" for channel, count in enumerate(counts))
    path.write_text("energy_kev,counts\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    pytest.importorskip("PyMca5", reason='the extra "xrf" (PyMca5, fisx) is not installed')
    path = write(tmp_path_factory.mktemp("xrf") / "magnet.csv", spectrum(MAGNET))
    return fit_spectrum(path, CONFIGURATION, declaration_id="D-1", surface="powder")


def test_known_concentrations_come_back(fitted):
    found = {row["analyte"]: row for row in fitted.assays.to_dicts()}
    for element in ("Fe", "Nd", "Dy", "Co"):
        true = 100 * MAGNET[element]
        allowed = TOLERANCE * true + 3 * found[element]["uncertainty"]
        assert found[element]["value_number"] == pytest.approx(true, abs=allowed), element
    assert fitted.reduced_chi2 < 1.5


def test_an_element_that_is_not_there_is_below_its_limit(fitted):
    found = {row["analyte"]: row for row in fitted.assays.to_dicts()}
    for element in ("Tb", "Mn"):
        assert (found[element]["value"], found[element]["censored"]) == ("<LOD", "below_lod")
        assert 0 < found[element]["lod"] < 1


def test_rows_are_canonical_and_the_plot_complete(fitted):
    assert dict(fitted.assays.schema) == ASSAYS
    assert fitted.assays["declaration_id"].unique().to_list() == ["D-1"]
    assert fitted.assays.select("unit", "basis", "method", "surface").unique().rows() == [
        ("wt%", "element", "pXRF", "powder")
    ]
    assert dict(fitted.plot.schema) == PLOT
    assert fitted.plot.null_count().sum_horizontal().item() == 0
    assert fitted.plot["energy_kev"].is_sorted()
    assert abs(fitted.plot["residual"].mean()) < 0.5
    iron = fitted.plot.filter(pl.col("energy_kev").is_between(6.2, 6.6))
    assert iron["counts"].sum() == pytest.approx(iron["fit"].sum(), rel=0.02)


def test_another_magnet_is_told_apart(fitted, tmp_path):
    """Without dysprosium, on the same configuration: the fit finds none."""
    path = write(tmp_path / "plain.csv", spectrum({"Fe": 0.68, "Nd": 0.31, "B": 0.01}, seed=8))
    found = {row["analyte"]: row for row in fit_spectrum(path, CONFIGURATION).assays.to_dicts()}
    assert found["Nd"]["value_number"] == pytest.approx(31, rel=0.02)
    assert found["Dy"]["value_number"] is None or found["Dy"]["value_number"] < 0.3


@pytest.mark.parametrize("text", ["", "[fit]\nxmin = 1\n", "no configuration", "[fit\n"])
def test_a_configuration_that_is_none(tmp_path, text):
    pytest.importorskip("PyMca5", reason='the extra "xrf" (PyMca5, fisx) is not installed')
    (tmp_path / "bad.cfg").write_text(text)
    with pytest.raises(InputError):
        fit_spectrum(write(tmp_path / "in.csv", np.full(CHANNELS, 5.0)), tmp_path / "bad.cfg")


def test_without_the_extra_the_fix_is_told(tmp_path):
    try:
        import PyMca5  # noqa: F401
    except ImportError:
        with pytest.raises(UsageError, match=r"didymium\[xrf\]"):
            fit_spectrum(write(tmp_path / "in.csv", np.full(CHANNELS, 5.0)), CONFIGURATION)


COUNTS = [float(n % 50) for n in range(256)]


@pytest.mark.parametrize(
    ("text", "zero", "gain"),
    [
        ("\n".join(f"{c:g}" for c in COUNTS), None, None),
        ("\n".join(f"{i} {c:g}" for i, c in enumerate(COUNTS)), None, None),
        ("\n".join(f"{0.1 + 0.02 * i:.3f};{c:g}" for i, c in enumerate(COUNTS)), 0.1, 0.02),
        (
            "<<PMCA SPECTRUM>>\nLIVE_TIME - 60.0\n<<CALIBRATION>>\nLABEL - Channel\n0 0.1\n100 2.1\n<<DATA>>\n"
            + "\n".join(f"{c:g}" for c in COUNTS) + "\n<<END>>\n", 0.1, 0.02,
        ),
        (
            "$SPEC_ID:\nx\n$DATA:\n0 255\n" + " ".join(f"{c:g}" for c in COUNTS) + "\n$MCA_CAL:\n3\n0.1 0.02 0.0 keV\n",
            0.1, 0.02,
        ),
        ("$DATA:\n0 255\n" + " ".join(f"{c:g}" for c in COUNTS) + "\n$ENER_FIT:\n0.1 0.02\n", 0.1, 0.02),
    ],
)  # fmt: skip
def test_files_of_spectra(tmp_path, text, zero, gain):
    path = tmp_path / "in.mca"
    path.write_text(text)
    found = read_spectrum(path)
    assert found.counts.tolist() == COUNTS
    assert (found.zero_kev, found.gain_kev) == (zero and pytest.approx(zero), gain and pytest.approx(gain))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1\n2\n3\n", "3 channels"),
        ("\n".join(["-1"] * 200), "0 or more"),
        ("\n".join(["0"] * 200), "above 0"),
        ("\n".join(["1 2 3"] * 200), "not a count"),
        ("\n".join(["1"] * 100 + ["1 2"] * 100), "one column and some two"),
        ("\n".join(f"{100 + 20 * i} 5" for i in range(200)), "keV"),
        ("\n".join(f"{i * i / 10000} 5" for i in range(200)), "evenly"),
        ("word\n" * 100, "0 channels"),
    ],
)
def test_spectra_that_are_none(tmp_path, text, why):
    path = tmp_path / "in.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=why):
        read_spectrum(path)


def test_a_file_larger_than_any_spectrum(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(b"1\n" * (5 << 20))
    with pytest.raises(HostileInputError):
        read_spectrum(path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200),
    head=st.sampled_from([b"", b"<<DATA>>\n", b"$DATA:\n0 99\n", b"1\n" * 100, b"0.1 5\n" * 80]),
)
def test_random_bytes(tmp_path, data, head):
    path = tmp_path / "in.mca"
    path.write_bytes(head + data)
    try:
        found = read_spectrum(path)
    except DidymiumError:
        return
    assert np.isfinite(found.counts).all()


def _fitted(residuals: list[float]) -> SpectrumFit:
    energy = [2.0 + 0.01 * n for n in range(len(residuals))]
    counts = [100.0 + 10.0 * r for r in residuals]
    plot = pl.DataFrame(
        {"energy_kev": energy, "counts": counts, "fit": 100.0, "background": 20.0, "residual": residuals}, schema=PLOT
    )
    return SpectrumFit(pl.DataFrame(schema=ASSAYS), plot, 1.0, ["<said> of it"])


def test_residuals_beyond_counting_are_marked() -> None:
    drawn = residual_plot(_fitted([0.0, 1.0, -2.0, 5.0, -7.5, 0.5, 0.0, 0.0, 1.0, 2.0]))
    assert drawn.count('class="beyond"') == 3  # two marks and the sentence about them
    assert drawn.count('class="within"') == 8
    assert "20.0 % of the residuals lie beyond 3 standard errors" in drawn
    assert "nan" not in drawn


def test_the_page_of_a_fit_stands_alone() -> None:
    page = residual_page(_fitted([0.0, 1.0, -1.0]), "A & B")
    assert "<title>A &amp; B</title>" in page
    assert "&lt;said&gt; of it" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
