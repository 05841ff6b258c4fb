"""What an instrument of control says, as the YAML files in `data/` write it: acts, their measures, and what each asks.

An instrument is an act. A measure is one article of it: the unit that is in force, suspended or ended. An item is one
entry of a list under a measure. Every condition is tri-state: met, not met, or unknown with the fact that is missing;
`silence` says how a fact that is not stated is read.

Ids: `act`, `act#article` or `act#item`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

import msgspec

Outcome = Literal["prohibited", "licence required", "notify", "goods licence"]
#: Severity of outcomes; a goods licence is no strategic control: it is named beside the answer.
ORDER: Final = ("goods licence", "notify", "licence required", "prohibited")
Silence = Literal["no", "unknown"]
Status = Literal["verified", "unverified"]
Confidence = Literal["high", "medium", "low"]
RelationKind = Literal["suspends", "terminates", "replaces", "extends", "amends"]
Form = Literal[
    "oxide", "compound", "metal", "metal powder", "alloy", "sputter target", "permanent magnet", "ore", "raw mixture",
    "phosphor", "crystal", "optical fibre", "downstream material", "technology", "service", "equipment", "reagent",
    "assembly", "catalyst", "consumer goods", "sensor", "scrap", "other",
]  # fmt: skip
EndUse = Literal["civil", "military", "defence procurement", "humanitarian", "military strength", "rare-earth activity"]
Party = Literal["listed", "owned"]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
Element = Annotated[str, msgspec.Meta(pattern="^[A-Z][a-z]?$")]
Code = Annotated[str, msgspec.Meta(pattern="^[0-9]{4,10}$")]
Name = Annotated[str, msgspec.Meta(min_length=1)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A record whose file may hold no field that is not known: a typing error must not switch a condition off."""


class Relation(Strict, frozen=True):
    """What this act does to another: `target` is `act` (every measure of it) or `act#article`.

    suspends: out of force from this act's first to its last day, both inclusive; it comes back by itself.
    terminates, replaces: the target ends on the day before this act begins, for good.
    extends: the last day of the target (often a suspension) becomes this act's last day.
    amends: nothing changes but what the amended act's file says with its dates; kept for the reader.
    """

    type: RelationKind
    target: Name


class Movement(Strict, frozen=True):
    """A way of goods; fields that are given must all hold. Countries are ISO 3166-1 alpha-2."""

    leaves: list[Country] = []
    leaves_not: list[Country] = []
    enters: list[Country] = []
    enters_not: list[Country] = []
    origin: list[Country] = []
    origin_not: list[Country] = []


class Limit(Strict, frozen=True):
    """A technical limit of an entry: figures stated in the text in this unit (as written, lower case) must lie in it."""

    unit: Name
    at_least: float = 0.0
    at_most: float = 1e12


class Item(Strict, frozen=True):
    """One entry of a list. It is met when a form and what is asked of the elements are met, or a term is named.

    forms: any of these; elements: contains any of these at `least_wt_pct` or more (wt% of the whole, as element).
    rare_earths: holds rare earths, whichever. main_element: the element makes it up (a metal). named: a substance of
    one of these elements, which need be no rare earth, and of no other metal. alloys: only alloys named
    so, each as its symbols (`DyFe`). families: kinds of magnet. terms: words that name the goods, any language, lower
    case; with_terms: one of these as well; both: form and a term are needed; open_for: statements
    (goods/terms.csv, kind tag) that leave open whether the goods are it; limits: technical limits. codes: reference
    codes of the list, digits; a code alone decides only where the text says nothing else, or where `by_code` says that
    it does; codes_not: lines exempt from that. purity, particles, treo: further limits, wt% and micrometres.
    """

    item: Name
    text: Name
    forms: list[Form] = []
    elements: list[Element] = []
    rare_earths: bool = False
    main_element: bool = False
    named: list[Element] = []
    alloys: list[Name] = []
    families: list[Name] = []
    terms: list[Name] = []
    with_terms: list[Name] = []
    open_for: list[Name] = []
    limits: list[Limit] = []
    codes: list[Code] = []
    codes_not: list[Code] = []
    by_code: bool = False
    both: bool = False
    least_wt_pct: float = 0.01
    purity_at_least_wt_pct: float | None = None
    particles_below_um: float | None = None
    treo_below_wt_pct: float | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: str = ""
    confidence: Confidence = "high"
    note: str = ""


