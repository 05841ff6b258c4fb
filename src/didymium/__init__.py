"""didymium looks past a label: it screens declarations of rare-earth consignments for false ones.

The names below are the public interface. They are loaded on first use, so that `import didymium` stays cheap.

    import didymium
    outcome = didymium.screen([Path("declarations.csv")], out=Path("out"), ...)
    finding = didymium.explain(Path("out"), "DE-2024-000123", None)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from didymium.errors import DidymiumError as DidymiumError
    from didymium.intake.read import read_assays as read_assays
    from didymium.intake.read import read_declarations as read_declarations
    from didymium.screening.explain import explain as explain
    from didymium.screening.run import screen as screen

__version__ = "0.1.0"

_HOME: Final = {
    "DidymiumError": "didymium.errors",
    "explain": "didymium.screening.explain",
    "read_assays": "didymium.intake.read",
    "read_declarations": "didymium.intake.read",
    "screen": "didymium.screening.run",
}

__all__ = ["DidymiumError", "__version__", "explain", "read_assays", "read_declarations", "screen"]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in; an unknown name is an AttributeError as usual."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
