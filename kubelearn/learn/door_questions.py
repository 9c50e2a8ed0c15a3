"""Questions to a way in from outside; each is answered by a small run in a fork.

What a balancer sees of a request, whom it asks, what the pods see of the client, and what users
get when pods, nodes or zones go. A new question is its function and its line in `QUESTIONS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from kubelearn.api.objects import Object, labels_of
from kubelearn.cloud.aws.controller.annotations import INGRESS_PREFIX, SERVICE_PREFIX
from kubelearn.cluster import Cluster
from kubelearn.learn.asking import cookie_after, problem
from kubelearn.learn.checks import ready_pods
from kubelearn.learn.load_checks import lost
from kubelearn.network.tls.certificates import PUBLIC, Authority
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.traffic.call import Call
from kubelearn.world.load import Load

CLIENT = "internet/203.0.113.77"
RATE, BEFORE = 20, 20 * SECOND
"""Requests a second, and how long they have come when something happens (ns)."""
PREFIXES = {"Service": SERVICE_PREFIX, "Ingress": INGRESS_PREFIX}
SIZE = 100_000
"""Bytes of a request with its answer, where a bill goes by them."""
CERTIFICATE = "its-certificate"
SPEAKS_TLS = {
    "metadata": {"annotations": {"kubelearn.dev/tls": CERTIFICATE}},
    "spec": {"volumes": [{"name": CERTIFICATE, "secret": {"secretName": CERTIFICATE}}]},
}
"""A pod template whose program shows a certificate of its own."""
LISTEN = '[{"HTTPS": 443}]'
ROLLED_OUT = "4m"
"""Until all pods are new ones and their targets are checked."""
TAKES_EFFECT = "90s"
"""Until a changed setting of a balancer is there and its targets are checked."""


@dataclass(frozen=True)
class Door:
    """A way in, in a fork that a question may change, and the program that serves behind it."""

    cluster: Cluster
    reference: str
    host: str
    deployment: str

    @property
    def url(self) -> str:
        """What users ask for."""
        return f"http://{self.host}/"

    def request(self, path: str = "", headers: dict[str, str] | None = None) -> Call:
        """One request of somebody on the internet."""
        found: Call = self.cluster.request(self.url + path, client=CLIENT, headers=headers or {})
        return found

    def load(self, duration: str) -> Load:
        """Many requests from now on."""
        return self.cluster.load(self.url, rate=RATE, duration=duration, timeout="12s")

    def pods(self) -> list[Object]:
        """The program's pods that are Ready."""
        labels = self.cluster.object(self.deployment)["spec"]["selector"]["matchLabels"]
        return ready_pods(self.cluster, ",".join(f"{name}={labels[name]}" for name in labels))


class Question(NamedTuple):
    """What is asked, how it is found out, and the run that answers it."""

    title: str
    how: str
    ask: Callable[[Door], str]


# What it sees and whom it asks


def sees(door: Door) -> str:
    """What the balancer knows of a request before it chooses a target."""
    trace = door.request("cart", {"Cookie": "basket=7"}).trace
    detail = next(step.detail for step in trace if step.hop == "balancer")
    request = detail["request"]
    if not request:
        source, address, port = detail["flow"]
        return f"a flow: {source} → {address}:{port}"
    cookie = request["headers"].get("Cookie")
    return f"a request: {request['method']} {request['host']}{request['path']}, Cookie: {cookie}"


def serves_cart(door: Door) -> str:
    """The program that answers for the path."""
    call = door.request("cart")
    return f"{call.status} from {_program(door, call)}"


def unknown_host(door: Door) -> str:
    """What a request gets that asks for a host of nobody."""
    call = door.request(headers={"Host": "nobody.example.com"})
    return f"{call.status} from {_program(door, call)}"


def _program(door: Door, call: Call) -> str:
    """The name of the program that has answered."""
    if "pod" not in call.state:
        return "the balancer"
    namespace, name = call.state["pod"]
    labels = labels_of(door.cluster.object(f"pod/{name}", namespace))
    return f"a pod of {labels.get('app', name)}"


