"""Checks on pods and nodes that exercises share; each says what was seen, and when.

A check acts on a `Trial`: it lets time pass or breaks something, notes what happens, and raises
`Unmet` when the answer does not hold. Checks on requests are in `service_checks`.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.api.images import full_name
from kubelearn.api.objects import Object, is_terminating, is_true
from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.trial import Trial, Unmet, moment

EXAMINER = "kubelearn-exam"
"""The namespace of the pod from which checks send requests."""
FOREIGN = frozenset({"kube-system", "kube-public", "kube-node-lease", EXAMINER})
"""Namespaces that are not the learner's."""
MAKERS = (
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
    "cronjobs.batch",
)
"""What a learner may have asked to make pods."""


def named(obj: Object) -> tuple[str, str]:
    """Namespace and name."""
    return obj["metadata"]["namespace"], obj["metadata"]["name"]


def own(objects: list[Object]) -> list[Object]:
    """Those of the objects that are the learner's."""
    return [obj for obj in objects if obj["metadata"]["namespace"] not in FOREIGN]


def pods_of(cluster: Cluster, selector: str = "", namespace: str | None = None) -> list[Object]:
    """The learner's pods, of all namespaces unless one is named."""
    return own(cluster.api.list("pods", namespace, selector or None))


def ready_pods(cluster: Cluster, selector: str = "", namespace: str | None = None) -> list[Object]:
    """The learner's pods that are Ready and not on their way out."""
    pods = pods_of(cluster, selector, namespace)
    return [pod for pod in pods if is_true(pod, "Ready") and not is_terminating(pod)]


def happens(cluster: Cluster, condition: Callable[[Cluster], object], within: str) -> bool:
    """Let time pass until something is so; False when it was not so within that time."""
    try:
        cluster.run(within, until=condition)
    except TimeoutError:
        return False
    return True


def troubles(cluster: Cluster) -> tuple[str, ...]:
    """What keeps pods from being ready, in the words of the parts that decide."""
    waiting = [pod for pod in pods_of(cluster) if not is_true(pod, "Ready")]
    told = [f"{named(pod)[1]}: {_newest(cluster, pod)}" for pod in waiting]
    if told or pods_of(cluster):
        return tuple(told)
    makers = [obj for kind in MAKERS for obj in own(cluster.api.list(kind))]
    words = [f"{obj['kind']} {named(obj)[1]}: {_said(cluster, obj)}" for obj in makers]
    return tuple(words) or ("there are no pods, and nothing that would make any",)


def _newest(cluster: Cluster, pod: Object) -> str:
    """The last two sentences of the pod's kubelet, or before it has one of who spoke last."""
    reasons = cluster.why(pod).reasons
    kubelet = [reason for reason in reasons if reason.by.startswith("kubelet")]
    who = (kubelet or reasons)[-1].by
    last = [reason.text for reason in (kubelet or reasons)[-2:] if reason.by == who]
    return "; ".join(last)


def _said(cluster: Cluster, obj: Object) -> str:
    reasons = cluster.why(obj).reasons
    return reasons[-1].text if reasons else "nothing is said of it"


def told_of(cluster: Cluster, obj: Object) -> tuple[str, ...]:
    """What is told of an object: its warnings, or else what the parts say."""
    events = [one for one in cluster.api.list("events", named(obj)[0])
              if one["involvedObject"].get("uid") == obj["metadata"]["uid"]]  # fmt: skip
    warnings = [f"{one['reason']}: {one['message']}" for one in events if one["type"] == "Warning"]
    if warnings:
        return tuple(warnings)
    return tuple(f"{why.by}: {why.text}" for why in cluster.why(obj).reasons)


def pods_become_ready(
    trial: Trial, count: int, within: str, *, failing: str = WRONG, told: str = ""
) -> list[Object]:
    """At least `count` pods are Ready `within` a time from now; returns them.

    `told` says in the exercise's own words what it means when they are not.
    """
    if not happens(trial.cluster, lambda c: len(ready_pods(c)) >= count, within):
        seen = len(ready_pods(trial.cluster))
        text = told or f"{_pods(seen)} Ready at {_now(trial)}, {count} wanted"
        raise Unmet(text, NEARLY if seen and not told else failing, troubles(trial.cluster))
    found = ready_pods(trial.cluster)
    trial.note(f"{_pods(len(found))} Ready")
    return found


def pods_run_image(pods: list[Object], image: str) -> None:
    """Each of the pods runs an image, as its kubelet reports it (`nginx:1.29`)."""
    wanted = full_name(image)
    seen = {one["image"] for pod in pods for one in pod["status"]["containerStatuses"]}
    others = sorted(seen - {wanted})
    if others:
        raise Unmet(f"{image} is wanted; what runs is {', '.join(others)}", NEARLY)


def no_more_pods_than(trial: Trial, count: int, after: str) -> None:
    """Some time later there are still at most `count` Ready pods."""
    trial.cluster.run(after)
    seen = len(ready_pods(trial.cluster))
    if seen > count:
        raise Unmet(f"{_pods(seen)} Ready at {_now(trial)}, {count} wanted", NEARLY)


def delete_pods(trial: Trial) -> set[str]:
    """Somebody deletes all pods; returns their uids."""
    victims = pods_of(trial.cluster)
    for pod in victims:
        trial.cluster.delete(pod)
    trial.note(f"somebody deletes {', '.join(named(pod)[1] for pod in victims)}")
    return {pod["metadata"]["uid"] for pod in victims}


def lose_node_of(trial: Trial, pod: Object) -> str:
    """The machine under a pod dies; returns its name."""
    node: str = pod["spec"]["nodeName"]
    trial.cluster.fail.node(node)
    trial.note(f"{node} dies, and {named(pod)[1]} with it")
    return node


def node_is_missed(trial: Trial, node: str, within: str = "2m") -> None:
    """Note when the control plane finds out that a node is lost."""
    if happens(trial.cluster, lambda c: not is_true(c.object(f"node/{node}"), "Ready"), within):
        trial.note(f"the node controller marks {node} NotReady")


def replaced(trial: Trial, old: set[str], within: str, told: str, *, failing: str = WRONG) -> int:
    """A pod that is none of the `old` ones (uids) is Ready; returns how long that took (ns)."""
    began = trial.cluster.clock.now

    def fresh(cluster: Cluster) -> list[Object]:
        return [pod for pod in ready_pods(cluster) if pod["metadata"]["uid"] not in old]

    if not happens(trial.cluster, fresh, within):
        raise Unmet(told, failing, troubles(trial.cluster))
    new = fresh(trial.cluster)[0]
    trial.note(f"{named(new)[1]} is Ready on {new['spec']['nodeName']} in its place")
    return trial.cluster.clock.now - began


def scale_up(trial: Trial, by: int) -> None:
    """More users come: every Deployment gets more replicas."""
    deployments = own(trial.cluster.api.list("deployments.apps"))
    if not deployments:
        raise Unmet("there is no Deployment that could be scaled up")
    for deployment in deployments:
        count = deployment["spec"]["replicas"] + by
        namespace, name = named(deployment)
        trial.cluster.scale(f"deployment/{name}", count, namespace)
        trial.note(f"Deployment {name} is scaled up to {count}")


def _now(trial: Trial) -> str:
    return moment(trial.cluster.clock.now)


def _pods(count: int) -> str:
    return "1 pod is" if count == 1 else f"{count} pods are"
