"""Label selectors: the text of `kubectl -l`, and the LabelSelector of objects.

`parse("app=web,tier in (front,back),!canary")` and `of({"matchLabels": {...}})` both give a
`Selector`, which is compiled once and then asked for many objects: `selector.matches(labels)`.

Source: `apimachinery/pkg/labels/selector.go` and `pkg/apis/meta/v1/helpers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from kubelearn.api.selector_text import SelectorError, Term, terms
from kubelearn.api.validation import names

Labels = Mapping[str, str]

SYMBOLS: Final = {
    "Equals": "=",
    "DoubleEquals": "==",
    "NotEquals": "!=",
    "In": " in ",
    "NotIn": " notin ",
    "GreaterThan": ">",
    "LessThan": "<",
    "Exists": "",
    "DoesNotExist": "",
}
"""How each operator is written between key and value."""
ONE_OF: Final = frozenset({"In", "Equals", "DoubleEquals"})
NONE_OF: Final = frozenset({"NotIn", "NotEquals"})
OBJECT_OPERATORS: Final = ("In", "NotIn", "Exists", "DoesNotExist")
"""Operators of `matchExpressions`."""
LARGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on one label."""

    key: str
    operator: str
    values: tuple[str, ...] = ()
    """Sorted, without repetition."""

    def matches(self, labels: Labels) -> bool:
        """Whether these labels fulfil it."""
        value = labels.get(self.key)
        if self.operator in ONE_OF:
            return value in self.values
        if self.operator in NONE_OF:
            return value not in self.values
        if self.operator == "Exists":
            return value is not None
        if self.operator == "DoesNotExist":
            return value is None
        return self._compares(value)

    def _compares(self, value: str | None) -> bool:
        number = _integer(value)
        limit = _integer(self.values[0])
        if number is None or limit is None:
            return False
        return number > limit if self.operator == "GreaterThan" else number < limit

    def __str__(self) -> str:
        if self.operator == "DoesNotExist":
            return f"!{self.key}"
        text = ",".join(self.values)
        if self.operator in ("In", "NotIn"):
            text = f"({text})"
        return f"{self.key}{SYMBOLS[self.operator]}{text}"


def _integer(text: str | None) -> int | None:
    """The 64-bit number that a text means in base 10, or None."""
    if not text or not text.isascii() or not text.lstrip("+-").isdigit():
        return None
    if len(text) - len(text.lstrip("+-")) > 1:
        return None
    number = int(text) if len(text) <= 20 else LARGEST + 1
    return number if -LARGEST - 1 <= number <= LARGEST else None


