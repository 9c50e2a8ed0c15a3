"""Settings and checks of the exercises on ways in from outside: what is lost, and who is seen."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, get_path
from kubelearn.cluster import Cluster
from kubelearn.frames import failover
from kubelearn.learn.asking import problem
from kubelearn.learn.checks import happens, named, pods_become_ready, ready_pods, told_of
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.lost_node import door, lose_a_node
from kubelearn.learn.service_checks import services_of
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.world.load import Load

MOST_LOST = 150
"""Requests of about 3,200 that may be lost with the node."""
HALF_WAY = 400
LOST_NODE, LEAVING = "worker-2", "worker-2"
VISITOR = "203.0.113.7"
"""The address of somebody on the internet."""
SPREAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 3
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
      annotations: {kubelearn.dev/service-time: fixed 10ms}
    spec:
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: kubernetes.io/hostname
        whenUnsatisfiable: DoNotSchedule
        labelSelector: {matchLabels: {app: shop}}
      containers:
      - name: web
        image: example.com/shop:1
        ports: [{containerPort: 80}]
---
"""
"""One pod of shop on each worker."""
GRACEFUL = """\
        readinessProbe:
          httpGet: {path: /, port: 80}
          periodSeconds: 2
        lifecycle:
          preStop: {sleep: {seconds: 10}}
---
"""
DEPLOYED = SPREAD.replace("DoNotSchedule", "ScheduleAnyway").replace("---\n", GRACEFUL)
"""The same, but pods may move together, and each says when it is ready and ends late."""
CROSSING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing
    service.beta.kubernetes.io/aws-load-balancer-attributes: load_balancing.cross_zone.enabled=true
spec:
  type: LoadBalancer
  selector: {app: shop}
  ports: [{port: 80}]
"""


def with_balancers(seed: int) -> Cluster:
    """Three workers in three zones, and the AWS Load Balancer Controller."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.install("aws-load-balancer-controller")
    cluster.run("30s")
    return cluster


def with_a_leaving_node(seed: int) -> Cluster:
    """A shop behind a balancer that crosses zones, with users for the next ten minutes."""
    cluster = with_balancers(seed)
    cluster.apply(DEPLOYED + CROSSING)
    cluster.run("200s")
    cluster.load(door(cluster, "service/shop"), rate=20, duration="12m", timeout="12s")
    cluster.run("10s")
    return cluster


def the_entry(trial: Trial) -> Object:
    """The Service through which users come in; a balancer's rather than a node's port."""
    services = services_of(trial.cluster)
    rank = {"LoadBalancer": 0, "NodePort": 1}
    found = sorted(services, key=lambda one: rank.get(one["spec"].get("type", ""), 2))
    if not found or found[0]["spec"].get("type") not in rank:
        raise Unmet("no Service lets anybody in from outside: choose another type", WRONG)
    return found[0]


def opened(trial: Trial, service: Object) -> str:
    """The URL of the Service, once a request from outside is answered there."""
    name = named(service)[1]
    if service["spec"]["type"] == "NodePort":
        trial.note(f"Service {name} is of type NodePort: users hold the address of {LOST_NODE}")
        trial.cluster.run("30s")
        return door(trial.cluster, f"service/{name}", LOST_NODE)

    def is_named(cluster: Cluster) -> bool:
        now = cluster.object(f"service/{name}")
        return bool(get_path(now, "status", "loadBalancer", "ingress", default=None))

    if not happens(trial.cluster, is_named, "3m"):
        text = f"three minutes later Service {name} has no load balancer"
        raise Unmet(text, WRONG, told_of(trial.cluster, service))
    trial.cluster.run("200s")  # it is set up, and its targets are checked
    url = door(trial.cluster, f"service/{name}")
    call = trial.cluster.request(url)
    if not call.ok:
        raise Unmet(f"GET {url} from the internet got no good answer: {problem(call)}", NEARLY)
    trial.note("the load balancer is set up, and a request through it is answered")
    trial.cluster.run("2m")  # what this client has learnt of the name is forgotten
    return url


def loses_few(trial: Trial) -> str:
    """A node dies under load; at most `MOST_LOST` requests are lost."""
    pods_become_ready(trial, 2, "90s")
    url = opened(trial, the_entry(trial))
    twin = lose_a_node(trial.cluster, url, node=LOST_NODE)
    numbers = failover(twin)["numbers"]
    told = f"{numbers['lost']:,} of {numbers['sent']:,} requests were lost with {LOST_NODE}"
    details = tuple(_told(numbers))
    if numbers["lost"] > MOST_LOST:
        near = NEARLY if numbers["lost"] <= HALF_WAY else WRONG
        raise Unmet(f"{told}; {MOST_LOST} are allowed", near, details)
    for line in details:
        trial.note(line)
    return f"only {told}"


def _told(numbers: dict[str, Any]) -> list[str]:
    """How requests were lost, and until when."""
    ways = [f"{count:,} lost: {reason}" for reason, count in numbers["reasons"].items()]
    return [*ways, f"users are well again: {numbers['recoveryText']} after the fault"]


def leaves_unnoticed(trial: Trial) -> str:
    """The machine is switched off after the learner's commands; nothing was lost."""
    cluster = trial.cluster
    cluster.run("30s")
    if cluster.api.find("nodes", None, LEAVING) is None:
        raise Unmet(f"node {LEAVING} is deleted; nobody has ended its programs in good order")
    left = [named(pod)[1] for pod in ready_pods(cluster, "app=shop")
            if pod["spec"]["nodeName"] == LEAVING]  # fmt: skip
    cluster.fail.node(LEAVING)
    trial.note(f"{LEAVING} is switched off; pods of shop on it: {', '.join(left) or 'none'}")
    cluster.run("2m")
    totals = Load(cluster, 1).totals()
    lost = {name: count for name, count in totals.items()
            if name not in ("sent", "ok", "in flight") and count}  # fmt: skip
    if lost:
        ways = ", ".join(f"{count} {name}" for name, count in lost.items())
        few = NEARLY if sum(lost.values()) < HALF_WAY and not left else WRONG
        raise Unmet(f"{sum(lost.values())} requests were lost ({ways})", few)
    if len(ready_pods(cluster, "app=shop")) < 3:
        raise Unmet("nothing was lost, but three pods have to be Ready at the end", NEARLY)
    return f"{LEAVING} is off, and nobody has noticed"


def client_is_seen(trial: Trial) -> str:
    """Pods see the address of the client itself, and each request is answered."""
    pods_become_ready(trial, 2, "90s")
    url = opened(trial, the_entry(trial))
    seen: dict[str, int] = {}
    for _ in range(12):
        call = trial.cluster.request(url, client=f"internet/{VISITOR}")
        if not call.ok:
            raise Unmet(f"GET {url} got no good answer: {problem(call)}", NEARLY)
        source = next(str(step.detail["source"]) for step in call.trace if "source" in step.detail)
        seen[source] = seen.get(source, 0) + 1
    told = ", ".join(f"{source} {count} times" for source, count in seen.items())
    if set(seen) != {VISITOR}:
        near = NEARLY if VISITOR in seen else WRONG
        raise Unmet(f"{VISITOR} asked 12 times; the pods saw {told}", near)
    trial.note(f"{VISITOR} asked 12 times; the pods saw {told}")
    return "the pods see who asks"
