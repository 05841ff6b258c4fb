"""The command line: parse, call one function, render. Heavy modules load only when a command needs them."""

from didymium.cli.app import main

__all__ = ["main"]
