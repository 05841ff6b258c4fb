"""A fitted spectrum to look at: counts beside the fit on a log axis, and below them what the fit leaves, in standard errors."""

from __future__ import annotations

import html
from typing import Final

import polars as pl

from didymium.composition.spectrum.fit import SpectrumFit
from didymium.plots import page, svg
from didymium.plots.scale import Linear, Log, log_domain, step_ticks

_WIDTH, _HEIGHT, _LEFT, _RIGHT = 960, 520, 64, 944
_TOP, _SPLIT, _FLOOR, _BOTTOM = 32, 324, 364, 480
#: A residual beyond this many standard errors is drawn as one that counting alone does not explain.
SIGMAS: Final = 3.0
_STYLE: Final = """
body { margin: 16px; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 20px; margin: 0 0 8px; } p { max-width: 75ch; margin: 4px 0; }
.plot { overflow-x: auto; } text { font-size: 12px; fill: var(--muted); font-variant-numeric: tabular-nums; }
.axis { stroke: var(--edge); } .rule { stroke: var(--rule); stroke-dasharray: 2 4; }
.counts { fill: var(--edge); } .fit { fill: none; stroke: var(--for); stroke-width: 1.5; }
.background { fill: none; stroke: var(--muted); stroke-dasharray: 5 4; }
.within { fill: var(--edge); } .beyond { fill: var(--against); }
text.fit { fill: var(--for); stroke: none; } text.beyond { fill: var(--against); } text.counts { fill: var(--ink); }
"""


def residual_plot(fit: SpectrumFit) -> str:
    """The plot as SVG; colours come from CSS classes (residual_page has them)."""
    plot = fit.plot.filter(pl.col("counts").is_finite() & pl.col("fit").is_finite())
    counts, model, under = (plot[name].clip(1.0).to_list() for name in ("counts", "fit", "background"))
    energy, residual = plot["energy_kev"].to_list(), plot["residual"].to_list()
    x = Linear(energy[0], energy[-1], _LEFT, _RIGHT)
    y = Log(*log_domain([*counts, *model]), _SPLIT, _TOP)
    most = max(2 * SIGMAS, *(abs(r) for r in residual))
    low = Linear(-most, most, _BOTTOM, _FLOOR)
    beyond = [abs(r) > SIGMAS for r in residual]
    share = sum(beyond) / len(beyond)
    label = (
        f"Spectrum from {energy[0]:.1f} to {energy[-1]:.1f} keV, {len(energy)} channels; reduced chi2 "
        f"{fit.reduced_chi2:.3g}; {100 * share:.1f} % of the residuals lie beyond {SIGMAS:g} standard errors."
    )
    dots = (svg.el("circle", cx=x(e), cy=y(c), r=1.2, class_="counts") for e, c in zip(energy, counts, strict=True))
    marks = (
        svg.el("circle", cx=x(e), cy=low(r), r=1.8 if out else 1.2, class_="beyond" if out else "within")
        for e, r, out in zip(energy, residual, beyond, strict=True)
    )
    return svg.document(
        _WIDTH, _HEIGHT, label, _axes(x, y, low, most),
        *dots, svg.el("path", d=svg.path([(x(e), y(m)) for e, m in zip(energy, under, strict=True)]), class_="background"),
        svg.el("path", d=svg.path([(x(e), y(m)) for e, m in zip(energy, model, strict=True)]), class_="fit"), *marks,
        svg.text(_RIGHT, 14, "counts (log): dots measured, line fitted, dashes background", "fit", "end"),
        svg.text(
            _RIGHT, _FLOOR - 10, f"measured less fitted, in standard errors; {100 * share:.1f} % beyond ±{SIGMAS:g}",
            "beyond", "end",
        ),
    )  # fmt: skip


def _axes(x: Linear, y: Log, low: Linear, most: float) -> str:
    parts = [svg.line(_LEFT, _SPLIT, _RIGHT, _SPLIT, "axis"), svg.line(_LEFT, low(0.0), _RIGHT, low(0.0), "axis")]
    for tick in y.ticks():
        parts += [
            svg.line(_LEFT, y(tick), _RIGHT, y(tick), "rule"),
            svg.text(_LEFT - 6, y(tick) + 4, f"{tick:g}", "", "end"),
        ]
    for tick in step_ticks(x.low, x.high):
        parts += [
            svg.line(x(tick), _SPLIT, x(tick), _SPLIT + 5, "axis"),
            svg.line(x(tick), _BOTTOM, x(tick), _BOTTOM + 5, "axis"),
        ]
        parts.append(svg.text(x(tick), _BOTTOM + 20, f"{tick:g}", "", "middle"))
    for tick in (
        (-round(most), 0.0, round(most)) if most > 6 * SIGMAS else (-round(most), -SIGMAS, 0.0, SIGMAS, round(most))
    ):
        parts.append(svg.text(_LEFT - 6, low(tick) + 4, f"{tick:g}", "", "end"))
    parts += [svg.line(_LEFT, low(s), _RIGHT, low(s), "rule") for s in (-SIGMAS, SIGMAS)]
    parts.append(svg.text(_RIGHT, _BOTTOM + 36, "energy, keV", "", "end"))
    return "".join(parts)


def residual_page(fit: SpectrumFit, title: str) -> str:
    """One self-contained HTML page: the plot, and what the fit says of itself. title: such as the name of the sample."""
    style = f"{page.tokens()}\n{_STYLE}"
    said = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in fit.said)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{page.policy(style)}">'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head><body>'
        f'<h1>{html.escape(title)}</h1><div class="plot">{residual_plot(fit)}</div>{said}</body></html>'
    )
