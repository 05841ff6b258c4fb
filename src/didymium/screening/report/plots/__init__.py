"""Plots as SVG text: one file per plot, each a function from plain records to one `<svg>` element."""
