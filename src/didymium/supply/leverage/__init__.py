"""What a control costs each side, month by month and by how much passes: curves with ranges, no score.

from didymium.supply.leverage import leverage
found = leverage("full_stop", months=24)
found.losses, found.throughput, found.stock_outs, found.both, found.flips
"""

from didymium.supply.leverage.curves import Leverage, leverage

__all__ = ["Leverage", "leverage"]
