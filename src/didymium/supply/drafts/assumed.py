"""What law and news leave open, as named parameters with range and source (assumed.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from didymium.errors import UsageError

_FILE: Final = Path(__file__).parent / "assumed.toml"
#: What a value may be: shares of flow up to ten times, days up to ten years.
_MOST: Final = {"outage_days": 3650.0}
_MOST_SHARE: Final = 10.0


class Assumed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One parameter: a path by month or one value; low, high and pace are factors for a sweep."""

    meaning: str
    low: float
    high: float
    source: str
    confidence: Literal["high", "medium", "low"]
    path: tuple[float, ...] = ()
    value: float | None = None
    pace: tuple[float, float] | None = None
    name: str = ""

    @property
    def last(self) -> float:
        """The value in the end."""
        return self.path[-1] if self.path else (self.value or 0.0)

    def words(self) -> str:
        """Name, value, range and source in one sentence."""
        by_month = ", ".join(f"{value:g}" for value in self.path)
        value = f"{by_month} by month" if self.path else f"{self.last:g}"
        source = self.source.rstrip(".")
        span = f"times {self.low:g} to {self.high:g}"
        return f"{self.name} = {value}, {span}: {self.meaning} ({source}; confidence {self.confidence})"


def assumed(held: Mapping[str, float] | None = None) -> dict[str, Assumed]:
    """Name -> parameter; held: values in place of what the file says. UsageError for a name or value that cannot be."""
    found = msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")), dict[str, Assumed])
    found = {name: msgspec.structs.replace(one, name=name) for name, one in found.items()}
    for name, value in (held or {}).items():
        if name not in found:
            raise UsageError(f"a draft has no parameter {name!r}.", fix=f"Parameters: {', '.join(found)}.")
        most = _MOST.get(name, _MOST_SHARE)
        if not 0.0 <= value <= most:
            raise UsageError(f"parameter {name} is {value:g}.", fix=f"Allowed: 0 to {most:g}.")
        found[name] = msgspec.structs.replace(
            found[name], path=(), value=value, source="held by the caller", low=1.0, high=1.0, pace=None
        )
    return found
