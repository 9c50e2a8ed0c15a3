"""The flags of a program in the toy shell, read as getopt reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class UnknownFlag(ValueError):
    """A flag that the program does not have here, or one without its value."""

    def __init__(self, flag: str, *, lacks_value: bool = False) -> None:
        super().__init__(flag)
        self.flag, self.lacks_value = flag, lacks_value


def read_flags(
    words: Sequence[str], known: Mapping[str, bool]
) -> tuple[dict[str, list[str]], list[str]]:
    """(flag → its values, the other words); `known` tells which flags take a value.

    Flags are named as they are written: "-s", "--max-time". UnknownFlag for others.
    """
    found: dict[str, list[str]] = {}
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            return found, [*rest, *left]
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            _take(found, name, value if equals else None, left, known)
        elif word.startswith("-") and len(word) > 1:
            _cluster(found, word[1:], left, known)
        else:
            rest.append(word)
    return found, rest


def _cluster(
    found: dict[str, list[str]], letters: str, left: list[str], known: Mapping[str, bool]
) -> None:
    """Short flags that stand together; the first with a value takes what is behind it."""
    while letters:
        name, letters = f"-{letters[0]}", letters[1:]
        if known.get(name):
            _take(found, name, letters or None, left, known)
            return
        _take(found, name, None, left, known)


def _take(
    found: dict[str, list[str]],
    name: str,
    value: str | None,
    left: list[str],
    known: Mapping[str, bool],
) -> None:
    if name not in known:
        raise UnknownFlag(name)
    if known[name] and value is None:
        if not left:
            raise UnknownFlag(name, lacks_value=True)
        value = left.pop(0)
    found.setdefault(name, []).append(value or "")
