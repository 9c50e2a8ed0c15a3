"""Which pods `kubectl drain` takes from a node, and which make it refuse.

Source: `kubectl/pkg/drain/filters.go`, Kubernetes 1.36. Of the filters only the last word about a
pod counts, so that a warning about local storage is lost, as in the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kubelearn.api.objects import Object

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer

DAEMONSET_FATAL = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
DAEMONSET_WARNING = "ignoring DaemonSet-managed Pods"
STORAGE_FATAL = "Pods with local storage (use --delete-emptydir-data to override)"
STORAGE_WARNING = "deleting Pods with local storage"
UNMANAGED_FATAL = "cannot delete Pods that declare no controller (use --force to override)"
UNMANAGED_WARNING = "deleting Pods that declare no controller"
MIRROR = "kubernetes.io/config.mirror"
ENDED = ("Succeeded", "Failed")


class Options(NamedTuple):
    """The flags of `kubectl drain`; times in ns, `grace` in seconds (negative: the pod's own)."""

    ignore_daemonsets: bool = False
    delete_emptydir_data: bool = False
    force: bool = False
    grace: int = -1
    timeout: int = 0
    disable_eviction: bool = False
    pod_selector: str = ""


class Verdict(NamedTuple):
    """Whether a pod is deleted; `kind` is "", "warning" or "error"."""

    delete: bool
    kind: str = ""
    message: str = ""


class Choice(NamedTuple):
    """The pods of a node that go, and what is said about the others."""

    pods: tuple[Object, ...]
    warnings: str
    errors: tuple[str, ...]


def choose(api: APIServer, node: str, options: Options) -> Choice:
    """Look at all pods of a node; with `errors` nothing is deleted."""
    selected = api.list("pods", None, options.pod_selector) if options.pod_selector else None
    names = None if selected is None else {pod["metadata"]["uid"] for pod in selected}
    pods = [p for p in api.on_node(node) if names is None or p["metadata"]["uid"] in names]
    judged = [(pod, _verdict(api, pod, options)) for pod in pods]
    going = tuple(pod for pod, verdict in judged if verdict.delete)
    warnings = [f"{text}: {listed}" for text, listed in _grouped(judged, "warning")]
    errors = tuple(_refusal(text, listed) for text, listed in _grouped(judged, "error"))
    return Choice(going, "; ".join(warnings), errors)


def _grouped(judged: Sequence[tuple[Object, Verdict]], kind: str) -> list[tuple[str, str]]:
    """(message, the pods that it is about) of a kind of verdict, by message."""
    found: dict[str, list[str]] = {}
    for pod, verdict in judged:
        if verdict.kind == kind:
            name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
            found.setdefault(verdict.message, []).append(name)
    return [(message, ", ".join(found[message])) for message in sorted(found)]


def _refusal(message: str, listed: str) -> str:
    said = message.startswith("cannot delete")
    return f"{message}: {listed}" if said else f"cannot delete {message}: {listed}"


def _verdict(api: APIServer, pod: Object, options: Options) -> Verdict:
    verdict = Verdict(True)
    for judge in FILTERS:
        verdict = judge(api, pod, options)
        if not verdict.delete:
            break
    return verdict


def _ended(pod: Object) -> bool:
    return pod["status"].get("phase") in ENDED


def _controller(pod: Object) -> Object | None:
    owners = pod["metadata"].get("ownerReferences") or ()
    return next((owner for owner in owners if owner.get("controller")), None)


def _daemonset(api: APIServer, pod: Object, options: Options) -> Verdict:
    owner = _controller(pod)
    if owner is None or owner["kind"] != "DaemonSet" or _ended(pod):
        return Verdict(True)
    if api.find("daemonsets.apps", pod["metadata"]["namespace"], owner["name"]) is None:
        text = f'daemonsets.apps "{owner["name"]}" not found'
        return Verdict(options.force, "warning" if options.force else "error", text)
    if not options.ignore_daemonsets:
        return Verdict(False, "error", DAEMONSET_FATAL)
    return Verdict(False, "warning", DAEMONSET_WARNING)


def _mirror(_api: APIServer, pod: Object, _options: Options) -> Verdict:
    return Verdict(MIRROR not in (pod["metadata"].get("annotations") or {}))


def _local_storage(_api: APIServer, pod: Object, options: Options) -> Verdict:
    volumes = pod["spec"].get("volumes") or ()
    if _ended(pod) or not any("emptyDir" in volume for volume in volumes):
        return Verdict(True)
    if not options.delete_emptydir_data:
        return Verdict(False, "error", STORAGE_FATAL)
    return Verdict(True, "warning", STORAGE_WARNING)


def _unreplicated(_api: APIServer, pod: Object, options: Options) -> Verdict:
    if _ended(pod) or _controller(pod) is not None:
        return Verdict(True)
    if options.force:
        return Verdict(True, "warning", UNMANAGED_WARNING)
    return Verdict(False, "error", UNMANAGED_FATAL)


FILTERS: tuple[Callable[[APIServer, Object, Options], Verdict], ...] = (
    _daemonset,
    _mirror,
    _local_storage,
    _unreplicated,
)
"""In the order in which they are asked; the first that keeps a pod ends the questions."""
