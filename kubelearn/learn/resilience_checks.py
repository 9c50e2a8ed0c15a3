"""Settings and checks of the exercises on resilience: a sick pod, a slow callee, a lost zone."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.cluster import Cluster
from kubelearn.learn.feedback import NEARLY
from kubelearn.learn.load_checks import lost, nothing_is_lost
from kubelearn.learn.mesh_checks import meshed, program, service, shares
from kubelearn.learn.rehearsal import tell
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.sim.clock import MILLISECOND

CATALOG, FRONT = "http://catalog/", "http://front/"
SICK = "catalog-v2"
BEARABLE = 0.03
"""The share of requests that may fail while one pod of five is sick."""
QUICK = 500.0
"""How many ms 95 of 100 answers may take at most."""
OVER_ZONES = """\
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        labelSelector: {matchLabels: {app: catalog}}
      containers:"""


def one_of_five_is_sick(seed: int) -> Cluster:
    """Five pods of catalog in the mesh, one of which answers every request with 500."""
    well = program("catalog").replace("replicas: 2", "replicas: 4")
    sick = program("catalog", "v2", fails="100%").replace("replicas: 2", "replicas: 1")
    return meshed(seed, well, sick, service("catalog"))


def few_fail(trial: Trial) -> str:
    """Nearly all requests of two minutes are answered; the sick pod is there and hardly asked."""
    cluster = trial.cluster
    cluster.run("5s")
    load = cluster.load(CATALOG, rate=20, duration="2m", client="pod/client")
    cluster.run("130s")
    failed, sent = len(lost(load)), load.totals()["sent"]
    trial.note(f"{failed} of {sent} requests failed in two minutes")
    if failed > BEARABLE * sent:
        text = f"{failed / sent:.1%} of the requests failed, more than {BEARABLE:.0%}"
        raise Unmet(text, NEARLY)
    if len(cluster.api.list("pods", "default", "app=catalog")) < 5:
        raise Unmet("a pod of catalog is gone: the rule was to keep all five", NEARLY)
    asked = _tries_at(cluster, SICK)
    trial.note(f"the sick pod was asked {asked} times")
    if asked > BEARABLE * sent:
        text = f"few requests fail, but the sick pod is still asked: {asked} tries went to it"
        raise Unmet(text, NEARLY)
    return f"only {failed} of {sent} requests failed: the proxy leaves the sick pod out"


def _tries_at(cluster: Cluster, workload: str) -> int:
    """How many tries the proxies of a workload have counted."""
    counted = cluster.parts["telemetry"].series.totals
    return sum(
        tally.requests
        for labels, tally in counted.items()
        if labels.reporter == "destination" and labels.destination.workload == workload
    )


def one_hangs(seed: int) -> Cluster:
    """Front asks advice, which it can do without, and advice takes half a minute to answer."""
    front = program("front", calls="http://advice/ optional")
    slow = program("advice", service_time="fixed 30s")
    return meshed(seed, front, service("front"), slow, service("advice"))


def is_responsive(trial: Trial) -> str:
    """Front answers nearly all requests within half a second, and hears of advice when it can."""
    cluster = trial.cluster
    cluster.run("5s")
    load = cluster.load(FRONT, rate=10, duration="30s", client="pod/client")
    cluster.run("45s")
    failed, sent = lost(load), load.totals()["sent"]
    good = [(done - begin) / MILLISECOND for _, begin, done, how in load.requests() if how == "ok"]
    took = sorted(good)
    trial.note(f"{len(took)} of {sent} requests were answered")
    if failed:
        raise Unmet(f"{len(failed)} of {sent} requests to front failed: {failed[0][1]}", NEARLY)
    slowest = took[int(0.95 * len(took))]
    if slowest > QUICK:
        text = f"5 % of the answers take longer than {slowest:.0f} ms; {QUICK:.0f} ms are allowed"
        raise Unmet(text, NEARLY)
    if not _is_asked_again(cluster.fork()):
        raise Unmet("advice is well again, and front still gets no answer of it", NEARLY)
    return f"95 % of the answers take less than {slowest:.0f} ms, whatever advice does"


def _is_asked_again(cluster: Cluster) -> bool:
    """Whether front hears of advice once that answers in time."""
    tell(cluster, "advice", service_time="fixed 10ms")
    calls = [cluster.request(FRONT, client="pod/client") for _ in range(3)]
    steps = [step for call in calls for step in call.trace if step.hop == "pod"]
    return any(one.place.startswith("advice-") and one.decision == "answers 200" for one in steps)


def in_three_zones(seed: int) -> Cluster:
    """One pod of catalog in each of three zones, and a client in one of them."""
    apart = program("catalog").replace("replicas: 2", "replicas: 3")
    apart = apart.replace("      containers:", OVER_ZONES)
    return meshed(seed, apart, service("catalog"))


def stays_near(trial: Trial) -> str:
    """All requests stay in the client's zone; when its pod goes, none is lost."""
    cluster = trial.cluster
    cluster.run("5s")
    near = _near(cluster)
    found = shares(trial, CATALOG, 40)
    away = sum(count for name, count in found.items() if name != near)
    trial.note(f"{40 - away} of 40 requests stayed in the zone of the client")
    if away:
        raise Unmet(f"{away} of 40 requests leave the zone, although a pod of it serves", NEARLY)
    load = cluster.load(CATALOG, rate=20, duration="30s", client="pod/client")
    cluster.run("5s")
    cluster.kubectl(f"cordon {cluster.object('pod/client')['spec']['nodeName']}")
    cluster.kubectl(f"delete pod {near} --wait=false")
    cluster.run("40s")
    nothing_is_lost(trial, load, 0, f"when {near} went")
    found = shares(trial, CATALOG, 40)
    trial.note(f"after the loss of {near} {len(found)} pods in other zones answered")
    return "requests stay near as long as somebody serves there, and leave when nobody does"


def _near(cluster: Cluster) -> str:
    """The pod of catalog on the client's node."""
    node = cluster.object("pod/client")["spec"]["nodeName"]
    pods: list[Object] = cluster.api.list("pods", "default", "app=catalog")
    for pod in pods:
        if pod["spec"].get("nodeName") == node:
            return str(pod["metadata"]["name"])
    raise Unmet(f"no pod of catalog runs on {node}, the node of the client")
