"""Checks on requests under load: what was lost, when and why, and how long answers took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.api.objects import Object, condition
from kubelearn.cluster import Cluster
from kubelearn.learn.checks import EXAMINER, happens, named, own
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.service_checks import url_of
from kubelearn.learn.trial import Trial, Unmet, moment
from kubelearn.network.verdict import NO_ANSWER, NO_ROUTE, REFUSED, RESET
from kubelearn.world.load import Load

MEANINGS = {
    REFUSED: "the program did not listen, not yet or not any more",
    RESET: "the program ended while it worked on the request",
    NO_ROUTE: "the pod was gone, but a node still sent requests to it",
    NO_ANSWER: "no answer within ten seconds",
}
"""How a request is lost → what that says about the pod to which it was sent."""
EARLY, LATE = REFUSED, (RESET, NO_ROUTE)


def visitors(trial: Trial, service: Object, rate: Any, duration: str) -> Load:
    """Many clients begin to ask for a Service; `a_client` comes first."""
    return trial.cluster.load(
        url_of(service), rate=rate, duration=duration, client="pod/client", namespace=EXAMINER
    )


def lost(load: Load, since: int = 0) -> list[tuple[int, str]]:
    """When (ns) each request that failed was sent, from a moment on, and how it ended."""
    return [(sent, how) for _, sent, _, how in load.requests() if how != "ok" and sent >= since]


def told(failed: list[tuple[int, str]]) -> Iterator[str]:
    """One line for each way in which requests were lost."""
    for how in dict.fromkeys(how for _, how in failed):
        times = [sent for sent, each in failed if each == how]
        meaning = MEANINGS.get(how, "")
        when = f"between {moment(times[0])} and {moment(times[-1])}"
        yield f"{moment(times[0])}  {len(times)} lost {when}: {how}{': ' * bool(meaning)}{meaning}"


def nothing_is_lost(trial: Trial, load: Load, since: int, during: str) -> None:
    """No request that was sent since a moment (ns) failed."""
    failed, sent = lost(load, since), load.totals()["sent"]
    if not failed:
        trial.note(f"{sent} requests, none of them lost")
        return
    ways = {how for _, how in failed}
    is_half = EARLY not in ways or not ways.intersection(LATE)
    text = f"{len(failed)} of {sent} requests were lost {during}"
    raise Unmet(text, NEARLY if is_half else WRONG, tuple(told(failed)))


def the_deployment(trial: Trial) -> Object:
    """The learner's Deployment."""
    found = own(trial.cluster.api.list("deployments.apps"))
    if not found:
        raise Unmet("there is no Deployment")
    return found[0]


def is_rolled_out(cluster: Cluster, namespace: str, name: str) -> bool:
    """Whether all pods of a Deployment are of its newest template, and available."""
    obj = cluster.object(f"deployment/{name}", namespace)
    status, wanted = obj.get("status") or {}, obj["spec"]["replicas"]
    counts = [status.get(f, 0) for f in ("updatedReplicas", "replicas", "availableReplicas")]
    is_seen = status.get("observedGeneration", 0) >= obj["metadata"]["generation"]
    return is_seen and counts == [wanted] * 3


def warnings(trial: Trial, namespace: str) -> Iterator[str]:
    """What is wrong with pods, from the newest Warning of each kind."""
    newest: dict[str, Object] = {}
    for event in trial.cluster.api.list("events", namespace):
        if event["type"] == "Warning" and event["involvedObject"]["kind"] == "Pod":
            before = newest.get(event["reason"])
            if before is None or _seen(event) >= _seen(before):
                newest[event["reason"]] = event
    for reason in sorted(newest):
        event = newest[reason]
        yield f"{event['involvedObject']['name']}: {reason}: {event['message'].strip()}"


def _seen(event: Object) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or "")


def rolls_out(trial: Trial, within: str, *, failing: str = WRONG) -> int:
    """The Deployment's rollout comes to its end; returns how long that took (ns)."""
    namespace, name = named(the_deployment(trial))
    began = trial.cluster.clock.now
    if not happens(trial.cluster, lambda c: is_rolled_out(c, namespace, name), within):
        progress = condition(trial.cluster.object(f"deployment/{name}", namespace), "Progressing")
        words = (progress or {}).get("message", "")
        text = f"{within} later the rollout of Deployment {name} is not over"
        raise Unmet(text, failing, (*([words] if words else []), *warnings(trial, namespace)))
    taken = trial.cluster.clock.now - began
    if taken:
        trial.note(f"the rollout of Deployment {name} is over after {moment(taken)}")
    return taken
