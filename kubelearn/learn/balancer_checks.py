"""Settings and checks of the exercises on NLB and ALB: needs, rollouts, sticky clients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kubelearn.api.objects import get_path
from kubelearn.cluster import Cluster
from kubelearn.learn.asking import cookie_after, problem
from kubelearn.learn.checks import happens, named, own, pods_become_ready, told_of
from kubelearn.learn.edge_checks import VISITOR, with_balancers
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.load_checks import rolls_out, the_deployment
from kubelearn.learn.lost_node import door
from kubelearn.learn.rollout_checks import restarts_unnoticed
from kubelearn.learn.service_checks import services_of
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.traffic.call import Call

CLIENT = f"internet/{VISITOR}"
MOST_BALANCERS = 3
GAME_PORT = 7777
PROGRAM = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata:
      labels: {{app: {name}}}
      annotations: {{kubelearn.dev/service-time: fixed 10ms}}
    spec:
      containers:
      - name: {name}
        image: example.com/{name}:1
        ports: [{{containerPort: {port}}}]
---
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
---
"""
PROGRAMS = {"shop": 80, "cart": 80, "game": GAME_PORT, "vote": 80, "desk": 80}
"""The programs that need a way in, and where each listens."""


# Which balancer


def with_five_programs(seed: int) -> Cluster:
    """Five programs run; shop and cart have Services, and nobody can come in from outside."""
    cluster = with_balancers(seed)
    programs = "".join(PROGRAM.format(name=name, port=port) for name, port in PROGRAMS.items())
    cluster.apply(programs + SERVICE.format(name="shop") + SERVICE.format(name="cart"))
    cluster.run("30s")
    return cluster


@dataclass(frozen=True)
class Need:
    """Something that users need of the ways in; `meets` says what they got, and whether it fits."""

    text: str
    meets: Callable[[Cluster], tuple[bool, str]] = field(repr=False)


def _told(cluster: Cluster, call: Call) -> str:
    """Who has answered what, or why nobody did."""
    who = f" by a pod of {_program(cluster, call)}" if "pod" in call.state else ""
    return f"{call.url} got {call.status}{who}" if call.status else f"{call.url}: {problem(call)}"


def _program(cluster: Cluster, call: Call) -> str:
    namespace, name = call.state["pod"]
    found = cluster.api.find("pods", namespace, name)
    return str(get_path(found or {}, "metadata", "labels", "app", default=name))


def _by_path(cluster: Cluster) -> tuple[bool, str]:
    calls = [_request(cluster, f"http://shop.example.com/{path}") for path in ("offers", "cart/7")]
    served = [_program(cluster, call) if call.ok else "" for call in calls]
    return served == ["shop", "cart"], "; ".join(_told(cluster, call) for call in calls)


def _game(cluster: Cluster) -> tuple[bool, str]:
    url = f"tcp://{_host(cluster, 'game')}:{GAME_PORT}"
    call = _request(cluster, url)
    return call.ok and _program(cluster, call) == "game", _told(cluster, call)


def _voter_is_seen(cluster: Cluster) -> tuple[bool, str]:
    calls = [_request(cluster, f"http://{_host(cluster, 'vote')}/") for _ in range(6)]
    failed = [call for call in calls if not call.ok]
    if failed:
        return False, _told(cluster, failed[0])
    seen = {str(step.detail["source"]) for call in calls for step in call.trace
            if "source" in step.detail}  # fmt: skip
    told = f"{VISITOR} votes; the pods of vote see packets from {', '.join(sorted(seen))}"
    return seen == {VISITOR}, told


def _closed_desk(cluster: Cluster) -> tuple[bool, str]:
    twin = cluster.fork()
    url = f"http://{_host(twin, 'desk')}/"
    by_day = _request(twin, url)
    told = f"by day {_told(twin, by_day)}"
    twin.scale("deployment/desk", 0)
    twin.run("90s")
    by_night = _request(twin, url)
    return by_day.ok and by_night.status == 503, f"{told}; by night {_told(twin, by_night)}"


def _few_balancers(cluster: Cluster) -> tuple[bool, str]:
    count = len(cluster.parts["elb"].balancers)
    return 0 < count <= MOST_BALANCERS, f"load balancers to be paid: {count}"


NEEDS = (
    Need("one host for shop and cart, told apart by the path", _by_path),
    Need(f"game speaks a protocol of its own over TCP, port {GAME_PORT}", _game),
    Need("pods of vote see the voter's address in the packets", _voter_is_seen),
    Need("desk at night, without pods, is answered with an HTTP status", _closed_desk),
    Need(f"at most {MOST_BALANCERS} load balancers", _few_balancers),
)
"""What `needs_are_met` looks for, in this order."""


def _request(cluster: Cluster, url: str) -> Call:
    found: Call = cluster.request(url, client=CLIENT)
    return found


def _host(cluster: Cluster, program: str) -> str:
    """Where users ask for a program: its own balancer's name, or else the host of an Ingress."""
    for service in services_of(cluster):
        selects = (service["spec"].get("selector") or {}).get("app")
        if selects == program and get_path(service, "status", "loadBalancer", "ingress"):
            url = door(cluster, f"service/{named(service)[1]}")
            return url.removeprefix("http://").rstrip("/")
    return f"{program}.example.com"


