"""Three-valued answers: met, not met, or unknown with the fact that is missing. Each also says why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Truth = Literal["yes", "no", "unknown"]


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Truth of one condition. missing: facts that would decide it (only where unknown). why: one clause for a reader."""

    truth: Truth
    why: str = ""
    missing: tuple[str, ...] = ()


YES, NO = Answer("yes"), Answer("no")


def all_of(answers: Iterable[Answer]) -> Answer:
    """Met where all are; not met where one is not; else unknown with everything that is missing."""
    missing: list[str] = []
    why: list[str] = []
    for answer in answers:
        if answer.truth == "no":
            return answer
        missing += answer.missing
        if answer.why:
            why.append(answer.why)
    kept = tuple(dict.fromkeys(missing))
    return Answer("unknown" if kept else "yes", "; ".join(why), kept)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Met where one is; unknown where none is but one may be; else not met."""
    unknown: list[Answer] = []
    last = NO
    for answer in answers:
        if answer.truth == "yes":
            return answer
        if answer.truth == "unknown":
            unknown.append(answer)
        last = answer
    if not unknown:
        return last
    missing = tuple(dict.fromkeys(m for answer in unknown for m in answer.missing))
    return Answer("unknown", "; ".join(dict.fromkeys(a.why for a in unknown if a.why)), missing)
