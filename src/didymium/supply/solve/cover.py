"""Firms live on their own stock: who stops first when arrivals fall, though the mean is not yet empty.

The programme shares what there is by price. Firms do not: each has its months of stock and its contract share of what
arrives. Here a zone's users of a good are ten classes of equal weight whose months of stock are spread log-normally about
the mean of the zone (`cover_spread`); each uses what it needs as long as stock and arrivals allow, and lends nothing to others.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np

from didymium.supply.network.layout import Floats

CLASSES: Final = 10


def spread(sigma: float) -> Floats:
    """Stock of the classes over the mean stock, rising, mean 1."""
    middles = [(k + 0.5) / CLASSES for k in range(CLASSES)]
    ratio = np.exp([sigma * NormalDist().inv_cdf(share) for share in middles])
    return np.asarray(ratio / ratio.mean())


def firms(opening: Floats, arrivals: Floats, need: Floats, sigma: float) -> tuple[Floats, Floats]:
    """Stock left (t) and share of need met by month, good and class.

    opening: t by good in the first month. arrivals, need: t by month and good. Both results: months x goods x CLASSES.
    """
    months, goods = need.shape
    stock = opening[:, None] * spread(sigma)[None, :] / CLASSES
    left, met = np.zeros((months, goods, CLASSES)), np.ones((months, goods, CLASSES))
    for t in range(months):
        wants = np.broadcast_to(need[t][:, None] / CLASSES, (goods, CLASSES))
        has = stock + arrivals[t][:, None] / CLASSES
        used = np.minimum(wants, has)
        met[t] = np.divide(used, wants, out=np.ones_like(used), where=wants > 0)
        stock = has - used
        left[t] = stock
    return left, met
