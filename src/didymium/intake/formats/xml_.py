"""XML read element by element: no DTD, no entities, no network, bounded depth, size and memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml import etree

from didymium.errors import HostileInputError, InputError
from didymium.intake.source import Job

Element = Any  # lxml-stubs know no private _Element that mypy could name across versions

_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_HUGE: Final = re.compile(r"huge|excessive depth|amplification|text node too long|limit", re.IGNORECASE)
_PIECE: Final = 1 << 20


def head_text(head: bytes) -> str:
    """The first bytes of a possible XML file as text."""
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    return head[: len(head) & ~1].decode(encoding, "replace").lstrip()


def root_name(head: bytes) -> str | None:
    """Local name of the root element; None = no XML. Comments, instructions and a DTD before it are skipped."""
    text = head_text(head)
    if not text.startswith("<"):
        return None
    text = re.sub(r"<!--.*?(?:-->|$)|<\?.*?(?:\?>|$)", "", text, flags=re.DOTALL)
    found = _ROOT.search(text)
    return found[1] if found else None


def records(job: Job, is_record: Callable[[str], bool]) -> Iterator[Element]:
    """Every element whose local name is a record's, complete, one at a time; it is emptied when the next is asked for.

    Raises HostileInputError for a DTD, nesting, element counts or texts beyond the limits; InputError for broken XML.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    state = _State(job, is_record)
    try:
        with job.path.open("rb") as handle:
            while piece := handle.read(_PIECE):
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise HostileInputError(
                        "the XML brings its own DTD or entities; that is refused unread.",
                        file=job.name, fix="Customs XML needs none: take the DOCTYPE out.",
                    )  # fmt: skip
                parser.feed(piece)
                yield from state.take(parser.read_events())
        parser.close()
        yield from state.take(parser.read_events())
    except etree.XMLSyntaxError as error:
        said = str(error).split("\n")[0][:200]
        if _HUGE.search(said):
            raise HostileInputError(
                f"the XML goes beyond a limit: {said}.", file=job.name, row=error.lineno or None
            ) from error
        raise InputError(
            f"broken XML: {said}.", file=job.name, row=error.lineno or None, fix="Export it again."
        ) from error


class _State:
    """Depth and size of what is open."""

    def __init__(self, job: Job, is_record: Callable[[str], bool]) -> None:
        self._job, self._is_record = job, is_record
        self._depth = 0
        self._open = 0
        self._elements = 0

    def take(self, events: Any) -> Iterator[Element]:
        limits = self._job.limits
        for event, element in events:
            name = etree.QName(element).localname
            if event == "start":
                self._depth += 1
                self._elements += 1
                self._open += self._is_record(name)
                if self._depth > limits.depth:
                    self._stop(f"elements nested deeper than {limits.depth}")
                if self._elements > limits.children:
                    self._stop(f"more than {limits.children} elements in one declaration")
                if self._depth == 1 and element.getroottree().docinfo.doctype:
                    self._stop("the XML brings its own DTD")
                continue
            self._depth -= 1
            if element.text is not None and len(element.text) > limits.field_bytes:
                self._stop(f"a text longer than {limits.field_bytes} characters")
            if self._is_record(name):
                self._open -= 1
                yield element
            if not self._open:
                self._elements = self._depth
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

    def _stop(self, what: str) -> None:
        raise HostileInputError(f"{what}.", file=self._job.name, fix="No honest declaration has that.")


def text_at(element: Element, path: str) -> str | None:
    """Text of the first element at a path of local names (`A/B`); None = absent, empty or blank."""
    found = element.find("/".join("{*}" + part for part in path.split("/")))
    text: str | None = None if found is None else found.text
    return (text.strip() or None) if text else None


def first_text(element: Element, *paths: str) -> str | None:
    """Text at the first path that has one."""
    return next((text for path in paths if (text := text_at(element, path))), None)


def all_at(element: Element, path: str) -> list[Element]:
    """All elements at a path of local names."""
    return list(element.findall("/".join("{*}" + part for part in path.split("/"))))


def joined(parts: list[str | None], between: str = " ") -> str | None:
    """The stated parts in one text; None = none is stated."""
    return between.join(part for part in parts if part) or None
