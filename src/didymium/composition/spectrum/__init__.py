"""Raw XRF spectra, fitted to concentrations with PyMca (extra `[xrf]`)."""

from didymium.composition.spectrum.files import Spectrum, read_spectrum
from didymium.composition.spectrum.fit import SpectrumFit, fit_spectrum
from didymium.composition.spectrum.residuals import residual_page, residual_plot

__all__ = ["Spectrum", "SpectrumFit", "fit_spectrum", "read_spectrum", "residual_page", "residual_plot"]
