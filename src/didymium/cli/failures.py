"""From exceptions to one plain line on stderr and an exit code.

0 done · 1-5 see `didymium.errors` · 2 also a wrong command line · 6 a licence message was refused · 70 internal error
· 74 the system refused a file · 130 interrupted · 141 the reader of the output went away. docs/exit_codes.md explains each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Final

import cyclopts

from didymium.errors import DidymiumError

OK: Final = 0
USAGE: Final = 2
REFUSED: Final = 6
INTERNAL: Final = 70
SYSTEM: Final = 74
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


def exit_code_of(call: Callable[[], int]) -> int:
    """Run `call`; whatever goes wrong becomes one line on stderr and the exit code that belongs to it."""
    try:
        return call()
    except DidymiumError as error:
        return _say(str(error), error.exit_code)
    except cyclopts.CycloptsError as error:
        text = _one_line(str(error))
        fix = "Write it as YYYY-MM-DD, such as 2026-05-05." if text.endswith("into date.") else "See `didymium --help`."
        return _say(f"{text} {fix}", USAGE)
    except BrokenPipeError:
        # What is still in the buffer has no reader: point stdout elsewhere, or the interpreter complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _say(f"{place}{error.strerror or error}. Check the path, its permissions and the free space.", SYSTEM)
    except KeyboardInterrupt:
        return _say("interrupted; files written so far may be incomplete.", INTERRUPTED)
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # how Rich leaves when nobody reads on
            return PIPE_CLOSED
        return stop.code if isinstance(stop.code, int) else OK
    except BaseException as error:  # a panic inside Polars is not an Exception
        if os.environ.get("DIDYMIUM_DEBUG") == "1":
            raise
        what = f"{type(error).__name__}: {_one_line(str(error))[:300]}"
        return _say(f"internal error ({what}). Please report it with what DIDYMIUM_DEBUG=1 shows.", INTERNAL)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _say(text: str, code: int) -> int:
    from didymium.cli.terminal import clean

    sys.stderr.write(f"didymium: {clean(text)}\n")
    return code
