"""Single tokens by their neighbours: what a dash, a plus, a tilde or a word that is also a symbol means here."""

from __future__ import annotations

from typing import Final

from didymium.composition.chemistry import RARE_EARTHS
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.lexis.tokens import Token
from didymium.composition.text.syntax.parts import Parsed

_FIGURE_NEAR: Final = frozenset("nGLbatdzuN~UpPy<>")

_LETTERS: Final = frozenset("eESMRFfTmC?")

_QUIET: Final = frozenset("nu,;()SGLT<>")
_MARK: Final = frozenset("?ne-/.")
_DROPPED: Final = frozenset(" w.Z=")


def settled(found: list[Token], out: Parsed) -> list[Token]:
    """Tokens without noise. Grades and shorthand go to `out`; what a sign means follows from its neighbours."""
    kept: list[Token] = []
    skip = 0
    last = len(found) - 1
    for i, token in enumerate(found):
        if i < skip:
            continue
        kind = token.kind
        if kind in _QUIET and (kind != "n" or i == last or found[i + 1].kind not in "KJ"):
            kept.append(token)
        elif kind == "n":  # 25 kg: an amount, not a share
            kept.append(Token("c", f"{token.value.value:g} {found[i + 1].value}", token.start, found[i + 1].end))
            skip = i + 2
        elif kind == "g":
            out.grade = out.grade or token.value
        elif kind == "C":
            out.code = token.value
        elif kind in "QOV":
            skip = _told(kind, kept, found, i, out)
        elif kind not in _DROPPED:
            settled_one = _one(token, kept, found, i)
            if settled_one is not None and settled_one.kind not in _DROPPED:
                kept.append(settled_one)
            if kind == "M" and _doped(token, found[i + 1 : i + 3]):
                skip = i + 3  # YAG:Ce
    return kept


def _told(kind: str, kept: list[Token], found: list[Token], i: int, out: Parsed) -> int:
    """What a word says of the tokens beside it, which are no composition; the place behind them."""
    if kind == "Q":
        return _marked(found, i, out)
    return _coating(kept, found, i, out) if kind == "O" else _packing(found, i)


def _marked(found: list[Token], i: int, out: Parsed) -> int:
    """`grade XK-7`, `марки НМ-1`: a name of the maker behind such a word; the place behind it. Formulas and figures stay."""
    end = i + 1
    if end < len(found) and found[end].kind == "?":
        out.slips.append(f"not understood: {found[end].value} (taken as a mark or grade)")
        end += 1
        while end < len(found) and found[end].start == found[end - 1].end and found[end].kind in _MARK:
            end += 1
    return end


def _coating(kept: list[Token], found: list[Token], i: int, out: Parsed) -> int:
    """`Ni-Cu-Ni coated`, `coating: NiCuNi`: metals of a coat are not those of the goods, unless they have a figure; the
    place behind them.
    """
    back = len(kept)
    while back and _of_coat(kept[back - 1]):
        back -= 1
    end = i + 1
    while end < len(found) and (_of_coat(found[end]) or found[end].kind in ":o"):
        end += 1
    if end < len(found) and found[end].kind in _FIGURE_NEAR:
        end = i + 1
    if back < len(kept) or any(t.kind in "eES" for t in found[i + 1 : end]):
        out.slips.append("left out: the metals of a coating")
    del kept[back:]
    return end if any(t.kind in "eES" for t in found[i + 1 : end]) else i + 1


def _of_coat(token: Token) -> bool:
    """A metal that is no rare earth, or a sign between two of them."""
    if token.kind == "e":
        return token.value.symbol not in RARE_EARTHS
    if token.kind == "E":
        return not set(token.value.symbols) & set(RARE_EARTHS)
    if token.kind == "S":
        return not {*token.value.formula.symbols} & {*RARE_EARTHS, "O", "Cl", "F", "S", "C"}
    return token.kind in "-+/"


def _packing(found: list[Token], i: int) -> int:
    """`packed in steel drums of 250 kg net`: says nothing of the goods, up to the next sign; the place behind it."""
    end = next((n for n in range(i + 1, len(found)) if found[n].kind in ",;()"), len(found))
    return i + 1 if any(t.kind in "uT" for t in found[i:end]) else end


