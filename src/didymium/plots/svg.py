"""SVG as text: elements, text and the document, all escaped; colours come from CSS classes, never from here."""

from __future__ import annotations

import html
import unicodedata

from didymium.plots import words


def number(value: float) -> str:
    """A coordinate with at most one decimal, always written the same way."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def el(name: str, *children: str, **attributes: object) -> str:
    """One element. Attribute names: `_` becomes `-`, a trailing `_` is dropped (`class_`); None leaves one out.

    Children are markup and must come from these functions.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else html.escape(words.visible(str(value)), quote=True)


def text(x: float, y: float, content: str, cls: str = "", anchor: str = "start") -> str:
    """A line of text, escaped; cls names CSS classes."""
    return el(
        "text", html.escape(words.visible(content)), x=float(x), y=float(y), class_=cls or None, text_anchor=anchor
    )


def line(x1: float, y1: float, x2: float, y2: float, cls: str) -> str:
    """A straight line."""
    return el("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=cls)


def path(points: list[tuple[float, float]], close: bool = False) -> str:
    """The `d` of a polyline or polygon."""
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points) + ("Z" if close else "")


def document(width: int, height: int, label: str, *children: str) -> str:
    """The whole picture at its natural size; `label` says in words what it shows."""
    return el(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_label=label,
    )


def text_width(content: str, size: float, *, strong: bool = False) -> float:
    """Width in px a system font needs at most, near enough to keep labels apart. strong: bold letters, which are wider."""
    each = 0.67 if strong else 0.57
    return sum(size * (1.0 if unicodedata.east_asian_width(ch) in "WF" else each) for ch in content)


def shorten(content: str, width: float, size: float) -> str:
    """Content cut with an ellipsis to fit `width` px."""
    if text_width(content, size) <= width:
        return content
    while content and text_width(content + "…", size) > width:
        content = content[:-1]
    return content.rstrip() + "…"


def wrap(content: str, width: float, size: float, lines: int) -> list[str]:
    """Content broken at blanks into at most `lines` lines of `width` px; the last one is shortened."""
    done: list[str] = []
    words = content.split()
    while words and len(done) < lines - 1:
        row = words.pop(0)
        while words and text_width(f"{row} {words[0]}", size) <= width:
            row += f" {words.pop(0)}"
        done.append(shorten(row, width, size))
    if words:
        done.append(shorten(" ".join(words), width, size))
    return done
