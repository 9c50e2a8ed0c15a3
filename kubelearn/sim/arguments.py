"""Arguments of public calls: one of the wrong kind is refused before anything happens.

What is looked at are the annotations of a function: texts, whole numbers, numbers, flags,
functions, dicts and lists of texts. Others are read by those who take them.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any, NamedTuple, TypeVar, cast

LONGEST = 100
"""Letters of the longest value that is shown."""

F = TypeVar("F", bound=Callable[..., Any])


class Kind(NamedTuple):
    """A kind of argument: what belongs to it, how a sentence calls it, what is made of it."""

    takes: Callable[[Any], bool]
    words: str
    made: Callable[[Any], Any] | None = None


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _texts(value: object) -> bool:
    listed = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    return listed and all(isinstance(one, str) for one in cast("Iterable[object]", value))


KINDS: dict[str, Kind] = {
    "str": Kind(lambda value: isinstance(value, str), "a text"),
    "bool": Kind(lambda value: isinstance(value, bool), "True or False"),
    # The numbers of a table are numpy's; a manifest takes Python's.
    "int": Kind(_whole, "a whole number", int),
    "float": Kind(_number, "a number", lambda value: value if _whole(value) else float(value)),
    "Callable": Kind(callable, "a function"),
    "Mapping[str, Any]": Kind(lambda value: isinstance(value, Mapping), "a dict"),
    "Sequence[str]": Kind(_texts, "a list of texts"),
    "str | Sequence[str]": Kind(
        lambda value: isinstance(value, str) or _texts(value), "a text or a list of texts"
    ),
    "str | Mapping[str, Any]": Kind(
        lambda value: isinstance(value, str | Mapping), "a text or a dict"
    ),
}
"""Annotation → what it allows; `Callable` with whatever arguments."""


def checked(function: F) -> F:
    """The function, which refuses arguments that its annotations do not allow.

    TypeError says what was given and what is wanted, also of an argument that it does not have.
    """
    signature = inspect.signature(function)
    parameters = signature.parameters.values()
    kinds = {one.name: _kind_of(str(one.annotation)) for one in parameters}
    names = [one.name for one in parameters if one.name != "self"]
    others = next((one.name for one in parameters if one.kind is one.VAR_KEYWORD), None)

    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        unknown = [] if others else [name for name in options if name not in names]
        if unknown:
            raise TypeError(no_such("argument", unknown[0], names))
        try:
            bound = signature.bind(*args, **options)
        except TypeError:
            return function(*args, **options)  # whose own sentence names what is missing
        for name, given in bound.arguments.items():
            kind = kinds[name]
            if kind is not None and name == others:
                bound.arguments[name] = {key: _taken(key, one, kind) for key, one in given.items()}
            elif kind is not None:
                bound.arguments[name] = _taken(name, given, kind)
        return function(*bound.args, **bound.kwargs)

    return cast("F", call)


def _kind_of(annotation: str) -> Kind | None:
    """The kind that an annotation names; None = it is not looked at."""
    bare = annotation.removesuffix(" | None")
    kind = KINDS["Callable"] if bare.startswith("Callable[") else KINDS.get(bare)
    if kind is None or bare == annotation:
        return kind
    made = kind.made
    return Kind(
        lambda value: value is None or kind.takes(value), f"{kind.words} or None",
        made and (lambda value: None if value is None else made(value)),
    )  # fmt: skip


def _taken(name: str, given: Any, kind: Kind) -> Any:
    if not kind.takes(given):
        raise TypeError(f"{name}={shown(given)}: give {kind.words}")
    return given if kind.made is None else kind.made(given)


def within(name: str, given: int, least: int, most: int) -> int:
    """The number; ValueError when it is too small or too large."""
    if not least <= given <= most:
        raise ValueError(f"{name}={shown(given)}: give a whole number from {least} to {most}")
    return given


def texts_by_name(name: str, given: Any, example: Mapping[str, str]) -> dict[str, str]:
    """A copy of a dict of texts ({} for None); ValueError for anything else."""
    if given is None:
        return {}
    pairs = given.items() if isinstance(given, Mapping) else [(None, None)]
    if not all(isinstance(text, str) for pair in pairs for text in pair):
        raise ValueError(f"{name}={shown(given)}: give texts by name: {dict(example)!r}")
    return dict(given)


def no_such(what: str, given: object, known: Iterable[str]) -> str:
    """The sentence about a name that nothing has: those that there are, and what was meant."""
    names = list(known)
    text = f"there is no {what} {shown(given)}: choose one of {', '.join(names)}"
    return text + meant(given, names)


def meant(given: object, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: " (did you mean web?)", or ""."""
    found = get_close_matches(given.lower(), list(known), 1) if isinstance(given, str) else []
    return f" (did you mean {found[0]}?)" if found else ""


def shown(given: object) -> str:
    """A value as a message shows it: not longer than a line."""
    text = repr(given)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
