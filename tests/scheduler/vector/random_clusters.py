"""Random clusters and pods that use every plugin, from one seeded generator of numbers."""

from __future__ import annotations

from random import Random
from typing import Any

from kubelearn.scheduler.cache import Cache
from tests.scheduler.clusters import cluster, make_node, make_pod

Object = dict[str, Any]

ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"
KEYS = (ZONE, HOST, "rack")
APPS = ("a", "b", "c")
IMAGES = ("big:1", "small:1", "app:latest")
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def random_node(number: int, random: Random) -> Object:
    """A node with some of: zone, rack, taints, images, cordon, little room, a device."""
    labels = {"disk": random.choice(["ssd", "hdd"])}
    if random.random() < 0.9:
        labels[ZONE] = random.choice("xyz")
    if random.random() < 0.5:
        labels["rack"] = random.choice("12345")
    node = make_node(f"n{number}", labels)
    if random.random() < 0.05:
        del node["metadata"]["labels"][HOST]
    change_node(node, random)
    room = {"cpu": random.choice(["2", "4", "8"]), "memory": "16Gi", "pods": "8"}
    if random.random() < 0.2:
        room["example.com/gpu"] = "2"
    if random.random() < 0.03:
        room["memory"] = "0"
    node["status"]["allocatable"] = room
    return node


def change_node(node: Object, random: Random) -> None:
    """Other taints, images and cordon."""
    effects = ("NoSchedule", "PreferNoSchedule", "NoExecute")
    node["spec"] = {"unschedulable": True} if random.random() < 0.05 else {}
    if random.random() < 0.3:
        taint = {"key": random.choice("tu"), "value": "v", "effect": random.choice(effects)}
        node["spec"]["taints"] = [taint]
    sizes = {"big:1": 3_000_000_000, "small:1": 1_000_000, "app:latest": 900_000_000}
    have = [name for name in IMAGES if random.random() < 0.4]
    node["status"]["images"] = [{"names": [name], "sizeBytes": sizes[name]} for name in have]


def random_pod(name: str, random: Random) -> Object:
    """A pod with some of everything that the plugins read."""
    spec: Object = {}
    for chance, part in PARTS:
        if random.random() < chance:
            for field, value in part(random).items():
                spec[field] = {**spec.get(field, {}), **value} if field == "affinity" else value
    app = random.choice(APPS)
    pod = make_pod(name, random.choice(["50m", "100m", "900m"]), {"app": app}, **spec)
    pod["metadata"]["namespace"] = random.choice(["default", "other"])
    container = pod["spec"]["containers"][0]
    container["image"] = random.choice(["big:1", "small:1", "app"])
    if random.random() < 0.2:
        container["resources"]["requests"] = {}
    if random.random() < 0.1:
        container["resources"]["requests"]["example.com/gpu"] = "1"
    if random.random() < 0.1:
        container["ports"] = [{"containerPort": 80, "hostPort": random.choice([80, 81])}]
    return pod


def _selector(random: Random) -> Object:
    return {"matchLabels": {"app": random.choice(APPS)}}


def _tolerations(random: Random) -> Object:
    return {"tolerations": [{"key": random.choice("tu"), "operator": "Exists"}]}


def _node_selector(random: Random) -> Object:
    return {"nodeSelector": {"disk": random.choice(["ssd", "hdd"])}}


def _node_affinity(random: Random) -> Object:
    zone = {"key": ZONE, "operator": "In", "values": random.sample("xyz", 2)}
    rack = {"key": "rack", "operator": random.choice(["Exists", "DoesNotExist"])}
    affinity: Object = {
        PREFERRED: [
            {"weight": random.choice([1, 30]), "preference": {"matchExpressions": [one]}}
            for one in (zone, rack)
        ]
    }
    if random.random() < 0.5:
        affinity[REQUIRED] = {"nodeSelectorTerms": [{"matchExpressions": [zone]}]}
    return {"affinity": {"nodeAffinity": affinity}}


def spread(random: Random) -> Object:
    """One or two topology spread constraints."""

    def constraint(key: str) -> Object:
        found = {
            "maxSkew": random.choice([1, 2, 4]),
            "topologyKey": key,
            "whenUnsatisfiable": random.choice(["DoNotSchedule", "ScheduleAnyway"]),
            "labelSelector": _selector(random),
        }
        if random.random() < 0.2 and found["whenUnsatisfiable"] == "DoNotSchedule":
            found["minDomains"] = random.choice([2, 4, 50])
        if random.random() < 0.2:
            found["nodeTaintsPolicy"] = "Honor"
        if random.random() < 0.2:
            found["nodeAffinityPolicy"] = "Ignore"
        return found

    return {
        "topologySpreadConstraints": [
            constraint(key) for key in random.sample(KEYS, random.choice([1, 2]))
        ]
    }


def _term(random: Random) -> Object:
    term = {"topologyKey": random.choice(KEYS), "labelSelector": _selector(random)}
    if random.random() < 0.3:
        term["namespaceSelector"] = random.choice([{}, {"matchLabels": {"team": "x"}}])
    return term


def pod_affinity(random: Random) -> Object:
    """Terms about other pods, required and preferred."""
    affinity = {}
    for kind in ("podAffinity", "podAntiAffinity"):
        found: Object = {}
        if random.random() < 0.3:
            found[REQUIRED] = [_term(random) for _ in range(random.choice([1, 2]))]
        if random.random() < 0.5:
            weights = random.sample([1, 10, 100], random.choice([1, 2]))
            found[PREFERRED] = [{"weight": w, "podAffinityTerm": _term(random)} for w in weights]
        if found:
            affinity[kind] = found
    return {"affinity": affinity} if affinity else {}


PARTS = (
    (0.3, _tolerations),
    (0.2, _node_selector),
    (0.3, _node_affinity),
    (0.4, spread),
    (0.5, pod_affinity),
)
"""(chance, part of a pod's spec)."""


def service(app: str) -> Object:
    """A Service, whose pods are spread by the system's defaults."""
    return {
        "metadata": {"name": f"s-{app}", "namespace": "default"},
        "spec": {"selector": {"app": app}},
    }


def namespaces() -> list[Object]:
    """Two namespaces, one of a team."""
    return [
        {"metadata": {"name": "default"}},
        {"metadata": {"name": "other", "labels": {"team": "x"}}},
    ]


def random_cluster(nodes: int, pods: int, random: Random) -> Cache:
    """Nodes with random pods on random nodes, fitting or not."""
    made = [random_node(number, random) for number in range(nodes)]
    placed = []
    for number in range(pods):
        pod = random_pod(f"old{number}", random)
        pod["spec"]["nodeName"] = f"n{random.randrange(nodes)}"
        if random.random() < 0.1:
            pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        placed.append(pod)
    return cluster(made, placed, {"namespaces": namespaces(), "services": [service("a")]})
