"""What the words behind `kubectl create` are made of: flags, and an object built from them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser


class Generator(NamedTuple):
    """One kind of object that kubectl can write by itself."""

    build: Callable[[Client, argparse.Namespace], Object]
    """Makes the object; `options` has the flags, `name`, `rest` and `command` (behind `--`)."""
    single: tuple[str, ...] = ()
    """Flags with one value."""
    lists: tuple[str, ...] = ()
    """Flags that may be given several times."""
    numbers: tuple[str, ...] = ()
    """Flags with a number, -1 when they are not given."""
    switches: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    failed: str = ""
    """What stands before a refusal of the API server."""

    def options(self, verb: str, words: list[str]) -> argparse.Namespace:
        """The command line taken apart."""
        words, command = split_command(words)
        parser = Parser(verb, "namespace", "validation", "dry run", "output")
        for flag in self.single:
            parser.add_argument(f"--{flag}", default="")
        for flag in self.lists:
            parser.add_argument(f"--{flag}", action="append", default=[])
        for flag in self.numbers:
            parser.add_argument(f"--{flag}", type=int, default=-1)
        for flag in self.switches:
            parser.switch(f"--{flag}")
        options = parser.parse(words)
        if not options.words:
            help_line = f"See 'kubectl {verb} -h' for help and examples"
            raise UsageError(f"exactly one NAME is required, got 0\n{help_line}")
        options.name, *options.rest = options.words
        options.command = command
        missing = [f'"{flag}"' for flag in self.required if not getattr(options, _field(flag))]
        if missing:
            raise UsageError(f"required flag(s) {', '.join(missing)} not set")
        return options


def _field(flag: str) -> str:
    return flag.replace("-", "_")


def split_command(words: list[str]) -> tuple[list[str], list[str]]:
    """The words before `--`, and those behind it."""
    if "--" not in words:
        return words, []
    place = words.index("--")
    return words[:place], words[place + 1 :]


def comma_separated(given: Iterable[str]) -> list[str]:
    """The values of a flag that was given several times, or once with commas."""
    return [value for text in given for value in text.split(",") if value]


def container_name(image: str) -> str:
    """The name of a container by its image: "envoyproxy/envoy:v1" is "envoy"."""
    last = re.split(r"[:@]", image.rpartition("/")[2])[0]
    return re.sub(r"[^a-z0-9-]+", "-", last.lower()).strip("-")


def int_or_text(text: str) -> int | str:
    """What a flag for a number or a share says: 3, or the text 50%."""
    return int(text) if text.isdigit() else text