@dataclass(frozen=True, slots=True)
class Selector:
    """All of these requirements; without any it matches everything, `nothing` matches nothing."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False
    _exact: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)
    _others: tuple[Requirement, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        exact = [one for one in self.requirements if _is_exact(one)]
        others = [one for one in self.requirements if not _is_exact(one)]
        object.__setattr__(self, "_exact", tuple((one.key, one.values[0]) for one in exact))
        object.__setattr__(self, "_others", tuple(others))

    def matches(self, labels: Labels) -> bool:
        """Whether an object with these labels is selected."""
        for key, value in self._exact:
            if labels.get(key) != value:
                return False
        for requirement in self._others:
            if not requirement.matches(labels):
                return False
        return not self.nothing

    @property
    def everything(self) -> bool:
        """Whether every object is selected."""
        return not self.requirements and not self.nothing

    def __str__(self) -> str:
        return ",".join(str(requirement) for requirement in self.requirements)


def _is_exact(requirement: Requirement) -> bool:
    return requirement.operator in ONE_OF and len(requirement.values) == 1


EVERYTHING: Final = Selector()
NOTHING: Final = Selector(nothing=True)


@lru_cache(maxsize=2048)
def parse(text: str) -> Selector:
    """The selector that a text means; SelectorError (upstream's text) if it means none."""
    return _selector(_parsed(term) for term in terms(text))


def _parsed(term: Term) -> Requirement:
    try:
        return requirement(*term)
    except SelectorError as error:
        raise SelectorError(f"unable to parse requirement: {error}") from None


def parse_selector(selector: str | Mapping[str, Any] | None) -> Selector:
    """The selector of a text, or of a LabelSelector object as `of` takes it."""
    return parse(selector) if isinstance(selector, str) else of(selector)


def of(label_selector: Mapping[str, Any] | None) -> Selector:
    """The selector of a LabelSelector object: None selects nothing, an empty one everything."""
    if label_selector is None:
        return NOTHING
    expressions = label_selector.get("matchExpressions") or ()
    return _compiled(
        tuple((label_selector.get("matchLabels") or {}).items()),
        tuple(
            (one.get("key", ""), one.get("operator", ""), tuple(one.get("values") or ()))
            for one in expressions
        ),
    )


# Cached by content, since controllers ask for the same few selectors again and again.
@lru_cache(maxsize=2048)
def _compiled(labels: tuple[tuple[str, str], ...], expressions: tuple[Term, ...]) -> Selector:
    found = [requirement(key, "Equals", (value,)) for key, value in labels]
    return _selector([*found, *(_expression(*expression) for expression in expressions)])


def _expression(key: str, operator: str, values: tuple[str, ...]) -> Requirement:
    if operator not in OBJECT_OPERATORS:
        raise SelectorError(f"{json.dumps(operator)} is not a valid label selector operator")
    return requirement(key, operator, values)


def of_labels(labels: Labels) -> Selector:
    """The selector that asks for exactly these values (of a Service, for example)."""
    return _selector(Requirement(key, "Equals", (value,)) for key, value in labels.items())


def _selector(requirements: Iterable[Requirement]) -> Selector:
    return Selector(tuple(sorted(requirements, key=lambda one: one.key)))


def requirement(key: str, operator: str, values: Sequence[str]) -> Requirement:
    """A requirement; SelectorError with upstream's text if it cannot be fulfilled by rule."""
    problems = [f"key: {problem}" for problem in _form(key, names.label_key)]
    problems += _value_count(operator, values)
    for index, value in enumerate(values):
        problems += [f"values[{index}][{key}]: {text}" for text in _form(value, names.label_value)]
    if problems:
        raise SelectorError(problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]")
    return Requirement(key, operator, tuple(sorted(set(values))))


def _form(text: str, rule: Any) -> list[str]:
    problems = rule(text)
    return [f"Invalid value: {json.dumps(text)}: {'; '.join(problems)}"] if problems else []


def _value_count(operator: str, values: Sequence[str]) -> list[str]:
    """What is wrong with the number (and form) of values for this operator."""
    count = len(values)
    shown = json.dumps(list(values), separators=(",", ":"))
    problem = ""
    if operator in ("In", "NotIn") and not count:
        problem = "for 'in', 'notin' operators, values set can't be empty"
    elif operator in ("Equals", "DoubleEquals", "NotEquals") and count != 1:
        problem = "exact-match compatibility requires one single value"
    elif operator in ("Exists", "DoesNotExist") and count:
        problem = "values set must be empty for exists and does not exist"
    elif operator in ("GreaterThan", "LessThan"):
        return _numeric(values, shown)
    return [f"values: Invalid value: {shown}: {problem}"] if problem else []


def _numeric(values: Sequence[str], shown: str) -> list[str]:
    problems = []
    if len(values) != 1:
        text = "for 'Gt', 'Lt' operators, exactly one value is required"
        problems.append(f"values: Invalid value: {shown}: {text}")
    text = "for 'Gt', 'Lt' operators, the value must be an integer"
    return problems + [
        f"values[{index}]: Invalid value: {json.dumps(value)}: {text}"
        for index, value in enumerate(values)
        if _integer(value) is None
    ]
