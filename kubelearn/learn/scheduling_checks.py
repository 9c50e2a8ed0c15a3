"""Settings and checks of the exercises on scheduling: who is where, who waits, and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kubelearn.api.objects import Object, labels_of
from kubelearn.cluster import Cluster
from kubelearn.frames import balance
from kubelearn.learn.checks import named, own, pods_of, ready_pods, troubles
from kubelearn.learn.feedback import NEARLY
from kubelearn.learn.trial import Trial, Unmet, moment
from kubelearn.scheduler.requests import requests_of

ZONE = "topology.kubernetes.io/zone"
TENANTS = "kubelearn-exam"
"""The namespace of the pods that were there before the learner's."""


def plain_pod(name: str, cpu: str, memory: str = "500Mi", namespace: str = "default") -> Object:
    """A pod with one container and its requests."""
    requests = {"requests": {"cpu": cpu, "memory": memory}}
    container = {"name": "work", "image": "nginx:1.29", "resources": requests}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata,
            "spec": {"containers": [container]}}  # fmt: skip


def with_tenants(seed: int) -> Cluster:
    """Three workers on each of which somebody already holds two cpus."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TENANTS}})
    cluster.run("1s")
    for number in (1, 2, 3):
        pod = plain_pod(f"tenant-{number}", "2", namespace=TENANTS)
        pod["spec"]["nodeName"] = f"worker-{number}"
        cluster.apply(pod)
    cluster.run("10s")
    return cluster


def with_a_closed_zone(seed: int) -> Cluster:
    """Three workers in three zones; one is cordoned, as for maintenance."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.patch("node/worker-3", {"spec": {"unschedulable": True}})
    return cluster


def with_a_fast_disk(seed: int) -> Cluster:
    """Three workers; worker-2 has a fast disk and is kept for the shop."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    taint = {"key": "dedicated", "value": "shop", "effect": "NoSchedule"}
    change = {"metadata": {"labels": {"disk": "ssd"}}, "spec": {"taints": [taint]}}
    cluster.patch("node/worker-2", change)
    return cluster


def each_asks_for(pods: list[Object], cpu: int) -> None:
    """Each pod requests at least so much cpu (millicores)."""
    for pod in pods:
        asked = requests_of(pod).get("cpu", 0)
        if asked < cpu:
            text = f"{named(pod)[1]} asks for {asked}m cpu, but the program needs {cpu}m"
            raise Unmet(text, NEARLY)


def count_by_zone(trial: Trial, pods: list[Object]) -> dict[str, int]:
    """How many of the pods are in each zone."""
    zones = {
        node["metadata"]["name"]: labels_of(node).get(ZONE, "")
        for node in trial.cluster.api.list("nodes")
    }
    workers = {zone for name, zone in zones.items() if name != "control-plane"}
    count = Counter(zones.get(pod["spec"].get("nodeName", ""), "") for pod in pods)
    return {zone: count[zone] for zone in sorted(workers)}


def told(counts: dict[str, int]) -> str:
    """Numbers by name, as words."""
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def labelled(cluster: Cluster, app: str) -> list[Object]:
    """The learner's pods with this label `app`."""
    return pods_of(cluster, f"app={app}")


def never_together(trial: Trial, one: str, other: str) -> None:
    """No node runs pods of both applications."""
    places = {pod["spec"].get("nodeName") for pod in labelled(trial.cluster, one)} - {None}
    shared = [
        pod for pod in labelled(trial.cluster, other) if pod["spec"].get("nodeName") in places
    ]
    if shared:
        name, node = named(shared[0])[1], shared[0]["spec"]["nodeName"]
        text = f"at {moment(trial.cluster.clock.now)} {name} shares {node} with the {one}"
        raise Unmet(text, details=_why(trial.cluster, shared[0]))
    trial.note(f"{other} and {one} share no node")


def _why(cluster: Cluster, pod: Object) -> tuple[str, ...]:
    return tuple(reason.text for reason in cluster.why(pod).reasons[-1:])


def more_replicas(trial: Trial, app: str, count: int) -> None:
    """The Deployments whose pods have this label are scaled to `count`."""
    for deployment in own(trial.cluster.api.list("deployments.apps")):
        if labels_of(deployment["spec"]["template"]).get("app") == app:
            namespace, name = named(deployment)
            trial.cluster.scale(f"deployment/{name}", count, namespace)
            trial.note(f"Deployment {name} is scaled up to {count}")


def runs_on(trial: Trial, pods: list[Object], node: str, reason: str) -> None:
    """All of the pods are on this node."""
    others = [pod for pod in pods if pod["spec"].get("nodeName") != node]
    if others:
        name, place = named(others[0])[1], others[0]["spec"].get("nodeName")
        raise Unmet(f"{name} runs on {place}, {reason}", NEARLY)
    trial.note(f"it runs on {node}")


ARRIVALS = ("500m", "250m", "1", "500m", "750m", "250m", "1", "500m")
LARGE = "3500m"


def arrive(cluster: Cluster) -> Any:
    """Small pods, one every two seconds, then a large one; returns the frame of balance."""
    for number, cpu in enumerate(ARRIVALS, 1):
        cluster.apply(plain_pod(f"small-{number}", cpu))
        cluster.run("2s")
    cluster.apply(plain_pod("large", LARGE))
    cluster.run("20s")
    return balance(cluster)


def packs_tighter(trial: Trial, usual: Cluster) -> str:
    """The large pod finds room where the default scheduler has left none."""
    mine, default = arrive(trial.cluster), arrive(usual)
    here = {pod["metadata"]["name"]: pod["spec"]["nodeName"] for pod in ready_pods(trial.cluster)}
    for frame, who in ((default, "the default scheduler"), (mine, "your plugin")):
        shares = ", ".join(f"{node['name']} {node['cpu']:.0%}" for node in frame["nodes"])
        trial.note(
            f"with {who}: cpu requested {shares}; pods that wait: {frame['measures']['waiting']}"
        )
    if "large" not in here:
        most = mine["measures"]["largest"]["cpu"]
        spread, usually = mine["measures"]["spread"], default["measures"]["spread"]
        outcome = {"outcome": NEARLY} if spread > usually else {}
        text = f"the large pod ({LARGE} cpu) waits: no node has more than {most} cpu free"
        raise Unmet(text, details=troubles(trial.cluster), **outcome)
    return f"the large pod runs on {here['large']}; with the default scheduler it waits"
