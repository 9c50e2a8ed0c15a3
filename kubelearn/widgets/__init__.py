"""Live pictures for notebooks; the widget library is imported when the first one is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubelearn.widgets.cluster_view import ClusterView
    from kubelearn.widgets.quiz import QuizView
    from kubelearn.widgets.session import Cluster

__all__ = ["WIDGETS", "ClusterView", "QuizView", "compare", "show"]

WIDGETS = {
    "ClusterView": "kubelearn.widgets.cluster_view",
    "QuizView": "kubelearn.widgets.quiz",
}
"""Every widget class and the module that has it."""


def show(cluster: Cluster, **options: Any) -> ClusterView:
    """A live picture of a cluster."""
    return __getattr__("ClusterView")(cluster, **options)  # type: ignore[no-any-return]


def compare(
    one: Cluster, other: Cluster, names: Sequence[str] = ("left", "right"), view: str = "cluster"
) -> Any:
    """Two clusters side by side under one time control; what differs is marked.

    `view="balance"` compares how full their nodes are instead, at this moment.
    """
    if view != "cluster":
        from kubelearn.widgets.views import compared

        return compared(one, other, view, names)
    return __getattr__("ClusterView")(one, other, names=names)


def __getattr__(name: str) -> Any:
    """The widget classes, imported when they are asked for."""
    if name not in WIDGETS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(WIDGETS[name]), name)
