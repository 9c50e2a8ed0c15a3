"""Settings and checks of the exercises on storage: what was written is there, whatever breaks.

A program whose pod has the annotation `kubelearn.dev/stores` writes the path of each POST to that
volume and tells with GET what is on it.
"""

from __future__ import annotations

from kubelearn.api.objects import Object, is_terminating, is_true, labels_of
from kubelearn.cluster import Cluster
from kubelearn.frames.disk_marks import OUT_OF_SERVICE
from kubelearn.frames.disks import last_said
from kubelearn.frames.nodes import ZONE_LABEL
from kubelearn.learn.checks import (
    EXAMINER,
    FOREIGN,
    MAKERS,
    happens,
    lose_node_of,
    named,
    node_is_missed,
    own,
    pods_become_ready,
    pods_of,
    ready_pods,
    troubles,
)
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.service_checks import SETTLE, a_client, has_endpoints, the_service, url_of
from kubelearn.learn.trial import Trial, Unmet, moment
from kubelearn.sim.clock import SECOND

ORDERS = ("/order/1", "/order/2", "/order/3")
READS = 6
"""How often is read: each replica should get its turn."""
ZONE = "us-west-2b"
SHARED_CLASS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "shared"},
    "provisioner": "efs.csi.aws.com",
}
"""A class of file systems that every zone can reach."""


def with_shared_class(seed: int) -> Cluster:
    """Two workers in each of three zones, and a storage class "shared" beside gp3."""
    cluster = Cluster(nodes=6, zones=3, seed=seed)
    cluster.apply(SHARED_CLASS)
    return cluster


# What the database holds


def _ask(trial: Trial, url: str, method: str = "GET") -> list[str] | None:
    """What a program tells that it holds; None without a good answer."""
    call = trial.cluster.request(url, method=method, client="pod/client", namespace=EXAMINER)
    return call.body.splitlines()[1:] if call.ok else None


def orders_are_written(trial: Trial, service: Object) -> None:
    """Three orders are sent, each gets a good answer, and they can be read."""
    for order in ORDERS:
        if _ask(trial, url_of(service) + order[1:], "POST") is None:
            raise Unmet(f"POST {order} got no good answer", WRONG, troubles(trial.cluster))
    held = _missing(trial, service)
    if held is None or len(held) == len(ORDERS):
        raise Unmet(
            "the orders were taken, but nothing is stored: the annotation kubelearn.dev/stores "
            "must name a volume of the pod",
            NEARLY,
        )
    trial.note(f"{len(ORDERS)} orders are written")


def _missing(trial: Trial, service: Object) -> list[str] | None:
    """The orders that some answer of several lacks; None when there was no good answer."""
    answers = [_ask(trial, url_of(service) + "all") for _ in range(READS)]
    good = [held for held in answers if held is not None]
    if len(good) < READS:
        return None
    return [order for order in ORDERS if any(order not in held for held in good)]


def orders_are_there(trial: Trial, service: Object, within: int, failing: str = WRONG) -> None:
    """Within some seconds every answer tells all orders."""
    began = trial.cluster.clock.now
    missing: list[str] | None = None
    while trial.cluster.clock.now - began < within * SECOND:
        left = within - (trial.cluster.clock.now - began) // SECOND
        if not happens(trial.cluster, _is_served, f"{left}s"):
            break
        trial.cluster.run(SETTLE)
        missing = _missing(trial, service)
        if missing is not None:
            break
        trial.cluster.run("10s")
    taken = trial.cluster.clock.now - began
    if missing is None:
        text = f"{moment(taken)} later nobody answers who could tell the orders"
        raise Unmet(text, failing, troubles(trial.cluster))
    if missing:
        raise Unmet(*_lost(trial, missing))
    trial.note(f"all orders can be read {moment(taken)} later")


def _is_served(cluster: Cluster) -> object:
    return [pod for pod in ready_pods(cluster) if _stores(pod)]


def _stores(pod: Object) -> bool:
    return "kubelearn.dev/stores" in (pod["metadata"].get("annotations") or {})


def _lost(trial: Trial, missing: list[str]) -> tuple[str, str]:
    """What is said when orders are missing, and how far that comes."""
    lost = ", ".join(missing)
    makers = [one for kind in MAKERS for one in own(trial.cluster.api.list(kind))]
    if any(one["spec"].get("replicas", 1) > 1 for one in makers):
        text = (
            f"some answers lack {lost}: each replica has written to a disk of its own, and here "
            "nothing copies from one to the other"
        )
        return text, NEARLY
    return f"{lost} lost: what the new pod can read is not what the old one had written", WRONG


def _begin(trial: Trial) -> tuple[Object, Object]:
    """The database runs and holds the orders; returns it and its Service."""
    try:
        pods_become_ready(trial, 1, "120s")
    except Unmet as found:
        details = (*found.details, *_about_claims(trial.cluster))
        raise Unmet(found.text, found.outcome, details) from None
    a_client(trial)
    service = the_service(trial)
    has_endpoints(trial, service, "30s")
    orders_are_written(trial, service)
    stores = [pod for pod in ready_pods(trial.cluster) if _stores(pod)]
    if not stores:
        raise Unmet("no Ready pod stores anything", NEARLY)
    return stores[0], service


