"""Figures that several substances share, or that stand beside the wrong one: limits of a run, hosts, tied substances."""

from __future__ import annotations

from msgspec.structs import replace

from didymium.composition.text.lexis.figures import Figure
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.syntax.alloys import Listing
from didymium.composition.text.syntax.parts import Part


def listed_before(parts: list[Part], at: int) -> int:
    """`Dy, Tb < 0.1 %`: elements without figures before one with a limit; the end of the run, 0 where there is none."""
    end = at
    while (
        end < len(parts)
        and parts[end].figure is None
        and parts[end].substance.is_element
        and not parts[end].substance.by_name
    ):
        end += 1
    if end == at or end == len(parts) or not parts[end].substance.is_element or parts[end].joined not in ("", "&"):
        return 0
    figure = parts[end].figure
    limit = figure is not None and figure.kind in ("ceiling", "absent", "not_detected", "trace")
    if parts[end].joined:  # `Dy, Tb and Ho`; `Dy and Tb` alone is tied already
        return end + 1 if limit and end - at > 1 and parts[end].segment == parts[end - 1].segment else 0
    return end + 1 if limit and parts[end].segment == parts[end - 1].segment + 1 else 0


def either(run: list[Part]) -> list[Listing]:
    """What the limit behind a run of elements can mean: one of each, or (of two) that of the last alone."""
    each = Listing([replace(p, figure=run[-1].figure) for p in run], "the limit is that of each element before it")
    if len(run) > 2:
        return [each]
    return [each, Listing(run, f"the limit is that of {run[-1].substance.name} alone")]


def hosts(parts: list[Part]) -> list[Part]:
    """`3 mol% Y2O3-ZrO2`: the host behind a figure in mol% makes up the rest."""
    if len(parts) != 2 or parts[1].joined != "-" or parts[1].figure is not None or parts[1].substance.formula is None:
        return parts
    figure = parts[0].figure
    if figure is None or figure.unit != "mol%" or figure.kind != "point":
        return parts
    return [
        replace(parts[0], figure=replace(figure, bare=False)),
        replace(parts[1], figure=Figure("balance", None, None), joined=""),
    ]


def shared_figures(parts: list[Part]) -> list[Part]:
    """`less than 0.1 % Dy and Tb`, `remainder Fe and B`: substances tied behind the one that took the figure share it."""
    out: list[Part] = []
    for part in parts:
        last = out[-1] if out else None
        tied = last and part.figure is None and part.joined in ("&", "+", "/") and part.segment == last.segment
        tied = tied or (last is not None and _also_rest(last, part))
        if not tied or last is None or last.figure is None or last.start < last.figure.start:
            out.append(part)
        elif last.figure.kind in ("ceiling", "absent", "not_detected", "trace"):
            out.append(replace(part, figure=last.figure, joined=""))
        else:
            names = last.substance.elements + part.substance.elements
            rare = last.substance.rare or part.substance.rare
            group = Substance(
                "".join(names), None, "compound", rare=rare, elements=names, by_name=True, klass="mixture"
            )
            out[-1] = replace(last, substance=group, segment=part.segment)
    return out


def _also_rest(last: Part, part: Part) -> bool:
    """`rest La, Nd, Pr`: the elements of a list without figures behind a balance make it up together."""
    figure = last.figure
    if figure is None or figure.kind != "balance" or part.figure is not None or last.start < figure.start:
        return False
    return part.substance.is_element and not part.joined and part.segment == last.segment + 1
