"""How the words behind a verb are taken apart, and the flags that many verbs share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

from kubelearn.kubectl.failures import UsageError

VALIDATIONS = {
    "true": "Strict",
    "strict": "Strict",
    "warn": "Warn",
    "false": "Ignore",
    "ignore": "Ignore",
}
"""Value of `--validate` → what the API server is asked for."""
DRY_RUNS = ("none", "client", "server")


class Parser(argparse.ArgumentParser):
    """Takes kubectl's flags to the letter; UsageError for what it does not know.

    `shared` names rows of `FLAGS`.
    """

    def __init__(self, verb: str, *shared: str, words: str = "*") -> None:
        super().__init__(prog=f"kubectl {verb}", add_help=False, allow_abbrev=False)
        self._alone: dict[str, str] = {}
        if words:
            self.add_argument("words", nargs=words)
        for name in shared:
            FLAGS[name](self)

    def switch(self, *names: str, default: bool | None = False) -> None:
        """Add a flag that is on or off: `--all`, `--all=false`."""
        self.add_argument(*names, type=_boolean, default=default)
        self.alone(*names, value="true")

    def alone(self, *names: str, value: str) -> None:
        """What a flag means that stands without a value."""
        self._alone |= dict.fromkeys(names, f"{names[-1]}={value}")

    def parse(self, words: list[str]) -> argparse.Namespace:
        """The flags of a command line, in any order, before and behind the other words."""
        return self.parse_intermixed_args([self._alone.get(word, word) for word in words])

    def error(self, message: str) -> NoReturn:
        """Refuse a command line."""
        raise UsageError(f"{self.prog}: {message}; see kubelearn.kubectl for what is modelled")


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return text == "true"


def _namespace(parser: Parser) -> None:
    parser.add_argument("-n", "--namespace", default="default")


def _all_namespaces(parser: Parser) -> None:
    parser.switch("-A", "--all-namespaces")


def _selection(parser: Parser) -> None:
    parser.add_argument("-l", "--selector", default="")
    parser.add_argument("--field-selector", default="")
    parser.switch("--all")
    _all_namespaces(parser)


def _files(parser: Parser) -> None:
    parser.add_argument("-f", "--filename", action="append", default=[])


def _validation(parser: Parser) -> None:
    """`--validate=false` takes unknown fields as the API server's default does."""
    parser.add_argument("--validate", choices=tuple(VALIDATIONS), default="true")
    parser.alone("--validate", value="strict")


def _dry_run(parser: Parser) -> None:
    parser.add_argument("--dry-run", choices=DRY_RUNS, default="none")
    parser.alone("--dry-run", value="client")


def _output(parser: Parser) -> None:
    parser.add_argument("-o", "--output", default="", choices=("", "yaml", "json", "name"))


def _impersonation(parser: Parser) -> None:
    parser.add_argument("--as", dest="user", default="")
    parser.add_argument("--as-group", dest="groups", action="append", default=[])


FLAGS: dict[str, Callable[[Parser], None]] = {
    "namespace": _namespace,
    "all namespaces": _all_namespaces,
    "selection": _selection,
    "files": _files,
    "validation": _validation,
    "dry run": _dry_run,
    "output": _output,
    "impersonation": _impersonation,
}
"""Name → the flags of a group that several verbs have."""
