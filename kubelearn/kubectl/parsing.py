"""How the words behind a verb are taken apart."""

from __future__ import annotations

import argparse
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """Takes kubectl's flags to the letter; ValueError for what it does not know."""

    def __init__(self, verb: str) -> None:
        super().__init__(prog=f"kubectl {verb}", add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Refuse a command line."""
        raise ValueError(f"{self.prog}: {message}; see kubelearn.kubectl for what is modelled")
