"""Many draws of one scenario: what its answer is when parameters and shocks are only known as ranges.

    from didymium.supply.sweep import sweep
    found = sweep("april_2025", draws=200, out="out/april", seed=1)
    found.prices, found.shortages, found.stock_outs, found.tornado

Every draw is solved twice, with and without control, with the same parameters. In a file of your own call it under
`if __name__ == "__main__":`, or with workers=1: processes begin by reading the file they were started from.
"""

from didymium.supply.sweep.folder import Sweep, read
from didymium.supply.sweep.ranges import Range, read_ranges, spans
from didymium.supply.sweep.running import sweep

__all__ = ["Range", "Sweep", "read", "read_ranges", "spans", "sweep"]
