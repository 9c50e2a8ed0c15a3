"""Checks on what the clients of a Service see; each says what was seen, and when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kubelearn.api.objects import Object, is_true
from kubelearn.cluster import Cluster
from kubelearn.learn.asking import Asked, ask
from kubelearn.learn.authors import SLICES
from kubelearn.learn.checks import EXAMINER, happens, named, own, troubles
from kubelearn.learn.feedback import NEARLY
from kubelearn.learn.trial import Trial, Unmet, moment

SERVICE_NAME = "kubernetes.io/service-name"
SETTLE = "3s"
"""Until the kube-proxies have written their rules; they look once a second."""
TRIES = 15
"""So often a client asks, once a second, until a program that was just started listens."""
CLIENT = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "client", "namespace": EXAMINER},
    "spec": {
        "nodeName": "control-plane",  # a machine that no check switches off
        "tolerations": [{"operator": "Exists"}],
        "containers": [{"name": "client", "image": "busybox:1.37", "command": ["sleep", "1d"]}],
    },
}


class Gap(NamedTuple):
    """A time (ns) in which a Service had no ready endpoint; `end` None = it still has none."""

    start: int
    end: int | None

    def told(self, service: str) -> str:
        """The gap as a sentence."""
        if self.end is None:
            return f"since {moment(self.start)} Service {service} has had no ready endpoint"
        lasted = moment(self.end - self.start)
        return f"at {moment(self.start)} Service {service} had no ready endpoint for {lasted}"


def a_client(trial: Trial) -> None:
    """A pod from which requests can be sent, in a namespace of its own."""
    trial.cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": EXAMINER}})
    trial.cluster.run("1s")  # meanwhile the account is made under which its pods run
    trial.cluster.apply(CLIENT)
    happens(trial.cluster, lambda c: is_true(c.object("pod/client", EXAMINER), "Ready"), "60s")


def services_of(cluster: Cluster, namespace: str | None = None) -> list[Object]:
    """The learner's Services: all but the cluster's own."""
    services = own(cluster.api.list("services", namespace))
    return [service for service in services if named(service) != ("default", "kubernetes")]


def the_service(trial: Trial, namespace: str | None = None) -> Object:
    """The learner's Service; of several the first one that has pods behind it."""
    services = services_of(trial.cluster, namespace)
    if not services:
        where = f" in namespace {namespace}" if namespace else ""
        raise Unmet(f"there is no Service{where} that a client could ask", NEARLY)
    return next((one for one in services if endpoints_of(trial.cluster, one)), services[0])


def url_of(service: Object) -> str:
    """Where a client anywhere in the cluster asks for a Service."""
    namespace, name = named(service)
    ports = service["spec"].get("ports") or [{"port": 80}]
    port = ports[0]["port"]
    return f"http://{name}.{namespace}{'' if port == 80 else f':{port}'}/"


def endpoints_of(cluster: Cluster, service: Object) -> int:
    """How many ready endpoints a Service has."""
    namespace, name = named(service)
    slices = cluster.api.list(SLICES, namespace, f"{SERVICE_NAME}={name}")
    return sum(map(_ready_in, slices))


def _ready_in(found: Object | None) -> int:
    endpoints = (found or {}).get("endpoints") or ()
    return sum(one.get("conditions", {}).get("ready") is not False for one in endpoints)


def has_endpoints(trial: Trial, service: Object, within: str, *, failing: str = NEARLY) -> None:
    """The Service gets a ready endpoint, and the nodes hear of it."""
    name = named(service)[1]
    if not happens(trial.cluster, lambda c: endpoints_of(c, service) > 0, within):
        told = _what_it_looks_for(trial, service)
        raise Unmet(Gap(0, None).told(name), failing, (*told, *troubles(trial.cluster)))
    trial.note(f"Service {name} has a ready endpoint")
    trial.cluster.run(SETTLE)


def _what_it_looks_for(trial: Trial, service: Object) -> tuple[str, ...]:
    reasons = trial.cluster.why(service).reasons
    return tuple(f"{reason.by}: {reason.text}" for reason in reasons)


def service_answers(trial: Trial, service: Object) -> None:
    """A request through the Service gets a good answer, once its programs have had time."""
    for _ in range(TRIES):
        asked = _ask(trial, service, "1s", 1)
        if not asked.failed:
            break
    if asked.failed:
        said = next(asked.failures())[2]
        details = (*_what_it_looks_for(trial, service), *troubles(trial.cluster))
        raise Unmet(f"GET {asked.url} got no good answer: {said}", NEARLY, details)
    trial.note(f"GET {asked.url} was answered with {asked.calls[0].status}")


def every_request_answered(
    trial: Trial, service: Object, every: str, times: int, *, failing: str = NEARLY
) -> None:
    """A client asks again and again, and each request gets a good answer."""
    asked = _ask(trial, service, every, times)
    if asked.failed:
        text = f"{len(asked.failed)} of {len(asked.calls)} requests to {asked.url} failed"
        failures = (
            f"{moment(first)}  {count} failed between now and {moment(last)}: {said}"
            for first, last, said, count in asked.failures()
        )
        raise Unmet(text, failing, tuple(failures))
    trial.note(f"{len(asked.calls)} requests to {asked.url}, all of them answered")


def _ask(trial: Trial, service: Object, every: str, times: int) -> Asked:
    url, client = url_of(service), "pod/client"
    return ask(trial.cluster, url, client=client, every=every, times=times, namespace=EXAMINER)


def no_gap(trial: Trial, service: Object, since: int) -> None:
    """Since a moment (ns) the Service has always had a ready endpoint."""
    gaps = tuple(endpoint_gaps(trial.cluster, service, since))
    if gaps:
        name = named(service)[1]
        raise Unmet(gaps[0].told(name), NEARLY, tuple(gap.told(name) for gap in gaps[1:]))


def endpoint_gaps(cluster: Cluster, service: Object, since: int = 0) -> Iterator[Gap]:
    """The times since a moment (ns) in which a Service had no ready endpoint, from the log."""
    ready: dict[str, int] = {}
    start: int | None = since
    for record in cluster.api.store.log:
        if record.resource != SLICES or not _belongs(record.new or record.old, service):
            continue
        ready[record.key[1]] = _ready_in(record.new)
        if not sum(ready.values()):
            start = record.time if start is None else start
            continue
        if start is not None and record.time > max(start, since):
            yield Gap(max(start, since), record.time)
        start = None
    if start is not None:
        yield Gap(max(start, since), None)


def _belongs(found: Object | None, service: Object) -> bool:
    metadata = (found or {}).get("metadata", {})
    place = metadata.get("namespace"), (metadata.get("labels") or {}).get(SERVICE_NAME)
    return place == named(service)