class EndUseRule(Strict, frozen=True):
    """End uses or users that bring a measure to bear; `silence`: what a use that is not stated means."""

    uses: list[EndUse] = []
    silence: Silence = "unknown"


class PartyRule(Strict, frozen=True):
    """Listed parties: those of this act (`own_list`) and of `lists`; owned_share: the share (0..1) held by listed parties
    that counts like being listed; aggregate: shares of several listed owners add up."""

    lists: list[Name] = []
    own_list: bool = False
    owned_share: float | None = None
    aggregate: bool = False


class PlaceRule(Strict, frozen=True):
    """Steps of making (`melted`, `produced`, `mined`, `refined`, `separated`) done in any of these countries."""

    steps: list[Name]
    countries: list[Country]
    silence: Silence = "unknown"


class ValueShare(Strict, frozen=True):
    """Share of the value, 0..1, that parts of this origin make up: met at `at_least` or more."""

    origin: Country
    at_least: float


class Escalation(Strict, frozen=True):
    """A harder outcome of the same measure for some uses or parties."""

    outcome: Outcome
    end_use: EndUseRule | None = None
    party: PartyRule | None = None


class Exclusion(Strict, frozen=True):
    """Goods a measure does not reach by an official reading, with its source."""

    forms: list[Form]
    text: Name
    source: Name
    confidence: Confidence = "medium"


class Measure(Strict, frozen=True):
    """One article. Everything that is given must be met; `goods` any of its items, or dual-use items of other acts.

    article: null = the whole act. dual_use: reaches what any list of dual-use items (kind `dual-use list`) in force that
    day names. stated: statements without which the measure is silent (`chinese technology`).
    """

    outcome: Outcome
    text: Name
    article: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    movements: list[Movement] = []
    any_goods: bool = False
    dual_use: bool = False
    items: list[Item] = []
    hits_by_item: bool = False
    excludes: list[Exclusion] = []
    end_use: EndUseRule | None = None
    party: PartyRule | None = None
    places: PlaceRule | None = None
    value_share: ValueShare | None = None
    stated: list[Name] = []
    unless_stated: list[Name] = []
    asks_status: str | None = None
    escalations: list[Escalation] = []
    evidence: list[Name] = []


class Listed(Strict, frozen=True):
    """A party named by an act; names as written, in Latin and in the script of the act."""

    name: Name
    name_local: str = ""


Kind = Literal[
    "dual-use list", "goods licence", "technology ban", "technology licence", "destination ban", "end-use ban",
    "extraterritorial licence", "party list", "watch list", "party rule", "procurement ban", "export ban",
    "quality threshold", "export stop", "border closure", "suspension", "background",
]  # fmt: skip


class Instrument(Strict, frozen=True):
    """One act. Dates are inclusive; null `valid_from` = not stated, null `valid_to` = open.

    published: the day the text was public; null = take the first day. status: `unverified` where dates or effect are
    not confirmed. unverified_before, unverified_after: days beyond which what applies is not known. An act that
    suspends and has `unverified_after`: whether it was extended is not known.
    """

    id: Name
    issuer: Name
    kind: Kind
    title: Name
    published: dt.date | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    status: Status = "verified"
    unverified_before: dt.date | None = None
    unverified_after: dt.date | None = None
    relations: list[Relation] = []
    measures: list[Measure] = []
    listed: list[Listed] = []
    listed_complete: bool = False
    sources: list[Name] = []
    source_note: str = ""
    confidence: Confidence = "high"
    confidence_note: str = ""
    note: str = ""

    @property
    def known_from(self) -> dt.date:
        """First day on which the act counts as known: `published`, else its first day, else ever.

        An act of which only a lower bound is known (`unverified_before`) counts as known ever: it may have been in force.
        """
        if self.unverified_before:
            return dt.date.min
        return self.published or self.valid_from or dt.date.min
