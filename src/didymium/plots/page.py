"""What self-contained pages share: the colours and sizes, and a policy under which nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources


def tokens() -> str:
    """Colours and sizes as CSS variables, light, dark and for print."""
    return (resources.files("didymium.plots") / "assets" / "tokens.css").read_text("utf-8")


def policy(style: str, script: str = "") -> str:
    """A content security policy that lets only this style and this script run, and nothing be fetched.

    script: empty = no script runs at all.
    """

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"

    scripts = digest(script) if script else "'none'"
    return f"default-src 'none'; style-src {digest(style)}; script-src {scripts}; base-uri 'none'; form-action 'none'"
