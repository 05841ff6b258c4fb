"""Reading a declared composition; comparing an assay with it; rare-earth patterns.

read, read_many: a declared composition as components and element intervals. assess, compare: assays against declarations.
The packages `pattern` (material class, samples of a mine) and `spectrum` (raw XRF spectra) stand for themselves.
"""

from didymium.composition.assay import Assessment, Comparison, assess, compare
from didymium.composition.declared import as_answer, read
from didymium.composition.model import Component, Declared, Reading
from didymium.composition.tables import Tables, read_many

__all__ = [
    "Assessment",
    "Comparison",
    "Component",
    "Declared",
    "Reading",
    "Tables",
    "as_answer",
    "assess",
    "compare",
    "read",
    "read_many",
]
