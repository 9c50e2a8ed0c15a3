"""How the cases of controllers/label_selectors.json are put to `kubelearn.api.selectors`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api import selectors
from kubelearn.api.selector_text import SelectorError

Case = dict[str, Any]


def _parse(case: Case) -> Case:
    try:
        return {"valid": True, "text": str(selectors.parse(case["selector"]))}
    except SelectorError:
        return {"valid": False}


def _match(case: Case) -> Case:
    return {"match": selectors.parse(case["selector"]).matches(case["labels"])}


def _requirements(case: Case) -> tuple[selectors.Requirement, ...]:
    rows = case["requirements"]
    return tuple(selectors.requirement(row["key"], row["operator"], row["values"]) for row in rows)


def _match_requirements(case: Case) -> Case:
    return {"match": selectors.Selector(_requirements(case)).matches(case["labels"])}


def _parse_requirements(case: Case) -> Case:
    try:
        parsed = selectors.parse(case["selector"])
    except SelectorError:
        return {"valid": False}
    rows = [
        {"key": one.key, "operator": one.operator, "values": list(one.values)}
        for one in parsed.requirements
    ]
    return {"valid": True, "requirements": rows}


def _to_string(case: Case) -> Case:
    return {"text": str(selectors.Selector(_requirements(case)))}


def _label_selector(case: Case) -> Case:
    try:
        selector = selectors.of(case["labelSelector"])
    except SelectorError:
        return {"error": True}
    text: Case = {"text": str(selector)}
    if selector.everything:
        text["matchesEverything"] = True
    if selector.nothing:
        text["matchesNothing"] = True
    return text


OPERATIONS: dict[str, Callable[[Case], Case]] = {
    "parse": _parse,
    "match": _match,
    "matchRequirements": _match_requirements,
    "parseRequirements": _parse_requirements,
    "toString": _to_string,
    "labelSelector": _label_selector,
}