def _one(token: Token, kept: list[Token], found: list[Token], i: int) -> Token | None:
    """One token as its neighbours make it; None where it says nothing."""
    before = kept[-1] if kept else None
    after = found[i + 1] if i + 1 < len(found) else None
    kind = token.kind
    if kind == "e":
        return token if token.value.otherwise is None else _homograph(token, before, found, i)
    if kind in "KJ":
        if before and before.kind in "/o" and len(kept) > 1 and kept[-2].kind == "c":
            kept.pop()  # 25 kg/drum, 25 kg per bag
            before = kept[-1]
        return None if kind == "J" or (before and before.kind == "c") else token._replace(kind="?")
    if kind == "-":
        kind = _dash(token, before, after)
        if kind == "negative" and after is not None:
            found[i + 1] = after._replace(value=after.value._replace(value=-after.value.value))
            return None
    elif kind == "~":
        kind = "r" if before and before.kind in "nu" and after and after.kind == "n" else "a"
    elif kind == "+":
        kind = "U" if before and before.kind in "nu" and (not after or after.kind in "u,;():.qwQ") else "+"
    elif kind == "h":
        kind = _share(kept, token, after)
    elif kind == "x" and after and after.kind == "." and after.start == token.end:
        return None  # No. 5
    return (token if kind == token.kind else token._replace(kind=kind)) if kind else None


def _doped(host: Token, after: list[Token]) -> bool:
    """A crystal by name with its dopant, `YAG:Ce`."""
    return (
        len(after) == 2
        and host.value.klass == "compound"
        and after[0].kind == ":"
        and after[1].kind == "e"
        and host.end == after[0].start
        and after[0].end == after[1].start
    )


def _homograph(token: Token, before: Token | None, found: list[Token], i: int) -> Token:
    """`In 5 ppm` is indium, `In bulk` is not: a symbol that is also a word needs a figure at its side."""
    near = next((t.kind for t in found[i + 1 :] if t.kind not in ":=-(. wQ"), "")
    if (
        (near and (near in _FIGURE_NEAR or (near in "fF" and token.value.slip)))
        or _in_chain(token, before, found, i)
        or (before and before.kind in "ubo" and near in ",;)&")
        or (near == "/" and before and before.kind in ",;")
    ):
        return token._replace(value=token.value._replace(otherwise=None))
    word = token.value.otherwise
    if token.value.slip and word.kind == "?":
        return token._replace(kind="?", value=token.value.symbol)
    return token._replace(kind=word.kind, value=word.value)


def _in_chain(token: Token, before: Token | None, found: list[Token], i: int) -> bool:
    """Al-Sc, Nd/Al: tied by a sign to another symbol."""
    after = found[i + 1 : i + 3]
    if (
        len(after) == 2
        and after[0].kind in "-/+:"
        and after[0].start == token.end
        and after[1].kind in "eESn"
        and after[1].start == after[0].end
    ):
        return True
    return bool(before and before.kind in "-/+:" and before.end == token.start and i > 1 and found[i - 2].kind in "eES")


def _dash(token: Token, before: Token | None, after: Token | None) -> str:
    if (
        before is not None
        and before.kind in "eES:"
        and (after is None or after.kind in ",;)")
        and before.end != token.start
    ):
        raise Refusal(
            "unparseable", "a dash stands where a figure should; say 0 %, n.d. or leave the substance out", token.start
        )
    if before is not None and before.kind in "nu" and (after is None or after.kind in ",;)"):
        return "r"  # broken off
    if after is None or before is None:
        if after is not None and after.kind == "n" and after.start == token.end:
            return "negative"
        return ""
    tight_before, tight_after = before.end == token.start, after.start == token.end
    if after.kind == "n":
        if before.kind in "nu":
            return "r"
        if tight_after and (not tight_before or before.kind in ":(,;GLa<>"):
            return "negative"
        return "-" if tight_before and tight_after else ""
    if before.kind in "nuGLUDN)" and after.kind in _LETTERS:
        return ","
    return "-" if before.kind in _LETTERS and after.kind in _LETTERS else ""


def _share(kept: list[Token], token: Token, after: Token | None) -> str:
    """`wt` before or behind `%` makes the unit; elsewhere it says nothing."""
    if after and after.kind == "u" and not after.value[2]:
        kept.append(token._replace(kind="h"))
        return ""
    if kept and kept[-1].kind == "u" and not kept[-1].value[2] and token.value != "at%":
        kept[-1] = kept[-1]._replace(value=(token.value, 1.0, True), end=token.end)
    return ""
