"""The facts of one consignment that the law asks for, and how they are read from words.

Nothing is filled in: what is not stated stays None or empty, and a condition that needs it is unknown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

import msgspec
import polars as pl
from anyascii import anyascii

from didymium.controls.goods import Goods, read_goods
from didymium.controls.goods.words import Phrases, fold, found, phrases, words_of
from didymium.reference import table

#: Roles whose name can make a use military, or a listed party the receiver.
RECEIVERS: Final = ("importer", "end_user", "consignee")
_HAN_FORMS: Final = ("股份有限公司", "有限责任公司", "有限公司", "株式会社", "株式會社", "公司", "주식회사")
_NEGATED: Final = re.compile(
    r"(?:\bnon|\bno|\bnot|\bwithout|\bnever)[\s-]+(?:for\s+|of\s+|any\s+)?(?:a\s+)?military(?:\s+use)?|非军"
)
_STEP: Final = r"\b(?:melted|cast|produced|made|manufactured|sintered|pressed|bonded|mined|refined|smelted|separated)"


class Facts(msgspec.Struct, frozen=True):
    """One consignment on one day.

    date: the day asked about; known_on: the day of knowledge. Countries ISO alpha-2, None = not stated. uses: end uses
    stated (model.EndUse), empty = not stated. parties: (role, name). lists: acts whose list a receiver stands on, as
    matched by name or as stated; owned: shares (0..1) held by listed parties. value_shares: origin -> share of the value
    (0..1). places: step of making -> countries. tags: statements (goods/terms.csv).
    """

    date: dt.date
    goods: Goods
    known_on: dt.date | None = None
    export_country: str | None = None
    import_country: str | None = None
    origin: str | None = None
    uses: frozenset[str] = frozenset()
    parties: tuple[tuple[str, str], ...] = ()
    lists: frozenset[str] = frozenset()
    owned: tuple[float, ...] = ()
    value_shares: Mapping[str, float] = {}
    places: Mapping[str, frozenset[str]] = {}

    @property
    def known(self) -> dt.date:
        """Day of knowledge: as given, else the day itself."""
        return self.known_on or self.date


def facts_of(  # noqa: PLR0913 the facts the law asks for, by name
    *,
    date: dt.date,
    material: str | None,
    hs_code: str | None,
    known_on: dt.date | None = None,
    export_country: str | None = None,
    import_country: str | None = None,
    origin: str | None = None,
    end_use: str | None = None,
    parties: Mapping[str, Any] | None = None,
    value_shares: Mapping[str, float] | None = None,
) -> Facts:
    """Facts from words. parties: role -> name; `matched_list` names an act (or several), `owned_share_by_listed` a
    share (or shares) of the receiver held by listed parties. end_use: free text. material: any language."""
    given = dict(parties or {})
    names = tuple((role, str(name)) for role, name in given.items() if isinstance(name, str) and role != "matched_list")
    text = material or ""
    goods, uses = read_goods(text, hs_code), uses_of(end_use, text, names)
    if goods.forms & {"technology", "service"}:  # what works abroad are built with, not other goods that serve them
        uses -= {"rare-earth activity"}
    return Facts(
        date=date, known_on=known_on, goods=goods, export_country=export_country, import_country=import_country,
        origin=origin, uses=uses, parties=names,
        lists=frozenset(_many(given.get("matched_list"))), owned=_shares(given, text),
        value_shares=dict(value_shares or {}), places=places_of(text),
    )  # fmt: skip


def uses_of(end_use: str | None, text: str, names: Sequence[tuple[str, str]]) -> frozenset[str]:
    """End uses stated: in the statement of use, in the text of the goods, or by the name of a receiver."""
    said: set[str] = set()
    for words in (end_use or "", text):
        folded = fold(words)
        plain = _NEGATED.sub(" civil ", folded)
        said |= set(found("use", plain)) - ({"civil"} if words is text else set())
    if (end_use or "").strip() and not said:
        said.add("civil")
    receivers = " ; ".join(fold(name) for role, name in names if role in RECEIVERS)
    said |= set(found("use", receivers)) & {"military", "defence procurement"}
    if "defence procurement" in said or "military strength" in said:
        said.add("military")
    if "rare-earth activity" in found("tag", fold(text + " " + (end_use or ""))):
        said.add("rare-earth activity")
    if said & {"military"}:
        said.discard("civil")
    return frozenset(said)


@cache
def military_words() -> list[str]:
    """Beginnings of phrases that make a name military, lower case; a name without any of them is none."""
    return sorted({phrase.split(" ")[0].rstrip("*") for phrase in phrases("use", "military")})


def places_of(text: str) -> dict[str, frozenset[str]]:
    """Steps of making with the countries said for each: `melted and sintered in JP, samarium separated in Russia`."""
    out: dict[str, set[str]] = {}
    for clause in re.split(r"[;,.]", text):
        folded = fold(clause)
        steps = found("step", folded)
        if not steps:
            continue
        stated = re.findall(rf"\b(?:in|at|from)\s+([A-Z]{{2}})\b|(?i:{_STEP})\s+([A-Z]{{2}})\b", clause)
        countries = {code for pair in stated for code in pair} & _isos()
        countries |= {iso for _, iso, _ in _country_names().found(folded)}
        for step in steps:
            out.setdefault(step, set()).update(countries)
    return {step: frozenset(countries) for step, countries in out.items() if countries}


def _shares(given: Mapping[str, Any], text: str) -> tuple[float, ...]:
    value = given.get("owned_share_by_listed")
    if value is None:
        values = given.get("owned_shares_by_listed") or given.get("owned_shares")
        if values is None:
            said = re.findall(
                r"([\d.]{1,12})\s*%\s*(?:is\s+)?(?:owned|held)\s+by\s+(?:an?|two|three|the|one)?\s*listed", text
            )
            return tuple(float(share) / 100 for share in said)
        value = values
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, Sequence) else [value]
    return tuple(float(item) for item in items)


def _many(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(item) for item in value]


@cache
def _isos() -> frozenset[str]:
    return frozenset(table("countries")["iso2"].to_list())


@cache
def _country_names() -> Phrases:
    out = Phrases()
    for iso, name in table("countries").select("iso2", "name").iter_rows():
        out.add(name, ("country", iso, 0))
    return out


@cache
def _legal_forms() -> frozenset[tuple[str, ...]]:
    with resources.files("didymium.parties").joinpath("legal_forms.csv").open("rb") as file:
        forms = pl.read_csv(file.read(), infer_schema=False)["form"].to_list()
    return frozenset(tuple(words_of(fold(form).replace(".", ""))) for form in forms)


@lru_cache(maxsize=100_000)
def name_key(name: str) -> str:
    """A name without legal form, punctuation and case, Han in one romanisation (日東電工 and 日东电工 are one); for
    equality with a listed name only."""
    plain = name
    for form in _HAN_FORMS:
        plain = plain.replace(form, " ")
    words = words_of(fold(plain if plain.isascii() else anyascii(plain)).replace(".", ""))
    forms = _legal_forms()
    changed = True
    while changed and len(words) > 1:
        changed = False
        for length in (3, 2, 1):
            if len(words) > length and tuple(words[-length:]) in forms:
                words, changed = words[:-length], True
                break
    return "".join(words)


def name_keys(name: str) -> frozenset[str]:
    """Keys a name may be met under: whole, without what stands in brackets, what stands in them, and the head before a
    comma (`SUBARU Corporation, Aerospace Company`)."""
    inside = re.findall(r"[(（]([^()（）]{3,})[)）]", name)
    outside = re.sub(r"[(（][^()（）]*[)）]", " ", name)
    parts = [name, outside, *inside, outside.split(",")[0]]
    return frozenset(key for part in parts if (key := name_key(part.strip())) and len(key) > 2)


def listed_keys(name: str) -> frozenset[str]:
    """Keys of a name on a list: whole, without what stands in brackets, and an abbreviation in them; never a mere head."""
    inside = re.findall(r"[(（]([A-Z]{3,})[)）]", name)
    outside = re.sub(r"[(（][^()（）]*[)）]", " ", name)
    return frozenset(key for part in (name, outside, *inside) if (key := name_key(part.strip())))
