"""Rules of a VirtualService that no request can come to, because an earlier one takes it.

Source: istio `pkg/config/validation/validation.go` (analyzeUnreachableHTTPRules,
coveredValidation), 1.27.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.mesh.analysis.facts import Facts
from kubelearn.mesh.analysis.message import Message, message

Given = Mapping[str, Any]


class Prefixed(NamedTuple):
    """A match of HTTP by a prefix of the path, and what else it asks."""

    rule: str
    match: str
    prefix: str
    port: int
    texts: tuple[str, ...]
    """Method and authority."""
    tables: tuple[Mapping[str, str], ...]
    """Headers, query, headers that must not be."""


def unreachable(facts: Facts) -> Iterator[Message]:
    """Rules (IST0130) and matches (IST0131) that are not used."""
    for rule in facts.of("virtualservices"):
        for kind in ("http", "tcp", "tls"):
            yield from _of_rules(rule, rule["spec"].get(kind) or ())


def _of_rules(obj: Object, rules: Any) -> Iterator[Message]:
    seen: dict[str, int] = {}
    prefixed: list[Prefixed] = []
    catching = False
    for number, rule in enumerate(rules):
        name, blocks = _name(rule, number), rule.get("match") or ()
        if catching:
            reason = "route without matches defined before" if blocks else LAST
            yield message("IST0130", obj, name, reason)
        catching = catching or not blocks
        if catching:
            continue
        fresh = []
        for place, block in enumerate(blocks):
            text = json.dumps({**block, "name": ""}, sort_keys=True)
            if text in seen:
                first = seen[text]
                yield message("IST0131", obj, name, _name(block, place), _name(rules[first], first))
            else:
                seen[text] = number
                fresh.append((place, block))
        prefixed += [made for place, block in fresh if (made := _prefixed(name, place, block))]
        if not fresh:
            yield message("IST0130", obj, name, "all matches used by prior rules")
    yield from _covered(obj, prefixed)


LAST = "only the last rule can have no matches"


def _name(one: Given, number: int) -> str:
    return f'"{one["name"]}"' if one.get("name") else f"#{number}"


def _covered(obj: Object, prefixed: list[Prefixed]) -> Iterator[Message]:
    """Longer prefixes behind shorter ones that ask nothing more."""
    for place, first in enumerate(prefixed):
        for later in prefixed[place + 1 :]:
            if later.prefix != first.prefix and _covers(first, later):
                yield message(
                    "IST0131", obj, later.rule, f"{later.match} of prefix {later.prefix}",
                    f"{first.match} of prefix {first.prefix} on {first.rule}",
                )  # fmt: skip


def _prefixed(name: str, place: int, block: Given) -> Prefixed | None:
    prefix = (block.get("uri") or {}).get("prefix")
    if not prefix:
        return None
    method = _wanted(block.get("method")) or "exact GET"
    tables = tuple({key: _wanted(one) for key, one in (block.get(field) or {}).items()}
                   for field in ("headers", "queryParams", "withoutHeaders"))  # fmt: skip
    texts = (method, _wanted(block.get("authority")))
    return Prefixed(name, _name(block, place), prefix, block.get("port") or 0, texts, tables)


def _wanted(match: Given | None) -> str:
    return next((f"{kind} {match[kind]}" for kind in ("exact", "prefix")
                 if match and match.get(kind)), "")  # fmt: skip


def _covers(first: Prefixed, later: Prefixed) -> bool:
    """Whether all that is asked of the later is asked of the first as well."""
    return (
        later.prefix.startswith(first.prefix)
        and first.port == later.port
        and all(one.startswith(other)
                for one, other in zip(first.texts, later.texts, strict=True))
        and all(one.keys() == other.keys()
                and all(one[key].startswith(other[key]) for key in one)
                for one, other in zip(first.tables, later.tables, strict=True))
    )  # fmt: skip