def _about_claims(cluster: Cluster) -> tuple[str, ...]:
    """What was said last about each claim that has no volume."""
    claims = own(cluster.api.list("persistentvolumeclaims"))
    unbound = [claim for claim in claims if claim["status"].get("phase") != "Bound"]
    return tuple(f"claim {named(one)[1]}: {last_said(cluster, one)}" for one in unbound)


# The loss of a node


def survives_node(trial: Trial) -> str:
    """The node dies; somebody says that it is off; all orders can be read soon after."""
    pod, service = _begin(trial)
    node = lose_node_of(trial, pod)
    node_is_missed(trial, node)
    trial.cluster.run("30s")
    say_out_of_service(trial.cluster, node)
    trial.note(f"the operator looks, the machine is off: {node} gets the taint out-of-service")
    orders_are_there(trial, service, 150)
    return "the node is lost, the orders are not"


def say_out_of_service(cluster: Cluster, node: str) -> None:
    """Add the taint with which an operator vouches that a machine is off."""
    taint = {"key": OUT_OF_SERVICE, "value": "nodeshutdown", "effect": "NoExecute"}
    taints = cluster.object(f"node/{node}")["spec"].get("taints") or []
    cluster.patch(f"node/{node}", {"spec": {"taints": [*taints, taint]}})


# The operator's part


def with_a_stuck_database(manifest: str, seed: int) -> Cluster:
    """A database whose node died some minutes ago: its replacement waits for the disk."""
    cluster = with_shared_class(seed)
    cluster.apply(manifest)
    trial = Trial(cluster)
    pod, _ = _begin(trial)
    lose_node_of(trial, pod)
    cluster.run("400s")
    return cluster


def disk_is_freed(trial: Trial) -> str:
    """All orders can be read within two minutes, and the dead machine was left alone."""
    service = the_service(trial)
    try:
        orders_are_there(trial, service, 120, NEARLY if _has_moved(trial) else WRONG)
    except Unmet as found:
        told = _still_attached(trial.cluster)
        raise Unmet(f"{found.text}{told}", found.outcome, found.details) from None
    dead = [node for node in trial.cluster.api.list("nodes") if not is_true(node, "Ready")]
    if not dead:
        raise Unmet(
            "the orders are back because the machine was repaired; today nobody can do that", NEARLY
        )
    return "the disk has moved, and with it the orders"


def _has_moved(trial: Trial) -> bool:
    """Whether the pods that were stuck on the dead node are out of the way."""
    return not any(is_terminating(pod) for pod in pods_of(trial.cluster))


def _still_attached(cluster: Cluster) -> str:
    found = cluster.api.list("volumeattachments.storage.k8s.io")
    ready = {one["metadata"]["name"] for one in cluster.api.list("nodes") if is_true(one, "Ready")}
    places = sorted({one["spec"]["nodeName"] for one in found} - ready)
    return f"; its disk is still attached to {', '.join(places)}" if places else ""


# The loss of a zone


def survives_zone(trial: Trial) -> str:
    """All workers of the database's zone die; the orders can be read from elsewhere."""
    pod, service = _begin(trial)
    node = trial.cluster.object(f"node/{pod['spec']['nodeName']}")
    zone = labels_of(node)[ZONE_LABEL]
    trial.cluster.fail.zone(zone)
    trial.note(f"all workers of zone {zone} die, and {named(pod)[1]} with one of them")
    orders_are_there(trial, service, 500)
    return f"zone {zone} is lost, the orders are not"


# A pod that waits for its volume


def runs_in_its_zone(trial: Trial) -> str:
    """The database runs in the zone that it is bound to, and what it writes outlives its pod."""
    made = pods_become_ready(trial, 1, "120s", told="after two minutes the pod still waits")
    _is_in_zone(trial, made)
    a_client(trial)
    service = the_service(trial)
    has_endpoints(trial, service, "30s")
    orders_are_written(trial, service)
    for pod in own(trial.cluster.api.list("pods")):
        trial.cluster.delete(pod)
    trial.note("somebody deletes the pod")
    trial.cluster.run("5s")
    orders_are_there(trial, service, 120)
    _is_in_zone(trial, ready_pods(trial.cluster))
    return f"it runs in {ZONE}, and its disk is there too"


def _is_in_zone(trial: Trial, pods: list[Object]) -> None:
    for pod in pods:
        if pod["metadata"]["namespace"] in FOREIGN:
            continue
        node = trial.cluster.object(f"node/{pod['spec']['nodeName']}")
        zone = labels_of(node).get(ZONE_LABEL)
        if zone != ZONE:
            raise Unmet(f"{named(pod)[1]} runs in {zone}; its license is for {ZONE}", NEARLY)
