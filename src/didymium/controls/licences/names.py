"""When two party names in licences and messages are the same name: spelling of letters and blanks aside, nothing else.

A licence is personal. `Hamburg Magnet B` and `HAMBURG  MAGNET B` are one; `Hamburg Magnet B GmbH` may be another firm, so it is
refused until a person amends the licence or the message.
"""

from __future__ import annotations

import unicodedata


def key(name: str) -> str:
    """The name in the form in which it is compared: compatibility letters, no case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def same(one: str, other: str) -> bool:
    """Whether both are the same name."""
    return key(one) == key(other)
