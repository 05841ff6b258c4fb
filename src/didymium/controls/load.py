"""Reading instruments from YAML, one file each. An error names file, line and field, what is allowed, and the fix."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from didymium.controls.faults import Steps, faults
from didymium.controls.model import Instrument
from didymium.errors import DidymiumError

#: More than any act needs (the longest shipped one has 40 kB); a party list of 3,000 names fits.
_MOST_BYTES: Final = 300_000
_DEEPEST: Final = 20
_ADVICE: Final = {
    "{2}$": "Write ISO 3166-1 alpha-2 in capitals, such as CN.",
    "[a-z]?$": "Write a symbol, such as Dy.",
    "{4,10}$": "Write 4 to 10 digits without dots, in quotes.",
}
#: Fields that say nothing about what the law asks.
_FOR_READERS: Final = frozenset(
    ["title", "note", "source", "sources", "source_note", "confidence", "confidence_note", "listed_complete"]
)
#: Act -> its files, as read; only for saying where an error stands that shows when acts are put together.
_READ: dict[str, dict[str, bytes]] = {}


class InstrumentError(DidymiumError):
    """An instrument file that cannot be used; says file, line, field and fix."""

    exit_code = 4


class _RefusedError(yaml.MarkedYAMLError):  # type: ignore[misc]
    """YAML that parses and is refused all the same. fix: what to do about it."""

    def __init__(self, problem: str, mark: Any, fix: str) -> None:
        super().__init__(problem=problem, problem_mark=mark)
        self.fix = fix


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Safe YAML in which `NO` is Norway, not false: only true and false are booleans. A key may stand once."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """A value as Python; one that cannot be (31 February) is an error with its line."""
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            said = str(node.value)[:40]
            fix = "Write dates as YYYY-MM-DD, numbers plainly, and text that looks like either in quotes."
            raise _RefusedError(f"{said!r} is no such value ({str(error)[:60]})", node.start_mark, fix) from None

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """A mapping; the second of two equal keys would hide the first."""
        seen = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                raise _RefusedError(f"{key.value} stands twice", key.start_mark, "Keep one of them.")
            seen.add(key.value if isinstance(key.value, str) else id(key))
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def read_instrument(content: bytes, name: str) -> Instrument:
    """One file -> Instrument. name: what errors call it. Raises InstrumentError."""
    if len(content) > _MOST_BYTES:
        raise InstrumentError(
            f"{len(content)} bytes are more than {_MOST_BYTES}.", file=name, fix="One file holds one act."
        )
    try:
        text = content.decode("utf-8")
        _plain(text)
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except UnicodeDecodeError as error:
        raise InstrumentError(f"byte {error.start} is no UTF-8.", file=name, fix="Save the file as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        raise InstrumentError(
            f"the YAML does not parse: {problem}.", file=name, row=mark.line + 1 if mark else None,
            fix=getattr(error, "fix", "Look at indentation, colons and quotes on this line and the one before."),
        ) from None  # fmt: skip
    try:
        instrument = msgspec.convert(data, Instrument, strict=True)
    except msgspec.ValidationError as error:
        raise _located(str(error), node, name) from None
    _check(instrument, node, name)
    _READ.setdefault(instrument.id, {})[name] = content
    return instrument


def _plain(text: str) -> None:
    """Refuse, before any tree is built, what an act never needs and a machine cannot bear: anchors and deep nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if getattr(event, "anchor", None):
            raise _RefusedError("anchors and aliases (& and *) are not allowed", event.start_mark, "Write it out.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _RefusedError("nested too deeply", event.start_mark, "Follow the shape of the shipped files.")


def _located(message: str, node: Any, name: str) -> InstrumentError:
    """msgspec says `… - at `$.measures[0].outcome``; the YAML tree knows its line."""
    what, _, path = message.partition(" - at ")
    path = path.strip("`").removeprefix("$")
    steps: Steps = [key or int(at) for key, at in re.findall(r"\.([A-Za-z_]+)|\[(\d+)\]", path)]
    line, value = _line(node, steps)
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    fix = "See docs/controls.md for the fields of an instrument file."
    unknown = re.search(r"unknown field `(\w+)`", what)
    if unknown:
        line = _key_line(node, steps, unknown[1]) or line
        near = difflib.get_close_matches(unknown[1], _fields(), n=1)
        fix = f"Write {near[0]}." if near else "Delete it, or write a field named in docs/controls.md."
        path = f"{path}.{unknown[1]}"
    elif what.startswith("Invalid enum value"):
        field = next((step for step in reversed(steps) if isinstance(step, str)), "")
        allowed = _choices(field)
        near = difflib.get_close_matches(str(value), allowed, n=1)
        fix = f"Write {near[0]}; allowed: {', '.join(allowed)}." if near else f"Write one of: {', '.join(allowed)}."
    elif "matching regex" in what:
        what += f", got {value!r}"
        fix = next((advice for pattern, advice in _ADVICE.items() if pattern in what), fix)
    elif "missing required field" in what:
        missing = re.search(r"`(\w+)`", what)
        fix = f"Add {missing[1] if missing else 'it'} (null where it is not stated)."
    return InstrumentError(f"{what}.", file=name, row=line, column=path.lstrip(".") or None, fix=fix)


def _line(node: Any, steps: Steps) -> tuple[int | None, object]:
    """Line (1 = first) and scalar of the node a path leads to; as far as it leads."""
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
        else:
            found = None
        if found is None:
            break
        node = found
    return (node.start_mark.line + 1 if node is not None else None), getattr(node, "value", None)


def _key_line(node: Any, steps: Steps, field: str) -> int | None:
    """Line of a key that should not be there, in the mapping a path leads to."""
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((key.start_mark.line + 1 for key, _ in pairs if key.value == field), None)


@cache
def _structs() -> tuple[Any, ...]:
    from didymium.controls import model

    return tuple(
        thing for thing in vars(model).values() if isinstance(thing, type) and issubclass(thing, msgspec.Struct)
    )


def _fields() -> list[str]:
    return sorted({field for struct in _structs() for field in struct.__struct_fields__})


def _choices(field: str) -> list[str]:
    """What may stand in a field."""
    from typing import get_args

    from didymium.controls import model

    kinds = {
        "outcome": model.Outcome, "forms": model.Form, "uses": model.EndUse, "kind": model.Kind,
        "type": model.RelationKind, "silence": model.Silence, "confidence": model.Confidence,
        "status": model.Status,
    }  # fmt: skip
    return list(get_args(kinds[field])) if field in kinds else []


def _check(instrument: Instrument, node: Any, name: str) -> None:
    for message, steps, fix in faults(instrument):
        field = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps).lstrip(".")
        raise InstrumentError(message, file=name, row=_line(node, steps)[0], column=field, fix=fix)


