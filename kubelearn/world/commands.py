"""The commands that a learner can give, by name: the journal writes down these names.

A command takes plain data and returns what kubectl would print. A new command is one function and
one line in `COMMANDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kubelearn.api.apply import apply_object
from kubelearn.api.decoding import decode_body, decode_object
from kubelearn.api.defaults import pruner
from kubelearn.api.errors import APIError
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.cloud.aws.controller.targets import zones_of_nodes
from kubelearn.cloud.aws.elb.names import region_of
from kubelearn.network.tls.certificates import dns_names, ends_at, is_pair, read_chain
from kubelearn.runtime.machine import Machine
from kubelearn.sim.arguments import meant, within
from kubelearn.world import cordons
from kubelearn.world.addons import ADDONS
from kubelearn.world.patching import patch_object
from kubelearn.world.references import parse_reference
from kubelearn.world.rollouts import rollout

if TYPE_CHECKING:
    from kubelearn.world.world import World

SCALABLE = (
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "replicationcontrollers",
)
"""The resources with a scale that is asked for in `spec.replicas`."""
MOST_REPLICAS = 2**31 - 1
"""The largest int32; the API server itself refuses numbers below 0."""


def _apply(world: World, objects: list[Object], namespace: str) -> str:
    lines = []
    for number, obj in enumerate(objects):
        try:
            lines.append(_apply_one(world, obj, namespace))
        except APIError as error:
            error.document = number
            raise
    return "\n".join(lines)


def _apply_one(world: World, obj: Object, namespace: str) -> str:
    kind = world.api.kinds.of(obj)
    obj = _known_fields(world, kind, obj) if kind.custom else decode_object(obj).object
    outcome = apply_object(world.api, obj, namespace)
    return f"{_typed(kind)}/{obj['metadata']['name']} {outcome}"


def _known_fields(world: World, kind: Kind, obj: Object) -> Object:
    """A custom object all fields of which its definition knows; BadRequest for another."""
    version = obj["apiVersion"].rpartition("/")[2]
    prune = pruner(world.api.schema_of(kind, version))
    expected = (kind.group, version, kind.kind)
    return decode_body(obj, "application/json", expected, "Strict", prune)[0]


def _typed(kind: Kind) -> str:
    """How kubectl writes a kind: "pod", "deployment.apps"."""
    return f"{kind.kind.lower()}.{kind.group}" if kind.group else kind.kind.lower()


def _delete(world: World, reference: Any, namespace: str, **options: Any) -> str:
    kind, place, name = parse_reference(world.api.kinds, reference, namespace)
    world.api.delete(kind.resource, place, name, **options)
    where = f" from {place} namespace" if place else ""
    return f'{_typed(kind)} "{name}" deleted{where}'


def _scale(world: World, reference: str, replicas: int, namespace: str) -> str:
    kind, place, name = parse_reference(world.api.kinds, reference, namespace)
    if kind.resource not in SCALABLE:
        raise ValueError(f"a {kind.kind} has no number of replicas: scale {', '.join(SCALABLE)}")
    if abs(replicas) > MOST_REPLICAS:
        within("replicas", replicas, 0, MOST_REPLICAS)
    world.api.patch(kind.resource, place, name, {"spec": {"replicas": replicas}})
    return f"{_typed(kind)}/{name} scaled"


def _patch(
    world: World, reference: str, patch: Any, namespace: str, style: str, subresource: str = ""
) -> str:
    kind, place, name = parse_reference(world.api.kinds, reference, namespace)
    old = world.api.get(kind.resource, place, name)
    new = patch_object(world.api, kind, old, patch, style, subresource)
    changed = "patched" if new is not old else "patched (no change)"
    return f"{_typed(kind)}/{name} {changed}"


def _install(world: World, name: str) -> str:
    addon = ADDONS.get(name)
    if addon is None:
        text = f"{name!r} cannot be installed here: choose {', '.join(ADDONS)}"
        raise ValueError(text + meant(name, ADDONS))
    return _apply(world, addon.objects(), "default")


def _request(world: World, url: str, **options: Any) -> int:
    # Only the sending comes from outside; the rest happens by itself, also when it is played again.
    world.parts["requests"].tidy()
    return int(world.parts["requests"].send(url, **options))


def _load(world: World, url: str, **options: Any) -> int:
    return int(world.parts["loads"].start(url, **options))


def _add_node(world: World, name: str, **machine: Any) -> str:
    kubelets = world.parts["kubelets"]
    pod_cidr = world.parts["ipam"].add_node(len(kubelets.nodes))
    kubelets.add_node(name, Machine(pod_cidr=pod_cidr, **machine))
    return f"node {name} has joined"


def _fail_node(world: World, node: str) -> str:
    world.parts["kubelets"].stop(node)
    return f"node {node} is dead: no heartbeat, no answer, its containers are gone"


def _heal_node(world: World, node: str) -> str:
    world.parts["kubelets"].start(node)
    return f"node {node} is back"


def _fail_pod(world: World, pod: str, namespace: str) -> str:
    world.parts["kubelets"].crash(namespace, pod)
    return f"the containers of pod {pod} crashed"


def _fail_link(world: World, one: str, other: str) -> str:
    world.parts["links"].cut(one, other)
    return f"no packet passes between {one} and {other}"


def _heal_link(world: World, one: str, other: str) -> str:
    world.parts["links"].mend(one, other)
    return f"packets pass between {one} and {other} again"


def _respond(world: World, respond: Callable[[World, Any], Any], request: Any) -> Any:
    # The API over HTTP lives on a higher floor, so its function comes along with the request.
    return respond(world, request)


def _import_certificate(world: World, chain: str, key: str, arn: str) -> str:
    if not is_pair(chain, key):
        raise ValueError("the key does not belong to the certificate: give one that was issued")
    first = read_chain(chain)[0]
    region = region_of(next(iter(zones_of_nodes(world.api)), ""))
    return str(
        world.parts["acm"].put(chain, dns_names(first), ends_at(first), region=region, arn=arn)
    )


COMMANDS: dict[str, Callable[..., Any]] = {
    "apply": _apply,
    "delete": _delete,
    "scale": _scale,
    "patch": _patch,
    "rollout": rollout,
    "cordon": cordons.cordon,
    "uncordon": cordons.uncordon,
    "drain": cordons.drain,
    "evict": cordons.evict,
    "install": _install,
    "request": _request,
    "respond": _respond,
    "import_certificate": _import_certificate,
    "load": _load,
    "node.add": _add_node,
    "fail.node": _fail_node,
    "heal.node": _heal_node,
    "fail.pod": _fail_pod,
    "fail.link": _fail_link,
    "heal.link": _heal_link,
}