def seen_sender(door: Door) -> str:
    """Whose address the pod sees, in the packets and in the headers."""
    call = door.request()
    if not call.ok:
        return _told(call)
    sender = next(str(step.detail["source"]) for step in call.trace if "source" in step.detail)
    whose = "the client's" if CLIENT.endswith(f"/{sender}") else "the balancer's"
    told = call.headers.get("X-Forwarded-For", "none")
    return f"packets from {sender} ({whose}); X-Forwarded-For: {told}"


def shows_certificate(door: Door) -> str:
    """Whose certificate a client judges; the program has one, and so has the balancer."""
    own = Authority("The program's own").issue(door.host)
    door.cluster.apply(own.secret(CERTIFICATE))
    door.cluster.patch(door.deployment, {"spec": {"template": SPEAKS_TLS}})
    port = ""
    if door.cluster.object(door.reference)["kind"] == "Ingress":
        arn = door.cluster.import_certificate(Authority(PUBLIC).issue(door.host))
        said = {"certificate-arn": arn, "backend-protocol": "HTTPS", "listen-ports": LISTEN}
        notes = {f"{INGRESS_PREFIX}{name}": text for name, text in said.items()}
        door.cluster.patch(door.reference, {"metadata": {"annotations": notes}})
    else:
        ports = door.cluster.object(door.reference)["spec"]["ports"]
        port = f":{ports[0]['port']}"
    door.cluster.run(ROLLED_OUT)
    call = door.cluster.request(f"https://{door.host}{port}/", client=CLIENT, insecure=True)
    if not call.ok:
        return _told(call)
    place = next(step.place for step in call.trace if step.hop == "tls")
    return "the balancer's" if place.startswith("zone/") else "the program's"


def many_connections(door: Door) -> str:
    """How a client's requests are shared when each has a connection of its own."""
    met: Counter[str] = Counter()
    cookie = ""
    for _ in range(12):
        call = door.request(headers={"Cookie": cookie} if cookie else {})
        if not call.ok:
            return _told(call)
        met[str(call.state["pod"][1])] += 1
        cookie = cookie_after(call, cookie)
    return f"{_pods(len(met))}: {' + '.join(map(str, sorted(met.values(), reverse=True)))}"


def one_connection(door: Door) -> str:
    """How a client's requests are shared when they go over one connection."""
    door.cluster.install("metrics-server")
    door.cluster.run("30s")
    door.cluster.load(door.url, users=1, think="100ms", duration="90s", keep_alive=True)
    door.cluster.run("90s")
    names = [pod["metadata"]["name"] for pod in door.pods()]
    rows = [line.split() for line in door.cluster.kubectl("top pods").splitlines()[1:]]
    used = [int(cpu.removesuffix("m")) for name, cpu, _ in rows if name in names]
    busy = sorted((cpu for cpu in used if cpu), reverse=True)
    return f"{len(busy)} of {_pods(len(used))} busy: {' + '.join(f'{cpu}m' for cpu in busy)} CPU"


def latency(door: Door) -> str:
    """The time of a typical request."""
    load = door.load("60s")
    door.cluster.run("62s")
    took = [done - sent for _, sent, done, how in load.requests() if how == "ok"]
    return f"{median(took) / MILLISECOND:.1f} ms" if took else "nobody answers"


def bill(door: Door) -> str:
    """What an hour like this minute costs, and in which dimension most is used."""
    load = door.load("60s")
    door.cluster.run("62s")
    [row] = load.cost(SIZE).to_dict("records")
    used = f"{row['units']:.1f} {row['unit']} by {row['decided by']}"
    return f"${row['$ per hour']:.3f} an hour: {used}"


# What users get when something goes


def pod_crashes(door: Door) -> str:
    """A program ends with an error."""
    name = door.pods()[0]["metadata"]["name"]
    return _under_load(door, lambda: door.cluster.fail.pod(name), "90s")


def node_dies(door: Door) -> str:
    """A machine is off, and nobody has said so."""
    return _under_load(door, lambda: door.cluster.fail.node(_node(door)), "140s")


def one_fewer(door: Door) -> str:
    """A target leaves in good order."""
    count = len(door.pods()) - 1
    return _under_load(door, lambda: door.cluster.scale(door.deployment, count), "120s")