@cache
def instruments() -> tuple[Instrument, ...]:
    """The shipped acts, by id. Cached. Raises InstrumentError where a file is damaged or a relation leads nowhere."""
    folder = resources.files("didymium.controls").joinpath("data")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return linked([read_instrument(f.read_bytes(), f"controls/data/{f.name}") for f in files])


def read_folder(folder: Path) -> tuple[Instrument, ...]:
    """Acts of a folder of a user's own (`*.yaml`), not linked yet."""
    return tuple(read_instrument(path.read_bytes(), str(path)) for path in sorted(folder.glob("*.yaml")))


def linked(acts: Iterable[Instrument]) -> tuple[Instrument, ...]:
    """Acts sorted by id after checking that ids are unique and relations lead somewhere."""
    by_id: dict[str, Instrument] = {}
    for act in acts:
        if act.id in by_id:
            files = " and ".join(_READ.get(act.id, {}))
            raise InstrumentError(
                f"two files hold the act {act.id}.",
                file=files or None,
                column="id",
                fix="Give each act one file and one id.",
            )
        by_id[act.id] = act
    for act in by_id.values():
        for number, relation in enumerate(act.relations):
            target, _, article = relation.target.partition("#")
            known = by_id.get(target)
            if known is None:
                near = difflib.get_close_matches(target, by_id, n=1)
                raise InstrumentError(
                    f"{act.id} {relation.type} {relation.target}, which is not loaded.",
                    **_place(act.id, number), fix=f"Write {near[0]}." if near else "Add a file for that act.",
                )  # fmt: skip
            if article and article not in {measure.article for measure in known.measures}:
                articles = ", ".join(sorted(m.article for m in known.measures if m.article)) or "none"
                raise InstrumentError(
                    f"{act.id} {relation.type} {relation.target}; {target} has the articles: {articles}.",
                    **_place(act.id, number), fix="Name one of them, or the act alone for all.",
                )  # fmt: skip
    return tuple(by_id[key] for key in sorted(by_id))


def _place(act: str, relation: int) -> dict[str, Any]:
    """File, line and field of a relation, as far as the act came from a file."""
    steps: Steps = ["relations", relation, "target"]
    place: dict[str, Any] = {"column": f"relations[{relation}].target"}
    for name, content in reversed(_READ.get(act, {}).items()):
        return place | {"file": name, "row": _line(yaml.compose(content.decode(), Loader=_Loader), steps)[0]}
    return place


def ruleset_hash(acts: Iterable[Instrument]) -> str:
    """SHA-256 (16 hexadecimal digits) of what the acts say; titles, notes, sources and confidence do not count."""
    plain = [_said(msgspec.to_builtins(act)) for act in acts]
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()[:16]


def _said(part: Any) -> Any:
    """A part of an act without what is only for readers, at any depth."""
    if isinstance(part, dict):
        return {key: _said(value) for key, value in part.items() if key not in _FOR_READERS}
    return [_said(value) for value in part] if isinstance(part, list) else part
