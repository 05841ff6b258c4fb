"""The HTML report of one run of a scenario: one self-contained file.

from didymium.supply import prepare, run
from didymium.supply.report import render
text = render(run("april_2025"), prepare("april_2025").roller.layout.calibrated.network)
"""

from didymium.supply.report.render import render

__all__ = ["render"]