def needs_are_met(trial: Trial) -> str:
    """All five needs are met by the ways in that the learner has made."""
    balancers_are_set_up(trial)
    unmet = []
    for need in NEEDS:
        met, told = need.meets(trial.cluster)
        if not met:
            unmet.append((need.text, told))
            continue
        trial.note(f"{need.text}: yes ({told})")
    if unmet:
        first, *others = [f"{text}: not so ({told})" for text, told in unmet]
        raise Unmet(first, NEARLY if len(unmet) <= 2 else WRONG, tuple(others))
    return f"all {len(NEEDS)} needs are met"


def balancers_are_set_up(trial: Trial) -> None:
    """Every Service of type LoadBalancer and every Ingress has its balancer, or is told why not."""
    ways = [one for one in services_of(trial.cluster) if one["spec"].get("type") == "LoadBalancer"]
    ways += own(trial.cluster.api.list("ingresses.networking.k8s.io"))
    if not ways:
        raise Unmet("nobody comes in: there is no Service of type LoadBalancer and no Ingress")
    trial.cluster.run("30s")
    for way in ways:
        kind, name = way["kind"], named(way)[1]
        now = trial.cluster.object(f"{kind.lower()}/{name}", named(way)[0])
        if not get_path(now, "status", "loadBalancer", "ingress", default=None):
            raise Unmet(f"{kind} {name} has no load balancer", WRONG, told_of(trial.cluster, now))
    trial.cluster.run("200s")  # they are set up, and their targets are checked


# A rollout behind an ALB


def nothing_is_lost_behind_it(trial: Trial) -> str:
    """All pods behind the ALB are replaced under load, and no request fails."""
    pods_become_ready(trial, 3, "4m")
    _is_the_slow_quitter(trial)
    url = _through_the_alb(trial)
    rolls_out(trial, "4m")
    load = trial.cluster.load(url, rate=20, duration="4m", timeout="12s")
    restarts_unnoticed(trial, the_deployment(trial), load, 20)
    return "all pods behind the ALB were replaced, and no user noticed"


STOPS = ("kubelearn.dev/stop-time", "0s")
"""The program ends at once when it is asked to; that is not the learner's to change."""


def _is_the_slow_quitter(trial: Trial) -> None:
    template = the_deployment(trial)["spec"]["template"]
    said = get_path(template, "metadata", "annotations", default={}) or {}
    if said.get(STOPS[0]) != STOPS[1]:
        raise Unmet("the annotations have changed, so it is another program", NEARLY)


def _through_the_alb(trial: Trial) -> str:
    """The URL of the Ingress, once a request through its balancer is answered."""
    balancers_are_set_up(trial)
    found = own(trial.cluster.api.list("ingresses.networking.k8s.io"))
    if not found:
        raise Unmet("there is no Ingress any more: users come through the ALB", NEARLY)
    rules: list[Any] = found[0]["spec"].get("rules") or [{}]
    host = rules[0].get("host")
    url = f"http://{host}/" if host else door(trial.cluster, f"ingress/{named(found[0])[1]}")
    call = _request(trial.cluster, url)
    if not call.ok:
        said = told_of(trial.cluster, found[0])
        raise Unmet(
            f"GET {url} from the internet got no good answer: {problem(call)}", NEARLY, said
        )
    trial.note("a request through the ALB is answered")
    return url


# Sticky clients

VISITS, PAUSE = 8, "2m"


def baskets_are_kept(trial: Trial) -> str:
    """A client that keeps its cookies meets one pod; others meet others; it survives a crash."""
    pods_become_ready(trial, 3, "60s")
    url = _through_the_alb(trial)
    strangers = Counter(_met(trial, url, "")[0] for _ in range(9))
    if len(strangers) < 2:
        raise Unmet(f"nine clients met {_list(strangers)}: they should be shared by all", NEARLY)
    pod, cookie = _met(trial, url, "")
    if not cookie:
        raise Unmet("the ALB has set no cookie, so it cannot know a client again", WRONG,
                    (f"nine requests met {_list(strangers)}",))  # fmt: skip
    trial.note(f"a client puts something into its basket: {pod} has it, and a cookie is set")
    met = Counter({pod: 1})
    for _ in range(VISITS):
        trial.cluster.run(PAUSE)
        found, cookie = _met(trial, url, cookie)
        met[found] += 1
    if len(met) > 1:
        raise Unmet(f"the client came back every {PAUSE} and met {_list(met)}", NEARLY)
    trial.note(f"it came back every {PAUSE} and met {_list(met)}")
    return _goes_elsewhere(trial, url, cookie, pod)


def _goes_elsewhere(trial: Trial, url: str, cookie: str, pod: str) -> str:
    """When the pod is gone for good, its client is served by another."""
    trial.cluster.delete(f"pod/{pod}")
    happens(trial.cluster, lambda c: c.api.find("pods", "default", pod) is None, "60s")
    trial.cluster.run("30s")
    found, _ = _met(trial, url, cookie)
    trial.note(f"{pod} is deleted; its client meets {found}")
    return "each client keeps its pod for as long as that is there"


def _met(trial: Trial, url: str, cookie: str) -> tuple[str, str]:
    """The pod that answers a client, and the cookie that the client has afterwards."""
    headers = {"Cookie": cookie} if cookie else {}
    call: Call = trial.cluster.request(url, client=CLIENT, headers=headers)
    if not call.ok:
        raise Unmet(f"GET {url} got no good answer: {problem(call)}", NEARLY)
    return str(call.state["pod"][1]), cookie_after(call, cookie)


def _list(met: Counter[str]) -> str:
    return ", ".join(f"{name} {count} times" for name, count in sorted(met.items()))
