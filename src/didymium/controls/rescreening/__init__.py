"""Re-screening: what was screened is kept, and when the law changes, what gets another answer is listed.

keep: lines of a screening; close: a line that has moved; rescreen: what changes under the law as it is known now.
"""

from didymium.controls.rescreening.keep import Line, close, keep
from didymium.controls.rescreening.rescreen import Changed, rescreen

__all__ = ["Changed", "Line", "close", "keep", "rescreen"]
