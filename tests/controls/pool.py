"""Goods and rows for comparing ways of answering: about 250 texts that meet every entry of every act, and random rows."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator

import polars as pl

from didymium.controls.goods import Goods, read_goods
from didymium.controls.model import Instrument, Item
from tests.controls import by_row

NAMES = {
    "La": "lanthanum", "Ce": "cerium", "Pr": "praseodymium", "Nd": "neodymium", "Sm": "samarium", "Eu": "europium",
    "Gd": "gadolinium", "Tb": "terbium", "Dy": "dysprosium", "Ho": "holmium", "Er": "erbium", "Tm": "thulium",
    "Yb": "ytterbium", "Lu": "lutetium", "Sc": "scandium", "Y": "yttrium",
}  # fmt: skip
FORMS = ("oxide", "metal", "chloride", "sputtering target", "doped laser crystals")
PLAIN: tuple[tuple[str, str | None], ...] = (
    ("", None), ("", "8505111000"), ("", "2846901993"), ("", "28461000"), ("", "3815120000"), ("", "2805301510"),
    ("", "25309020"), ("", "8486909110"), ("", "38249999"), ("", "84798999"), ("", "2846901500"), ("", "9999"),
    ("garden chairs", "9401"), ("spare parts", None), ("chemical product", "2846909910"), ("metal goods", "28053019"),
    ("NdFeB magnets", "8505111000"), ("NdFeB magnets, Dy 2 %", "8505111000"), ("NdFeB magnets; Dy, Tb below 0.01 %", None),
    ("NdFeB magnets, Dy 40 ppm, Tb not detected", None), ("NdFeB magnets, Tb 0.8 %", "8505.11"), ("SmCo5 magnets", None),
    ("Sm2Co17 magnets", "8505119000"), ("permanent magnets", "850511"), ("NdFeB and SmCo magnets in one case", "850511"),
    ("ferrite magnets", "8505191000"), ("magnets with Ho 1 %", "850511"), ("NdFeB magnets, Ho 0.5 %, no Dy, no Tb", None),
    ("COTS NdFeB magnets, Dy 1 %", "850511"), ("commercially available off-the-shelf loudspeaker with NdFeB magnets", "8518"),
    ("off-the-shelf drone with SmCo magnets", "8806"), ("servo motor with SmCo magnets 60 % of mass, COTS", "8501"),
    ("rotor, magnets 92 % of mass, no core", "8503"), ("rotor assembly with NdFeB magnets (Dy 2 %)", "8503"),
    ("hall sensor with SmCo magnet", "9031"), ("toy with NdFeB magnets", "9503"), ("loose NdFeB magnet segments", "8505"),
    ("NdFeB magnets made with chinese technology, Dy 1 %", None), ("Dy2O3 separated with technology from China", None),
    ("ScAl master alloy, Sc 2 %", "7601"), ("ferro-dysprosium alloy", "7202"), ("mischmetal", "2805"), ("didymium metal", None),
    ("GdFe alloy", None), ("alloy of rare earths, not stated", None), ("DyFe alloy, Dy 80 %", None), ("Nd-Fe alloy", None),
    ("cerium metal powder, 99 %, below 45 um", None), ("cerium metal powder, 95 %, below 45 um", None),
    ("cerium metal powder, 99 %, 800 um", None), ("cerium metal powder", None), ("cerium powder", "2805301510"),
    ("rare earth ore, TREO 16 %", "25309020"), ("monazite concentrate", "2612"), ("iron ore", "2601"), ("ionic clay", None),
    ("crude mixed leach carbonate of rare earths", None), ("crude leach carbonate, special permission of the state", None),
    ("mixed rare earth carbonate, TREO 45 %", "2846"), ("mixed rare earth oxide, TREO 92 %", "2846"),
    ("mixed rare earth oxide, TREO 99 %", "2846"), ("Nd2O3 99.5 %", "2846"), ("Nd2O3 99.5 % by a designated enterprise", None),
    ("La2O3 90 %, maker not designated", None), ("neodymium oxide", None), ("rare earth chloride", "28461000"),
    ("Y2O3:Eu red phosphor", "2846"), ("calcined catalyst powder, Y2O3 4 % on ZrO2-CeO2", "3815"), ("Tm phosphor", None),
    ("erbium-doped optical fibre", None), ("ytterbium optical fibre preform", None), ("europium hydrogen absorbing alloy", None),
    ("erbium hydrogen storage material", None), ("erbium ceramics", None), ("ytterbium thermal barrier coating powder", None),
    ("holmium magnetocaloric material", None), ("holmium magnetostrictive material", None), ("gadolinium magnetocaloric", None),
    ("mixer-settler, 5 m3", None), ("mixer-settler, 40 m3", None), ("jet mill, 3 um", None), ("jet mill, 30 um", None),
    ("field press, 2 T", None), ("field press 0.5 T", None), ("rare earth separation technology", None),
    ("drawings of a rare earth recycling line: technical data", None), ("commissioning of an NdFeB magnet making line", None),
    ("NdFeB magnet manufacturing know-how: sintering", None), ("technology of magnetic resonance", None),
    ("pumps for a rare-earth separation plant", "8413"), ("gallium", "8112"), ("germanium", None), ("antimony", None),
    ("synthetic diamond micropowder", "7105"), ("tungsten powder", None), ("tantalum ingots", "8103"), ("bismuth", None),
    ("graphite anode material", None), ("lithium-ion battery", "8507"), ("magnet scrap, Nd 22 %, Dy 1 %", "7204"),
    ("oxide mixture, Y2O3 60 % Gd2O3 10 %, rest La2O3", "2846901993"), ("氧化镝 99.9%", "2846901500"), ("钕铁硼磁体", "850511"),
)  # fmt: skip
DAYS = tuple(
    dt.date.fromisoformat(day) + dt.timedelta(days=shift)
    for day in (
        "2014-12-31", "2015-05-01", "2019-04-30", "2021-01-01", "2023-12-21", "2024-01-01", "2024-10-19", "2024-12-01",
        "2024-12-03", "2025-02-04", "2025-04-04", "2025-06-13", "2025-09-29", "2025-10-09", "2025-11-07", "2025-11-08",
        "2025-11-09", "2025-11-10", "2025-12-01", "2026-01-01", "2026-01-06", "2026-02-24", "2026-04-24", "2026-06-29",
        "2026-07-13", "2026-11-10", "2026-11-27", "2027-01-01",
    )
    for shift in (-1, 0, 1)
)  # fmt: skip
COUNTRIES = ("CN", "CN", "CN", "JP", "US", "VN", "MY", "MM", "IN", "DE", "SG", "RU", "IR", "KP", "BE", None)
USES = (
    "", "", "civil", "civil", "military", "military|defence procurement", "military|military strength", "humanitarian",
    "civil|rare-earth activity", "rare-earth activity", "defence procurement",
)  # fmt: skip
LISTS = ("", "", "", "CN-2026-11", "CN-2026-12", "CN-2026-20", "CN-2026-28", "CN-2026-12|CN-2026-20", "some other list")
OWNED = (None, None, 0.0, 0.3, 0.4999, 0.5, 0.75, 1.0)
VALUE = (None, None, 0.0, 0.0009, 0.001, 0.05, 1.0)


def texts(acts: Iterable[Instrument]) -> list[tuple[str, str | None]]:
    """(text, code) of goods: plain ones, every rare earth in every form, every alloy and word that an act names."""
    items = [entry for act in acts for measure in act.measures for entry in measure.items]
    out = [*PLAIN, *((f"{name} {form}", None) for name in NAMES.values() for form in FORMS)]
    out += [(f"{alloy} alloy", None) for entry in items for alloy in entry.alloys]
    out += [(text, None) for entry in items if entry.terms for text in _words(entry)]
    return list(dict.fromkeys(out))


def _words(entry: Item) -> Iterator[str]:
    first = f"{entry.terms[0]} {' '.join(entry.with_terms[:1])}".strip()
    if entry.both:
        first += {"technology": ": technical data", "service": ": maintenance"}.get(
            entry.forms[0] if entry.forms else "", ""
        )
    yield first


def goods(acts: Iterable[Instrument]) -> list[Goods]:
    return [read_goods(text, code) for text, code in texts(acts)]


def unmet(acts: Iterable[Instrument], pool: Iterable[Goods]) -> list[str]:
    """Entries that nothing of the pool meets for certain."""
    pool = list(pool)
    entries = [(act.id, entry) for act in acts for measure in act.measures for entry in measure.items]
    return [f"{act}#{e.item}" for act, e in entries if not any(by_row.meets(e, one) == "yes" for one in pool)]


def rows(count: int, kinds: int, seed: int = 4) -> pl.DataFrame:
    """Random rows in the shape of `determine_frame`; a third of the days lie at a change of the law, or beside one."""
    chance = random.Random(seed)
    begin = dt.date(2014, 1, 1)
    span = (dt.date(2028, 12, 31) - begin).days

    def day() -> dt.date:
        return chance.choice(DAYS) if chance.random() < 0.33 else begin + dt.timedelta(days=chance.randrange(span))

    def row() -> dict[str, object]:
        date, known = day(), chance.random()
        origin = chance.choice(COUNTRIES)
        return {
            "date": date, "goods": chance.randrange(kinds),
            "known_on": None if known < 0.4 else date if known < 0.6 else day(),
            "export_country": origin if chance.random() < 0.6 else chance.choice(COUNTRIES),
            "import_country": chance.choice(COUNTRIES), "origin": origin, "uses": chance.choice(USES),
            "lists": chance.choice(LISTS), "owned_share": chance.choice(OWNED), "cn_value_share": chance.choice(VALUE),
        }  # fmt: skip

    schema = {
        "date": pl.Date, "goods": pl.Int64, "known_on": pl.Date, "export_country": pl.String, "import_country": pl.String,
        "origin": pl.String, "uses": pl.String, "lists": pl.String, "owned_share": pl.Float64, "cn_value_share": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame([row() for _ in range(count)], schema=schema)
