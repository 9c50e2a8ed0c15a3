"""The commands cordon, uncordon, drain and evict.

Source: `kubectl/pkg/cmd/drain/drain.go`, `kubectl/pkg/drain/cordon.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubelearn.api.eviction import evict as evict_pod
from kubelearn.world.drain_list import Options
from kubelearn.world.references import parse_reference

if TYPE_CHECKING:
    from kubelearn.world.world import World


def cordon(world: World, node: str) -> str:
    """No new pods for a node."""
    return _set(world, node, wanted=True)


def uncordon(world: World, node: str) -> str:
    """New pods for a node again; a drain of it that still waits ends."""
    world.parts["drains"].stop(_name(world, node))
    return _set(world, node, wanted=False)


def drain(world: World, node: str, **flags: Any) -> int:
    """Cordon a node and begin to evict its pods; the number of the drain."""
    name = _name(world, node)
    lines = (_set(world, name, wanted=True),)
    return int(world.parts["drains"].begin(name, Options(**flags), lines))


def evict(world: World, reference: str, namespace: str, grace: int | None = None) -> str:
    """Ask for the eviction of one pod; TooManyRequests when its budget refuses."""
    kind, place, name = parse_reference(world.api.kinds, reference, namespace)
    if kind.resource != "pods":
        raise ValueError(f"only pods are evicted, not {kind.kind} {name}: name one as pod/NAME")
    evict_pod(world.api, place, name, grace=grace)
    return f"pod/{name} evicted"


def _name(world: World, node: str) -> str:
    """The name of a node, given as "worker-1" or "node/worker-1"."""
    name = node.partition("/")[2] if node.startswith(("node/", "nodes/", "no/")) else node
    world.api.get("nodes", None, name)
    return name


def _set(world: World, node: str, *, wanted: bool) -> str:
    name = _name(world, node)
    found = world.api.get("nodes", None, name)
    word = "cordoned" if wanted else "uncordoned"
    if bool(found["spec"].get("unschedulable")) == wanted:
        return f"node/{name} already {word}"
    patch = {"spec": {"unschedulable": wanted or None}}
    world.api.patch("nodes", None, name, patch, style="strategic")
    return f"node/{name} {word}"
