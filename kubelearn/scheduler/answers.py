"""What plugins may answer: everything else is a PluginError that says so.

None and a Status with the code Success mean the same
(`staging/src/k8s.io/kube-scheduler/framework/interface.go`, Kubernetes 1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.scheduler.extension_points import PostFilterResult, PreFilterResult
from kubelearn.scheduler.plugin_error import PluginError, nonsense, shown
from kubelearn.scheduler.status import Code, Status

PRE_FILTER = (
    "return None, SKIP, unschedulable('the reason') or PreFilterResult(frozenset of node names)"
)
POST_FILTER = (
    "return a pair, (PostFilterResult('node') or None, unschedulable('the reason') or None)"
)
NORMALIZED = "return a dict, node name -> score from 0 to 100"
WAIT = (
    "it answered Wait, which only VolumeBinding may: return None to go on, or "
    "unschedulable('the reason')"
)
QUEUE_SORT = "return a tuple of numbers, smaller is tried earlier"


def settled(plugin: str, point: str, node: str, answer: object) -> Status | None:
    """The Status as this plugin's, None for success; PluginError for what is no Status."""
    if answer is None:
        return None
    if type(answer) is not Status:
        raise PluginError(plugin, point, node, nonsense(answer))
    problem = _problem(answer)
    if problem:
        raise PluginError(plugin, point, node, problem)
    return None if answer.code is Code.SUCCESS else answer._replace(plugin=plugin)


def _problem(status: Status) -> str:
    if not isinstance(status.code, Code):
        codes = ", ".join(f"Code.{code.name}" for code in Code)
        return f"the code of its Status is {shown(status.code)}: take one of {codes}"
    reasons: Any = status.reasons
    if type(reasons) is not tuple or not all(_is_text(reason) for reason in reasons):
        return (
            f"the reasons of its Status are {shown(reasons)}: give texts, as "
            "unschedulable('the reason') does"
        )
    return ""


def _is_text(reason: object) -> bool:
    """Whether it can be written down: half of a surrogate pair cannot."""
    if not isinstance(reason, str):
        return False
    return reason.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in reason)


def rejection(plugin: str, point: str, node: str, answer: object) -> Status | None:
    """A refusal of pod or node, or None; every other Status is an error here."""
    status = settled(plugin, point, node, answer)
    if status is not None and not status.rejected:
        raise PluginError(plugin, point, node, unwanted(status))
    return status


def unwanted(status: Status) -> str:
    """The words about a Status that is no refusal: its own, if it has any."""
    return status.message or nonsense(status.code.value)


def pre_filtered(plugin: str, answer: object) -> Status | None:
    """A PreFilter plugin's refusal or Skip, or None."""
    if type(answer) is not Status:
        raise PluginError(plugin, "PreFilter", "", nonsense(answer, PRE_FILTER))
    if answer.code is Code.SKIP:
        return answer
    return rejection(plugin, "PreFilter", "", answer)


def narrowing(plugin: str, answer: PreFilterResult) -> frozenset[str] | None:
    """The nodes that a PreFilter plugin leaves; None for all of them."""
    names: Any = answer.node_names
    if names is None:
        return None
    if isinstance(names, set | frozenset) and all(isinstance(name, str) for name in names):
        return frozenset(names)
    raise PluginError(plugin, "PreFilter", "", nonsense(answer, PRE_FILTER))


def nomination(plugin: str, answer: object) -> tuple[PostFilterResult | None, Status | None]:
    """What a PostFilter plugin answered."""
    if isinstance(answer, tuple) and len(answer) == 2:
        result, status = answer
        named = isinstance(result, PostFilterResult) and isinstance(result.nominated_node, str)
        if result is None or named:
            return result, settled(plugin, "PostFilter", "", status)
    raise PluginError(plugin, "PostFilter", "", nonsense(answer, POST_FILTER))


def normalized(plugin: str, answer: object) -> dict[str, Any]:
    """The scores that a plugin brought into range; the numbers are looked at elsewhere."""
    if not isinstance(answer, Mapping):
        raise PluginError(plugin, "NormalizeScore", "", nonsense(answer, NORMALIZED))
    return dict(answer)


def order(plugin: str, answer: object) -> tuple[Any, ...]:
    """The key of a pod in the queue: numbers and texts, and any two keys can be compared."""
    if isinstance(answer, tuple) and answer and all(_sorts(one) for one in answer):
        return tuple((isinstance(one, str), one) for one in answer)
    raise PluginError(plugin, "QueueSort", "", nonsense(answer, QUEUE_SORT))


def _sorts(one: Any) -> bool:
    """A text, or a number that is equal to itself: NaN is not."""
    return isinstance(one, str) or (isinstance(one, int | float) and one == one)
