"""How a text is set, where that says nothing of its own: numbers and bullets of a list, subscripts in TeX or HTML.

`1) Nd2O3 75 % 2) Pr6O11 25 %` is a list of two; `Nd_{2}O_{3}` and `Nd<sub>2</sub>O<sub>3</sub>` are Nd2O3. A number or
bullet becomes a semicolon, and what is taken out of a formula becomes blanks behind it, so that every place in the text
behind it stays what it was.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_ROWS: Final = (
    tuple(str(i) for i in range(1, 31)),
    tuple("abcdefghij"),
    tuple("ABCDEFGHIJ"),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
)
_FIRST: Final = re.compile(r"(?:^|[:;,])\s*(?P<open>\(?)(?P<n>1|[aAi])(?P<mark>[)、]|\.(?=\s|[^\W\d]))(?=\s*\S)")
#: Sizes of a piece with blanks or signs of diameters, `D10 x 5 mm`, `40 × 20 × 10 mm`.
_SIZES: Final = re.compile(
    r"(?<![\w.,])[DdØøφΦ⌀]?\s?\d+(?:\.\d+)?(?:\s*[xX×*]\s*[DdØøφΦ⌀]?\d+(?:\.\d+)?){1,2}\s*(?:mm|cm|inch)\b"
)
_BULLETS: Final = tuple(f"{sign} " for sign in "-–•●▪◦*·■□")
_BULLET: Final = re.compile(r"(?:^|(?<=;))\s*[-–•●▪◦*·■□](?=\s+\S)")
_TYPESET: Final = re.compile(r"\S*(?:[_\\$]|</?su[bp]>)\S*", re.IGNORECASE)
_OUT: Final = re.compile(
    r"(?<=[A-Za-z)\]])_(?=\d)"  # Nd_2O_3
    r"|(?<=[A-Za-z)\]])_\{(?P<sub>\d+(?:\.\d+)?|[xn])\}"  # Nd_{2}
    r"|</?sub>"
    r"|\\(?:mathrm|mathsf|text|textrm|rm|ce)\{(?P<set>[^{}\\]*)\}"
    r"|^\$+|\$+(?=[.,;:)%]*$)",
    re.IGNORECASE,
)
_SIGNS: Final = {r"\%": "%", r"\pm": "±", r"\geq": "≥", r"\leq": "≤", r"\ge": "≥", r"\le": "≤", r"\cdot": "·"}


def plainly_set(text: str) -> str:
    """A normalised text without the marks of its layout; as long as before."""
    if "_" in text or "\\" in text or "$" in text or "<s" in text or "<S" in text:
        text = _TYPESET.sub(_formula, text)
    if ")" in text or "1." in text or "、" in text:
        text = _unnumbered(text)
    if "mm" in text or "cm" in text or "inch" in text:
        text = _SIZES.sub(lambda m: re.sub(r"[\sDdØøφΦ⌀]", "", m.group()).lower().ljust(len(m.group())), text)
    if not any(bullet in text for bullet in _BULLETS):
        return text
    return _BULLET.sub(lambda m: ";".rjust(len(m.group())), text)


def _formula(found: re.Match[str]) -> str:
    """One piece without blanks, its subscripts set plainly."""
    word = found.group()
    for _ in range(3):  # a command may hold a subscript
        word = _OUT.sub(lambda m: m["sub"] or m["set"] or "", word)
    for sign, plain in _SIGNS.items():
        word = word.replace(sign, plain)
    return word.ljust(len(found.group()))


def _unnumbered(text: str) -> str:
    """The numbers 1, 2, 3, ... (or a, b, c; i, ii, iii) of a list replaced by semicolons.

    A lone 1 is a number of a list only at the start of the text; letters need at least two.
    """
    first = _FIRST.search(text)
    if first is None:
        return text
    start = first.start("open")
    spans = [(start, first.end("mark"))]
    row = next(r for r in _ROWS if r[0] == first["n"])
    for n in row[1:]:
        found = _item(n, first["open"], first["mark"]).search(text, spans[-1][1])
        if found is None:
            break
        spans.append(found.span())
    alone = len(spans) == 1
    if alone and (text[:start].strip() or first["n"] != "1" or not text[spans[0][1] :].lstrip()[:1].isalpha()):
        return text
    out = text
    for begin, end in spans:
        out = out[:begin] + ";".ljust(end - begin) + out[end:]
    return out


@cache
def _item(n: str, opened: str, mark: str) -> re.Pattern[str]:
    """A later number of the list, set like the first; behind a point a blank or a letter follows, never a decimal."""
    behind = r"(?=\s|[^\W\d])" if mark == "." else r"(?=\s*\S)"
    return re.compile(rf"(?<![\w(.]){re.escape(opened + n + mark)}{behind}")