def replaced(door: Door) -> str:
    """All pods are replaced, one after the other."""
    return _under_load(door, lambda: door.cluster.rollout("restart", door.deployment), "150s")


def _under_load(door: Door, happens: Callable[[], object], until: str) -> str:
    """What is lost by something that happens while requests come, `until` after it."""
    load = door.load(f"{BEFORE // SECOND + 140}s")
    door.cluster.run(f"{BEFORE}ns")
    since = door.cluster.clock.now
    happens()
    door.cluster.run(until)
    failed = [(sent, how) for sent, how in lost(load) if sent >= since - SECOND]
    if not failed:
        return "nothing lost"
    ways = ", ".join(f"{how} × {n}" for how, n in Counter(how for _, how in failed).most_common())
    return f"{len(failed)} lost in {(failed[-1][0] - since) / SECOND:.0f} s: {ways}"


def no_pods(door: Door) -> str:
    """Nobody serves, and the balancer knows it."""
    door.cluster.scale(door.deployment, 0)
    door.cluster.run(TAKES_EFFECT)
    return _told(door.request())


def all_unhealthy(door: Door) -> str:
    """The check asks at a port where nobody listens, so no target passes."""
    prefix = PREFIXES[door.cluster.object(door.reference)["kind"]]
    wrong = {f"{prefix}healthcheck-port": "8081"}
    door.cluster.patch(door.reference, {"metadata": {"annotations": wrong}})
    door.cluster.run(TAKES_EFFECT)
    return _told(door.request())


def zone_is_lost(door: Door) -> str:
    """How many addresses the name has before and after a zone has no healthy target."""
    before = _addresses(door)
    door.cluster.fail.node(_node(door))
    door.cluster.run(TAKES_EFFECT)
    return f"{before} addresses, then {_addresses(door)}"


def _node(door: Door) -> str:
    """A machine on which the program serves."""
    return str(door.pods()[0]["spec"]["nodeName"])


def _addresses(door: Door) -> int:
    found = door.cluster.parts["elb"].resolve(door.host)
    return len(found.addresses)


def _told(call: Call) -> str:
    """The answer, or the error in its place."""
    return problem(call) or f"answered {call.status}"


def _pods(count: int) -> str:
    return "1 pod" if count == 1 else f"{count} pods"


QUESTIONS: dict[str, Question] = {
    "sees": Question("What it sees", "GET /cart with a cookie", sees),
    "path": Question("Who answers for /cart", "GET /cart", serves_cart),
    "host": Question("A host of nobody", "GET / with Host: nobody.example.com", unknown_host),
    "sender": Question("Whom the pod sees", f"GET / from {CLIENT}", seen_sender),
    "certificate": Question(
        "Whose certificate is judged", "GET https://, with one at the program", shows_certificate
    ),
    "connections": Question(
        "12 requests of one client", "a connection for each, cookies kept", many_connections
    ),
    "keep-alive": Question(
        "One connection for 90 s", "kept open by its client; kubectl top pods", one_connection
    ),
    "latency": Question("A typical request takes", "the median of a minute", latency),
    "bill": Question(
        "What it costs", f"{RATE} requests a second of {SIZE // 1000} kB, AWS's list prices", bill
    ),
    "pod": Question("A pod crashes", f"under {RATE} requests a second", pod_crashes),
    "node": Question("A node dies", f"under {RATE} requests a second", node_dies),
    "fewer": Question("One pod fewer", f"kubectl scale, {RATE} requests a second", one_fewer),
    "restart": Question(
        "All pods are replaced", f"kubectl rollout restart, {RATE} requests a second", replaced
    ),
    "empty": Question("No pods at all", "kubectl scale --replicas=0, then GET /", no_pods),
    "unhealthy": Question(
        "No target is healthy", "checks at a port where nobody listens, then GET /", all_unhealthy
    ),
    "zone": Question(
        "Addresses of its name", "before and after a zone loses its target", zone_is_lost
    ),
}
"""All questions by the name under which `interview` takes them, in the order of its table."""
