"""The start of a cluster: nodes, static pods of the control plane, and what runs in kube-system.

It happens before time zero, so that a learner meets a cluster that is up. The shape is that of
kubeadm: a tainted node `control-plane` with four static pods, coredns and kube-proxy.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kubelearn.api.manifest import load
from kubelearn.api.objects import Object
from kubelearn.runtime.machine import Machine
from kubelearn.sim.arguments import texts_by_name, within
from kubelearn.sim.clock import SECOND
from kubelearn.sim.garbage import rare_collections

if TYPE_CHECKING:
    from kubelearn.world.world import World

BOOT_TIME = 120 * SECOND
"""How long before time zero the machines are switched on."""
MOST_NODES = 50_000
"""So many addresses have the machines."""
ZONES = ("us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d")
CONTROL_PLANE_LABELS = {
    "node-role.kubernetes.io/control-plane": "",
    "node.kubernetes.io/exclude-from-external-load-balancers": "",
}
CONTROL_PLANE_TAINT = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
DEFAULT_NODE = {"cpu": "4", "memory": "16Gi", "pods": 110}
STATIC_PODS = {
    "etcd": ("registry.k8s.io/etcd:3.6.8-0", {"cpu": "100m", "memory": "100Mi"}),
    "kube-apiserver": ("registry.k8s.io/kube-apiserver:v1.36.2", {"cpu": "250m"}),
    "kube-controller-manager": (
        "registry.k8s.io/kube-controller-manager:v1.36.2",
        {"cpu": "200m"},
    ),
    "kube-scheduler": ("registry.k8s.io/kube-scheduler:v1.36.2", {"cpu": "100m"}),
}
"""Image and requests of each, as kubeadm writes them into /etc/kubernetes/manifests."""


@rare_collections()
def boot(world: World) -> None:
    """Switch on all machines and wait until time zero."""
    settings = world.settings
    if settings.nodes < 0 or not 1 <= settings.zones <= len(ZONES):
        raise ValueError(
            f"nodes={settings.nodes}, zones={settings.zones}: use at least 0 nodes and 1 to "
            f"{len(ZONES)} zones"
        )
    within("nodes", settings.nodes, 0, MOST_NODES)
    labels = texts_by_name("labels", settings.node.get("labels", {}), {"disk": "ssd"})
    size = {**DEFAULT_NODE, **_checked(settings.node)}
    kubelets = world.parts["kubelets"]
    for number in range(settings.nodes + 1):
        machine = Machine(
            labels=labels if number else CONTROL_PLANE_LABELS,
            taints=[] if number else [CONTROL_PLANE_TAINT],
            cpu=size["cpu"],
            memory=size["memory"],
            pods=size["pods"],
            zone=ZONES[max(number - 1, 0) % settings.zones],
            pod_cidr=world.parts["ipam"].add_node(number),
        )
        kubelets.add_node(f"worker-{number}" if number else "control-plane", machine)
    for name, (image, requests) in STATIC_PODS.items():
        kubelets.add_static_pod("control-plane", _static_pod(name, image, requests))
    text = files("kubelearn.world").joinpath("kube-system.yaml").read_text()
    for manifest in load(text):
        world.api.create(manifest.object)
    world.clock.run(0)


def _checked(node: Any) -> dict[str, Any]:
    unknown = sorted(map(str, set(node) - {*DEFAULT_NODE, "labels"}))
    if unknown:
        raise ValueError(
            f"node={dict(node)!r}: {', '.join(unknown)} is unknown; a node has cpu, memory, pods "
            "and labels"
        )
    return {name: value for name, value in node.items() if name != "labels"}


def _static_pod(name: str, image: str, requests: dict[str, str]) -> Object:
    container: Object = {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": [name],
        "resources": {"requests": requests},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "kube-system",
            "labels": {"component": name, "tier": "control-plane"},
        },
        "spec": {
            "containers": [container],
            "hostNetwork": True,
            "priorityClassName": "system-node-critical",
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        },
    }
