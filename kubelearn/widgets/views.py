"""Pictures of the moment that need no kernel: `cluster.show("queue")` and its like.

A new one is its frame, its HTML, its text, and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from kubelearn import frames
from kubelearn.frames import html, text
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration, parse_duration
from kubelearn.traffic.call import Call


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
    most: int = 9
    """How many clusters it can compare."""
    live: bool = False
    """Whether it follows the time of its cluster, where widgets can be had."""


CALL = "Call"
"""What a view of a finished request is of; it is no object of the API."""

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
    "path": View(
        frames.request_path, html.request_path_html, text.request_path_text, CALL, 'request("…")'
    ),
    "failover": View(frames.failover, html.failover_html, text.failover_text, begins=True),
    "connections": View(frames.connections, html.connections_html, text.connections_text),
    "graph": View(
        frames.service_graph,
        html.service_graph_html,
        text.service_graph_text,
        begins=True,
        live=True,
    ),
    "modes": View(frames.modes, html.modes_html, text.modes_text),
    "breaker": View(
        frames.breaker, html.lanes_html, text.lanes_text, "Service", "service/web", begins=True
    ),
    "canary": View(
        frames.canary, html.lanes_html, text.lanes_text, "Service", "service/web", begins=True
    ),
    "locality": View(
        frames.locality, html.lanes_html, text.lanes_text, "Service", "service/web", begins=True
    ),
    "retries": View(frames.retries, html.lanes_html, text.lanes_text, begins=True),
    "trace": View(frames.trace, html.trace_html, text.trace_text, CALL, 'request("…")'),
    "token": View(frames.token, html.token_html, text.token_text, CALL, 'request("…")'),
}
"""Views of one cluster by the name that `show` takes."""
COMPARED: dict[str, View] = {
    "balance": View(frames.balances, html.balances_html, text.balances_text, most=2),
    "failover": View(frames.failovers, html.failovers_html, text.failovers_text),
    "retries": View(
        frames.compared_retries, html.lanes_side_by_side_html, text.lanes_side_by_side_text
    ),
}
"""Views of several clusters by the name that `compare` takes."""


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
) -> Any:  # fmt: skip
    """A view of a cluster at this moment; `reference` is the object that some are about.

    Views over time begin at `since` (a moment such as "90s"), or at time zero. Live ones follow
    the time of their cluster, unless it is one of the past.
    """
    view = _named(VIEWS, name)
    options = {} if since is None else {"start": _begin(cluster, view, name, since)}
    if reference is None:

        def draw(world: Any) -> Picture:
            return Picture(view, view.frame(world, **options))

        return _live(cluster, draw) if view.live and not cluster.read_only else draw(cluster)
    return Picture(view, view.frame(cluster, _subject(cluster, view, name, reference, namespace),
                                    **options))  # fmt: skip


def _live(cluster: Any, draw: Callable[[Any], Picture]) -> Any:
    try:
        from kubelearn.widgets.live_picture import LivePicture
    except ModuleNotFoundError:  # such as a browser's Python: a still picture is better
        return draw(cluster)
    return LivePicture(cluster, draw)


def _begin(cluster: Any, view: View, name: str, since: str | float) -> int:
    if not view.begins:
        raise TypeError(f'show("{name}") has no beginning: leave since={since!r} out')
    start, now = parse_duration(since), cluster.clock.now
    if start > now + SECOND:  # a time that was rounded is no mistake
        raise ValueError(f"since={since!r} has not come yet: choose 0s to {format_duration(now)}")
    return start


def _subject(cluster: Any, view: View, name: str, reference: Any, namespace: str) -> Any:
    """What the view is about: a finished call, or the namespace/name of an object."""
    if not view.of:
        raise TypeError(f'show("{name}") is of the whole cluster: it takes no {reference!r}')
    if view.of == CALL:
        return _call(name, view, reference)
    obj = cluster.object(reference, namespace)
    if obj["kind"] != view.of:
        wants = f'a {_word(view.of)} such as "{view.example}"'
        raise TypeError(f'show("{name}") wants {wants}, not a {obj["kind"]}')
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"


def _call(name: str, view: View, given: Any) -> Call:
    if not isinstance(given, Call) or given.finished is None:
        raise TypeError(f'show("{name}") wants what {view.example} returns, not {given!r}')
    return given


def _word(kind: str) -> str:
    return "pod" if kind == "Pod" else kind


def compared(clusters: Sequence[Any], name: str, names: Sequence[str]) -> Picture:
    """A view of clusters side by side, each with its name."""
    view = _named(COMPARED, name)
    if not 2 <= len(clusters) <= view.most:
        most = "two clusters" if view.most == 2 else f"two to {view.most} clusters"
        raise TypeError(f'compare(view="{name}") takes {most}, not {len(clusters)}')
    if len(names) != len(clusters):
        raise ValueError(f"{len(clusters)} clusters need as many names, not names={names!r}")
    return Picture(view, view.frame(*clusters), names=tuple(names))


def _named(table: dict[str, View], name: str) -> View:
    if name not in table:
        raise ValueError(f"there is no view {name!r}: choose one of {', '.join(table)}")
    return table[name]
