"""Scales: values to pixels, and where the ticks stand."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Linear:
    """Values low..high to pixels start..end (start may be larger than end)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Value to px."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Log:
    """The same for positive values on a log10 axis."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Value to px."""
        share = math.log10(value / self.low) / math.log10(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """1-2-5 steps over less than two and a half decades, else full decades, thinned to at most seven."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        steps = (1, 2, 5) if math.log10(self.high / self.low) < 2.5 else (1,)
        every = max(1, math.ceil((last - first) / 7))
        values = [float(f"{step}e{power}") for power in range(first, last + 1, every) for step in steps]
        return [value for value in values if self.low * 0.999 <= value <= self.high * 1.001]


def log_domain(values: list[float], room: float = 1.35) -> tuple[float, float]:
    """Bounds around positive values with room on both sides, at least one decade wide."""
    low, high = min(values) / room, max(values) * room
    if high / low < 10:
        middle = math.sqrt(low * high)
        low, high = middle / math.sqrt(10), middle * math.sqrt(10)
    return low, high


def step_ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Round values between low and high, at most `most` of them."""
    for step in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [index * step for index in range(first, last + 1)]
    return [low, high]


def years_between(start: dt.date, end: dt.date) -> list[dt.date]:
    """The first of January of every year in the span, thinned to at most nine."""
    years = [dt.date(year, 1, 1) for year in range(start.year, end.year + 1) if start <= dt.date(year, 1, 1) <= end]
    return years[:: max(1, math.ceil(len(years) / 9))]
