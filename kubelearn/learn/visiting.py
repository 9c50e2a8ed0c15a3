"""Visiting URLs: for each one who answered, with what, and which rule of a proxy led there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from kubelearn.cluster import Cluster
from kubelearn.traffic.call import Call, Step
from kubelearn.world.redirects import location

COLUMNS = ("URL", "status", "what came back", "what the proxy decided")
CELL = "style='text-align:left;vertical-align:top'"


class Visit(NamedTuple):
    """One row: texts as they are shown."""

    url: str
    status: str
    answer: str
    rule: str


@dataclass(frozen=True)
class Visits:
    """Finished calls as a table."""

    calls: tuple[Call, ...]

    def rows(self) -> Iterator[Visit]:
        """One for each call."""
        for call in self.calls:
            yield Visit(call.url, str(call.status or "none"), came_back(call), rule_of(call))

    def __str__(self) -> str:
        rows = [COLUMNS, *self.rows()]
        widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th scope='col' {CELL}>{name}</th>" for name in COLUMNS)
        body = "".join(
            "<tr>" + "".join(f"<td {CELL}>{escape(text)}</td>" for text in row) + "</tr>"
            for row in self.rows()
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        reachable = "tabindex='0' role='region' aria-label='visits'"
        return f"<div data-kl='visits' style='overflow-x:auto' {reachable}>{table}</div>"


def visit(cluster: Cluster, *urls: str, **options: Any) -> Visits:
    """Ask for each of the URLs once, one after the other; options are those of `request`."""
    if not urls:
        raise ValueError('name a URL at least: visit(cluster, "http://shop.example.com/")')
    for url in urls:
        if not isinstance(url, str):
            raise ValueError(f"{url!r} is no URL: give several one by one, or with a star: *[...]")
    return Visits(tuple(cluster.request(url, **options) for url in urls))


def pod_of(call: Call) -> str:
    """The pod whose program has answered; "" when none has."""
    own = (step for step in call.trace if step.hop == "pod" and not step.level)
    return next((step.place for step in own if step.decision.startswith("answers ")), "")


def came_back(call: Call) -> str:
    """The answer in a few words: the program's own, where a redirect leads, or the failure."""
    if call.error:
        return call.error
    place = location(call)
    if pod_of(call):
        return call.body.strip() or pod_of(call)
    return f"the proxy itself: go to {place}" if place else "the proxy itself"


def rule_of(call: Call) -> str:
    """What the first proxy on the way has decided; "" when there was none."""
    steps = (step for step in call.trace if step.detail.get("request"))
    return next(map(_decided, steps), "")


def _decided(step: Step) -> str:
    """The decision without the request, which stands before it."""
    request = step.detail["request"]
    asked = f"{request['host']}{request['path'].partition('?')[0]}"
    before, _, behind = step.decision.partition(asked)
    return behind.lstrip(" :") or before
