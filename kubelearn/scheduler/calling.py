"""Calling a plugin's method: whatever it raises or answers, what comes back can be worked with."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from kubelearn.scheduler import answers
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.handle import Handle
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugin_error import InvalidScore, PluginError, broke
from kubelearn.scheduler.status import Code, Status

Offer = tuple[tuple[str, Callable[..., Any]], ...]
"""(plugin name, its method) in the order of the profile."""
CHOICE = "pre_bind_choice"
"""What a plugin has that can make a pod wait before it is bound: VolumeBinding."""
NOT_BOUND = "every Bind plugin left the pod to the next one, and there is no next one"
OURS = "kubelearn.scheduler.plugins."


def is_built_in(method: Callable[..., Any]) -> bool:
    """Whether a method is one of our own plugins'."""
    return (getattr(method, "__module__", None) or "").startswith(OURS)


def call(name: str, point: str, node: str, method: Callable[..., Any], *args: Any) -> Any:
    """What the method answers; PluginError for what it raises."""
    try:
        return method(*args)
    except (PluginError, KeyboardInterrupt):
        raise
    except BaseException as cause:
        raise PluginError(name, point, node, cause) from cause


def answer(
    name: str, point: str, node: str, method: Callable[..., Any], *args: Any
) -> Status | None:
    """The answer of a method that answers a Status; None for success."""
    return answers.settled(name, point, node, call(name, point, node, method, *args))


def attempt(
    name: str,
    point: str,
    method: Callable[..., Any],
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    *more: Any,
) -> Status | None:
    """The answer; what broke is a Status as well, with the whole text about it."""
    try:
        status = answer(name, point, node.name, method, state, pod, node, *more)
        if status is not None and status.code is Code.WAIT and not _may_wait(method):
            raise PluginError(name, point, node.name, answers.WAIT)
    except PluginError as error:
        return Status(Code.ERROR, (str(error),), name)
    if status is None or status.code is Code.WAIT or (point, status.code) == ("Bind", Code.SKIP):
        return status
    told = answers.unwanted(status)
    reasons = (told,) if status.rejected else (broke(point, name, told),)
    return status if status.rejected and status.message else status._replace(reasons=reasons)


def _may_wait(method: Callable[..., Any]) -> bool:
    return hasattr(getattr(method, "__self__", None), CHOICE)


def tell(
    name: str,
    point: str,
    method: Callable[..., Any],
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
) -> None:
    """Call a plugin that cannot stop the pod any more."""
    try:
        call(name, point, node.name, method, state, pod, node)
    except PluginError as error:
        warnings.warn(str(error), RuntimeWarning, stacklevel=2)


def first_refusal(
    point: str, offers: Offer, state: CycleState, pod: PodInfo, node: NodeInfo
) -> Status | None:
    """The first answer that is not success, or None; what broke is a Status as well."""
    for name, method in offers:
        status = attempt(name, point, method, state, pod, node)
        if status is not None:
            return status
    return None


class BindWatch:
    """The scheduler, as it is lent to a Bind plugin that somebody else wrote."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.bound = ""
        """The node to which the plugin bound the pod."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.handle, name)

    def bind_pod(self, pod: PodInfo, node: NodeInfo) -> None:
        """Assign the pod to the node through the API; raises the API's error."""
        self.handle.bind_pod(pod, node)
        self.bound = node.name


def bind(
    name: str,
    method: Callable[..., Any],
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    handle: Handle,
) -> Status | None:
    """What a Bind plugin answers; success without a binding is an error."""
    if is_built_in(method):
        return attempt(name, "Bind", method, state, pod, node, handle)
    watch = BindWatch(handle)
    status = attempt(name, "Bind", method, state, pod, node, watch)
    if status is not None or watch.bound == node.name:
        return status
    did = f'it bound the pod to node "{watch.bound}"' if watch.bound else "it did not bind the pod"
    words = f"{did}: call handle.bind_pod(pod, node), or return SKIP"
    return Status(Code.ERROR, (str(PluginError(name, "Bind", node.name, words)),), name)


def score(
    name: str,
    method: Callable[..., int],
    state: CycleState,
    pod: PodInfo,
    nodes: Sequence[NodeInfo],
) -> dict[str, int]:
    """Node -> the raw score."""
    # Says again what `call` says, as the filters do: one call less for each node and plugin.
    scores = {}
    for node in nodes:
        try:
            score = method(state, pod, node)
        except (PluginError, KeyboardInterrupt):
            raise
        except BaseException as cause:
            raise PluginError(name, "Score", node.name, cause) from cause
        if type(score) is not int:
            raise InvalidScore(name, node.name, score)
        scores[node.name] = score
    return scores
