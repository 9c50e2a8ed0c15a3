"""Live pictures for notebooks; the widget library is imported when the first one is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubelearn.widgets.cluster_view import ClusterView
    from kubelearn.widgets.live_picture import LivePicture
    from kubelearn.widgets.quiz import QuizView
    from kubelearn.widgets.session import Cluster
    from kubelearn.widgets.what_if import WhatIfView

__all__ = ["WIDGETS", "ClusterView", "LivePicture", "QuizView", "WhatIfView", "compare", "show"]

WIDGETS = {
    "ClusterView": "kubelearn.widgets.cluster_view",
    "LivePicture": "kubelearn.widgets.live_picture",
    "QuizView": "kubelearn.widgets.quiz",
    "WhatIfView": "kubelearn.widgets.what_if",
}
"""Every widget class and the module that has it."""


def show(cluster: Cluster, **options: Any) -> ClusterView:
    """A live picture of a cluster."""
    return __getattr__("ClusterView")(cluster, **options)  # type: ignore[no-any-return]


def compare(
    one: Cluster, other: Cluster, names: Sequence[str] = ("left", "right"), view: str = "cluster",
    *, more: Sequence[Cluster] = (),
) -> Any:  # fmt: skip
    """Two clusters side by side under one time control; what differs is marked.

    Other views are of this moment: `view="balance"` compares how full their nodes are,
    `view="failover"` what users lost by the same fault, also in `more` clusters.
    """
    for each in (one, other, *more):
        if not hasattr(each, "clock"):
            raise TypeError(f"compare takes clusters, such as cluster.fork() gives, not {each!r}")
    if view != "cluster":
        from kubelearn.widgets.views import compared

        return compared((one, other, *more), view, names)
    if more:
        raise TypeError("the live view compares two clusters: choose another view for more")
    if len(names) != 2 or isinstance(names, str):
        raise ValueError(f'two clusters need two names, such as names=("left", "right"): {names!r}')
    return __getattr__("ClusterView")(one, other, names=names)


def __getattr__(name: str) -> Any:
    """The widget classes, imported when they are asked for."""
    if name not in WIDGETS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(WIDGETS[name]), name)
