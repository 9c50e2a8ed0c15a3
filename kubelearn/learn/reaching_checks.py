"""Checks on whether clients reach what they ask for: endpoints, affinity, names."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.cluster import Cluster
from kubelearn.learn.asking import problem
from kubelearn.learn.checks import EXAMINER, happens, named, own, pods_become_ready
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.service_checks import (
    SETTLE,
    a_client,
    endpoints_of,
    service_answers,
    the_service,
    url_of,
)
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.traffic.call import Call

MENU = ("tea", "cake", "wine")
"""The Services that all have to answer."""
FRONT = "front"
"""The Service, in namespace default, of the program that asks."""
KITCHEN = "kitchen"
"""The namespace in which the program that is asked stands."""


def asked(cluster: Cluster, service: Object, client: str = "pod/client") -> Call:
    """One request through a Service, from a client that knows its address."""
    if client.startswith("pod/"):
        found: Call = cluster.request(url_of(service), client=client, namespace=EXAMINER)
        return found
    port = service["spec"]["ports"][0]["port"]
    return cluster.request(  # type: ignore[no-any-return]
        f"http://{service['spec']['clusterIP']}:{port}/", client=client
    )


def menu_is_served(trial: Trial) -> str:
    """Each Service of the menu gives a good answer."""
    a_client(trial)
    happens(trial.cluster, lambda c: all(_has_endpoints(c, name) for name in MENU), "40s")
    trial.cluster.run(SETTLE)
    said = [_served(trial, name) for name in MENU]
    bad = [text for text in said if text]
    if bad:
        raise Unmet(bad[0], WRONG if len(bad) == len(MENU) else NEARLY, tuple(bad[1:]))
    return "tea, cake and wine are served"


def _has_endpoints(cluster: Cluster, name: str) -> bool:
    service = cluster.api.find("services", "default", name)
    return service is not None and endpoints_of(cluster, service) > 0


def _served(trial: Trial, name: str) -> str:
    """What is wrong with a Service of the menu; "" for nothing."""
    service = trial.cluster.api.find("services", "default", name)
    if service is None:
        return f"there is no Service {name} any more"
    if not service["spec"].get("ports"):
        return f"Service {name} has no port"
    call = asked(trial.cluster, service)
    if call.ok:
        trial.note(f"Service {name} answers {call.status}")
        return ""
    last = trial.cluster.why(service).reasons[-1]
    return f"GET {call.url} got no good answer: {problem(call)} ({last.by}: {last.text})"


def clients_stay(trial: Trial) -> str:
    """Each of three clients meets one pod only, again and again; there are three pods."""
    pods_become_ready(trial, 3, "60s")
    a_client(trial)
    service = the_service(trial)
    trial.cluster.run(SETTLE)
    for client in ("pod/client", "node/worker-1", "node/worker-2"):
        _stays(trial, service, client)
    count = endpoints_of(trial.cluster, service)
    if count < 3:
        raise Unmet(f"Service {named(service)[1]} has only {count} endpoints for them", NEARLY)
    return "each client has met one pod only, and all three pods stand ready"


def _stays(trial: Trial, service: Object, client: str) -> None:
    met: dict[str, int] = {}
    for _ in range(8):
        call = asked(trial.cluster, service, client)
        if not call.ok:
            raise Unmet(f"{client} got no good answer: {problem(call)}", NEARLY)
        name = call.state["pod"][1]
        met[name] = met.get(name, 0) + 1
        trial.cluster.run("5m")
    told = ", ".join(f"{name} {count} times" for name, count in met.items())
    if len(met) > 1:
        late = NEARLY if service["spec"].get("sessionAffinity") == "ClientIP" else WRONG
        raise Unmet(f"{client} asked every 5 minutes and met {told}", late)
    trial.note(f"{client} asked every 5 minutes and met {told}")


def kitchen_is_asked(trial: Trial) -> str:
    """The program of Service front asks the one in the other namespace, and all is well."""
    if not own(trial.cluster.api.list("services", KITCHEN)):
        raise Unmet(f"there is no Service in namespace {KITCHEN}: it has to stay there", NEARLY)
    service = trial.cluster.api.find("services", "default", FRONT)
    if service is None:
        raise Unmet(f"there is no Service {FRONT} in namespace default: it has to stay", NEARLY)
    a_client(trial)
    happens(trial.cluster, lambda c: endpoints_of(c, service) > 0, "40s")
    trial.cluster.run(SETTLE)
    service_answers(trial, service)
    call = asked(trial.cluster, service)
    places = {step.place for step in call.trace if step.level and step.hop == "pod"}
    there = {named(pod)[1] for pod in trial.cluster.api.list("pods", KITCHEN)}
    if not places & there:
        raise Unmet(f"front answers, but no pod in namespace {KITCHEN} was asked", NEARLY)
    trial.note(f"front has asked {', '.join(sorted(places & there))} in namespace {KITCHEN}")
    return "front found the kitchen in the other namespace"
