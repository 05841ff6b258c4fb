"""Declarations as hypothesis draws them: realistic and nasty values side by side, nulls everywhere a null may stand."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from hypothesis import Phase, settings
from hypothesis import strategies as st

#: A whole file takes a good part of a second to screen: few examples, and no shrinking, which would take minutes.
SLOW: Final = settings(max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])

GOODS: Final = (
    "Dysprosium oxide 99.9%", "Neodymium oxide", "氧化镝", "Praseodymium neodymium oxide", "Terbium metal", "NdPr metal",
    "Mixed rare earth carbonate", "Sintered NdFeB magnets N42SH", "Samarium cobalt magnets", "Lanthanum carbonate",
    "Nickel powder", "Alumina", "Kaolin", "Rice", "Refractory bricks", "Ferro-boron", "Spare parts, assorted", "",
)  # fmt: skip
CODES: Final = (
    "284690",
    "28461000",
    "280530",
    "850511",
    "850519",
    "750400",
    "281820",
    "250700",
    "100630",
    "253090",
    "720299",
    "999999",
)
COUNTRIES: Final = ("CN", "VN", "MY", "TH", "EE", "AU", "US", "JP", "SG", "LA", "MM", "NA", "GB", "XX", "HK")
PARTIES: Final = (
    "Ganzhou Rare Earth Co., Ltd", "赣州稀土有限公司", "Tokai Magnetics KK", "Gebeng Oxides Sdn Bhd", "Straits Trading Pte Ltd",
    "University Laboratory", "Merrow Scientific Ltd", "Harjavalta Nickel Oy", "公司", "-", "Ltd", "北陸磁石株式会社",
)  # fmt: skip
COMPOSITIONS: Final = (
    "TREO 45%", "TREO 99.5%; Nd2O3 75%; Pr6O11 24.5%", "Nd2Fe14B", "Nd 30%; Fe 67%; B 1%; Dy 2%", "Dy free", "Al2O3 99,5%",
    "Dy 80%; Fe 20%", "100%", "%%%", "TREO %",
)  # fmt: skip
LABELS: Final = (
    "NET 25 KG",
    "RICE 50 KG",
    "MADE IN CHINA",
    "Product of Viet Nam",
    "氧化钕 25KG 中国制造",
    "0 kg",
    "9999 KG",
    "G.W. 26 KG N.W. 25 KG",
)
#: Text no clerk writes: emoji, right-to-left, control characters, quotes, formulas, combining marks, blanks only.
NASTY: Final = (
    "🧲🧲 magnet 🇨🇳", "\u202edlog\u202c أكسيد النيوديميوم", "a\x01\x02\x1b[31m\x7f", "tab\tand\nline\r\nend",
    "'; DROP TABLE x; --",
    "=HYPERLINK(\"http://x\")", "Z̷͍̏a̴̚l̵g̶o", "   ", "\u200b\u200d\ufeff", "(?i)[.*+^$", "|||;;;", "ﬀ①Ⅳ㍿", "\ud7ff\ue000\U0010ffff",
)  # fmt: skip


def text(*known: str) -> st.SearchStrategy[str | None]:
    """A known value, a nasty one, any short text without surrogates and NUL, or nothing."""
    free = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20)
    return st.one_of(st.none(), st.sampled_from(known), st.sampled_from(known), st.sampled_from(NASTY), free)


def number(*known: float, low: float = 0.0, high: float = 1e12) -> st.SearchStrategy[float | None]:
    return st.one_of(st.none(), st.sampled_from(known), stated(*known, low=low, high=high))


def stated(*known: float, low: float = 0.0, high: float = 1e12) -> st.SearchStrategy[float]:
    return st.one_of(st.sampled_from(known), st.floats(low, high, allow_nan=False, exclude_min=low == 0.0))


COUNTRY: Final = st.one_of(st.none(), st.sampled_from(COUNTRIES))

#: One line as `tests.lines.declarations` takes it. Required columns are stated, as intake sees to.
LINE: Final[st.SearchStrategy[dict[str, Any]]] = st.fixed_dictionaries(
    {
        "date": st.dates(dt.date(1995, 1, 1), dt.date(2030, 12, 31)) | st.dates(dt.date(2023, 1, 1), dt.date(2025, 12, 31)),
        "direction": st.sampled_from(["export", "import", "transit"]),
        "hs_code": st.sampled_from(CODES),
        "description": text(*GOODS),
        "origin": COUNTRY,
        "export_country": COUNTRY,
        "import_country": COUNTRY,
        "transit_countries": st.sampled_from([None, "CN", "SG;HK", ";;", "XX;NA"]),
        "port_loading": st.sampled_from([None, "CNSHA", "VNHPH", "MYKUA", "SGSIN", "ZZZZZ", "N"]),
        "port_discharge": st.sampled_from([None, "JPYOK", "DEHAM", "USLAX"]),
        "mode": st.sampled_from([None, "sea", "air", "post", "express"]),
        "exporter": text(*PARTIES),
        "exporter_address": text("12 Canal Street", "No. 5, Industrial Road"),
        "importer": text(*PARTIES),
        "importer_address": text("12 Canal Street", "No. 5, Industrial Road"),
        "end_user": text(*PARTIES),
        "producer": text(*PARTIES),
        "net_kg": stated(0.001, 0.9, 25, 1000, 20000, 1e12, low=1e-6),
        "gross_kg": number(0.0, 26, 1050, 21000),
        "packages": number(0, 1, 40, 800, low=1e-6),
        "package_kind": st.sampled_from([None, "bag", "big bag", "drum", "pallet", "parcel", "carton"]),
        "volume_m3": number(0.05, 1.2, 33, low=1e-6, high=1e9),
        "value": stated(0, 1, 40, 10_000, 250_000, 1e15),
        "currency": st.sampled_from([None, "USD", "EUR", "CNY", "JPY", "XXX"]),
        "composition": text(*COMPOSITIONS),
        "grade": text("N42SH", "N35", "45UH", "Y30H"),
        "label_text": text(*LABELS),
        "use": text("EV traction motor", "风力发电", "headphones"),
        "aggregate": st.sampled_from([False, False, False, None, True]),
    }
)  # fmt: skip

#: A file: a few distinct lines, some of them many times, so that peers and parties have something to say.
FILES: Final = st.lists(st.tuples(LINE, st.sampled_from([1, 1, 2, 15])), min_size=1, max_size=6).map(
    lambda drawn: [{**line, "times": times} for line, times in drawn]
)
