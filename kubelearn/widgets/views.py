"""Pictures of the moment that need no kernel: `cluster.show("queue")` and its like.

A new one is its frame, its HTML, its text, and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kubelearn import frames
from kubelearn.frames import html, text
from kubelearn.sim.duration import parse_duration


class View(NamedTuple):
    """How a frame is made and drawn."""

    frame: Callable[..., dict[str, Any]]
    html: Callable[..., str]
    text: Callable[..., str]
    of: str = ""
    """The kind that it shows one object of; "" = it is of the whole cluster."""
    example: str = ""
    begins: bool = False
    """Whether it is over time, so that its beginning can be chosen."""


VIEWS: dict[str, View] = {
    "scores": View(frames.scores, html.scores_html, text.scores_text, "Pod", "pod/web-0"),
    "queue": View(frames.queue, html.queue_html, text.queue_text),
    "placement": View(frames.placement, html.placement_html, text.placement_text),
    "balance": View(frames.balance, html.balance_html, text.balance_text),
    "rollout": View(
        frames.rollout, html.lanes_html, text.lanes_text, "Deployment", "deployment/web", True
    ),
    "autoscaling": View(
        frames.autoscaling,
        html.lanes_html,
        text.lanes_text,
        "HorizontalPodAutoscaler",
        "hpa/web",
        True,
    ),
    "capacity": View(frames.cluster_capacity, html.lanes_html, text.lanes_text, begins=True),
    "disks": View(frames.disks, html.disks_html, text.disks_text, begins=True),
}
"""Views of one cluster by the name that `show` takes."""
COMPARED: dict[str, View] = {
    "balance": View(frames.balances, html.balances_html, text.balances_text),
}
"""Views of two clusters by the name that `compare` takes."""


class Picture:
    """A drawn frame: HTML in a notebook, text elsewhere, `frame` as data."""

    def __init__(self, view: View, frame: dict[str, Any], **options: Any) -> None:
        self.frame = frame
        self._view, self._options = view, options

    def __repr__(self) -> str:
        return self._view.text(self.frame, **self._options)

    def _repr_html_(self) -> str:
        return self._view.html(self.frame, **self._options)


def picture(
    cluster: Any, name: str, reference: Any = None, namespace: str = "default",
    since: str | float | None = None,
) -> Picture:  # fmt: skip
    """A view of a cluster at this moment; `reference` is the object that some are about.

    Views over time begin at `since` (a moment such as "90s"), or at time zero.
    """
    view = _named(VIEWS, name)
    options = {} if since is None else {"start": _begin(view, name, since)}
    if reference is None:
        return Picture(view, view.frame(cluster, **options))
    return Picture(view, view.frame(cluster, _subject(cluster, view, name, reference, namespace),
                                    **options))  # fmt: skip


def _begin(view: View, name: str, since: str | float) -> int:
    if not view.begins:
        raise TypeError(f'show("{name}") has no beginning: leave since={since!r} out')
    return parse_duration(since)


def _subject(cluster: Any, view: View, name: str, reference: Any, namespace: str) -> str:
    """The namespace/name of the object that the view is about."""
    if not view.of:
        raise TypeError(f'show("{name}") is of the whole cluster: it takes no {reference!r}')
    obj = cluster.object(reference, namespace)
    if obj["kind"] != view.of:
        wants = f'a {_word(view.of)} such as "{view.example}"'
        raise TypeError(f'show("{name}") wants {wants}, not a {obj["kind"]}')
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"


def _word(kind: str) -> str:
    return "pod" if kind == "Pod" else kind


def compared(one: Any, other: Any, name: str, names: Sequence[str]) -> Picture:
    """A view of two clusters side by side."""
    view = _named(COMPARED, name)
    return Picture(view, view.frame(one, other), names=tuple(names))


def _named(table: dict[str, View], name: str) -> View:
    if name not in table:
        raise ValueError(f"there is no view {name!r}: choose one of {', '.join(table)}")
    return table[name]
