"""The EU's criticality: supply risk SR and economic importance EI, with every input and what is missing.

    SR = [ HHI_GS x IR/2 + HHI_EU x (1 - IR/2) ] x (1 - EoL_RIR) x SI_SR
    HHI = sum of share^2 x WGI x t     over global supply (GS), or over what the EU sources (EU)
    EI = 10 x sum of A_s x Q_s / Q_max x SI_EI

IR import reliance of the EU (0..1), EoL_RIR end-of-life recycling input rate (0..1), SI substitution indices (0..1; 1 = no
substitute), WGI governance from 0 (good) to 10 (bad), t trade parameter of a country (1 = no restriction; below 1 for EU
members, above for export taxes, quotas and bans), A_s share of use in sector s, Q_s its value added, Q_max that of the
largest sector. Critical from SR 1 and EI 2.8. Sources: Regulation (EU) 2024/1252, annex II section 2; European Commission
2017, Methodology for establishing the EU list of critical raw materials.

Two departures, both stated with the result: the EU averages the World Bank's indicators, here political stability alone
stands for governance; t is 1 unless given. An input that is not known is never taken as 0: the result is then missing, and
`at_most` says how high it can be (EoL_RIR 0, SI 1), which still rules things out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from didymium.errors import UsageError
from didymium.supply.concentration import parameters

#: Input -> lowest and highest value allowed, and what it becomes when only a ceiling is wanted (None = cannot do without).
_RANGES: Final[dict[str, tuple[float, float, float | None]]] = {
    "hhi_gs": (0.0, 15.0, None),
    "hhi_eu": (0.0, 15.0, None),
    "ir": (0.0, 1.0, None),
    "eol_rir": (0.0, 1.0, 0.0),
    "si_sr": (0.0, 1.0, 1.0),
    "use": (0.0, 10.0, None),
    "si_ei": (0.0, 1.0, 1.0),
}
SUPPLY_RISK: Final = ("hhi_gs", "hhi_eu", "ir", "eol_rir", "si_sr")
IMPORTANCE: Final = ("use", "si_ei")


class Input(msgspec.Struct, frozen=True):
    """One input as a range, low = high where it is one figure; name as in the formulas, `use` = 10 sum(A Q) / Q_max."""

    name: str
    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        """UsageError for an unknown name or a value out of range."""
        if self.name not in _RANGES:
            raise UsageError(f"no input is called {self.name!r}.", fix=f"Inputs: {', '.join(_RANGES)}.")
        least, most, _ = _RANGES[self.name]
        if not least <= self.low <= self.high <= most:
            allowed = f"Allowed: {least:g} to {most:g}, low not above high."
            raise UsageError(f"{self.name} {self.low} to {self.high} is not allowed.", fix=allowed)


class Result(msgspec.Struct, frozen=True):
    """SR or EI. low, high: None where an input is missing (`needs`); at_most: None where no ceiling can be given.

    critical: yes, no, depends (threshold inside the range), or unknown; `no` also where the ceiling is below it.
    """

    name: str
    low: float | None
    high: float | None
    at_most: float | None
    threshold: float
    critical: str
    needs: list[str]
    inputs: list[Input]

    @property
    def sentence(self) -> str:
        """The result in words; what is missing is named."""
        if self.low is None or self.high is None:
            ceiling = "" if self.at_most is None else f"; it is at most {self.at_most:.2f}"
            return f"{self.name}: cannot compute, needs {', '.join(self.needs)}{ceiling}."
        text = f"{self.low:.2f}" if self.low == self.high else f"{self.low:.2f} to {self.high:.2f}"
        return f"{self.name}: {text} (threshold {self.threshold:g}; critical: {self.critical})."


def supply_risk(inputs: Iterable[Input]) -> Result:
    """SR from whatever inputs there are; others than those of SUPPLY_RISK are left aside."""
    return _result("SR", SUPPLY_RISK, _by_name(inputs), parameters.value("sr_threshold"))


def economic_importance(inputs: Iterable[Input]) -> Result:
    """EI from `use` and `si_ei`."""
    return _result("EI", IMPORTANCE, _by_name(inputs), parameters.value("ei_threshold"))


def use(shares: Mapping[str, float], value_added: Mapping[str, float], largest: float, source: str) -> Input:
    """10 x sum of A_s Q_s / Q_max: shares of use by sector (sum at most 1), value added of the same sectors.

    largest: value added of the largest sector of the economy, in the unit of value_added. Errors: UsageError naming the
    sector without value added, a sum above 1, or a largest that is not the largest.
    """
    missing = sorted(set(shares) - set(value_added))
    if missing:
        raise UsageError(f"no value added is given for {', '.join(missing)}.", fix="Give Q for every sector of A.")
    if min(shares.values(), default=0.0) < 0 or sum(shares.values()) > 1 + 1e-9:
        raise UsageError(f"shares of use sum to {sum(shares.values()):g}.", fix="Each from 0, together at most 1.")
    if largest <= 0 or largest < max((value_added[sector] for sector in shares), default=0.0):
        raise UsageError(
            f"largest value added {largest:g} is below that of a sector.", fix="Give Q_max of the economy."
        )
    total = 10 * sum(share * value_added[sector] for sector, share in shares.items()) / largest
    return Input("use", total, total, source)


def _by_name(inputs: Iterable[Input]) -> dict[str, Input]:
    found: dict[str, Input] = {}
    for one in inputs:
        if one.name in found:
            raise UsageError(f"{one.name} is given twice.", fix="Keep one, as a range where sources disagree.")
        found[one.name] = one
    return found


def _result(name: str, wanted: tuple[str, ...], known: dict[str, Input], threshold: float) -> Result:
    needs = [one for one in wanted if one not in known]
    used = [known[one] for one in wanted if one in known]
    ceiling = {one: known[one].high if one in known else _RANGES[one][2] for one in wanted}
    if "eol_rir" in known:
        ceiling["eol_rir"] = known["eol_rir"].low
    at_most = None
    if all(value is not None for value in ceiling.values()):
        numbers = {one: float(value or 0.0) for one, value in ceiling.items()}
        at_most = max(_formula(numbers | ir) for ir in _ends(known.get("ir")))
    low = high = None
    if not needs:
        least = {one: known[one].low for one in wanted}
        if "eol_rir" in known:
            least["eol_rir"] = known["eol_rir"].high
        low, high = min(_formula(least | ir) for ir in _ends(known.get("ir"))), at_most
    return Result(name, low, high, at_most, threshold, _critical(low, high, at_most, threshold), needs, used)


def _ends(ir: Input | None) -> list[dict[str, float]]:
    """SR is linear in IR, and may rise or fall with it: both ends are tried."""
    return [{}] if ir is None else [{"ir": ir.low}, {"ir": ir.high}]


def _formula(value: Mapping[str, float]) -> float:
    if "use" in value:
        return value["use"] * value["si_ei"]
    half = value["ir"] / 2
    concentrated = value["hhi_gs"] * half + value["hhi_eu"] * (1 - half)
    return concentrated * (1 - value["eol_rir"]) * value["si_sr"]


def _critical(low: float | None, high: float | None, at_most: float | None, threshold: float) -> str:
    if at_most is not None and at_most < threshold:
        return "no"
    if low is None or high is None:
        return "unknown"
    return "yes" if low >= threshold else "depends"
