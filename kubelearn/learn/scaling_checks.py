"""Settings and checks of the exercises on scaling: a day's load, p95 by hour, replica-hours."""

from __future__ import annotations

from kubelearn.api.objects import Object, condition, get_path
from kubelearn.cluster import Cluster
from kubelearn.frames import autoscaling
from kubelearn.learn.checks import happens, named, own, ready_pods, troubles
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.load_checks import the_deployment, visitors
from kubelearn.learn.service_checks import SETTLE, a_client, has_endpoints, the_service
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.world.load import Load

SCALERS = "horizontalpodautoscalers.autoscaling"
HOURS = (8, 6, 5, 5, 6, 9, 16, 30, 44, 50, 48, 46, 52, 50, 44, 40, 42, 50, 62, 66, 58, 40, 24, 12)
"""Requests per second at each hour of the day; between two hours they change evenly."""
FAST = 300
"""Seconds of simulated time for one hour of the day."""
STEP = 60
FEW = 6
"""So many hours may be too slow in an answer that is nearly right."""
ROW = 6
"""Hours in one line of the feedback."""
SHOP = """\
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
      annotations:
        kubelearn.dev/service-time: lognormal 100ms 30ms
    spec:
      containers:
      - name: web
        image: nginx:1.29
        ports: [{containerPort: 80}]
        resources:
          requests: {cpu: "1", memory: 256Mi}
        readinessProbe:
          httpGet: {path: /, port: 80}
          periodSeconds: 2
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80}]
"""


def a_day() -> list[tuple[str, float]]:
    """The load of a day in steps of a minute, an hour squeezed into five minutes."""
    rates = []
    for second in range(0, len(HOURS) * FAST, STEP):
        hour, rest = divmod(second, FAST)
        now, later = HOURS[hour], HOURS[(hour + 1) % len(HOURS)]
        rates.append((f"{second}s", round(now + (later - now) * rest / FAST, 1)))
    return rates


def with_metrics(seed: int) -> Cluster:
    """Four workers with metrics-server."""
    cluster = Cluster(nodes=4, zones=2, seed=seed)
    cluster.install("metrics-server")
    cluster.run("60s")
    return cluster


def with_a_shop(seed: int) -> Cluster:
    """The same, with a shop of three pods."""
    cluster = with_metrics(seed)
    cluster.apply(SHOP)
    cluster.run("20s")
    return cluster


def the_scaler(trial: Trial) -> Object:
    """The learner's HorizontalPodAutoscaler."""
    found = own(trial.cluster.api.list(SCALERS))
    if not found:
        raise Unmet("there is no HorizontalPodAutoscaler")
    return found[0]


def told_by(scaler: Object) -> tuple[str, ...]:
    """The conditions of an autoscaler, in its own words."""
    found = (scaler.get("status") or {}).get("conditions") or ()
    return tuple(f"{one['type']}={one['status']}: {one['message']}" for one in found)


def gets_metrics(trial: Trial, within: str = "90s") -> Object:
    """The autoscaler finds what it scales, and can read its metrics; returns it."""
    namespace, name = named(the_scaler(trial))

    def works(cluster: Cluster) -> bool:
        scaler = cluster.object(f"hpa/{name}", namespace)
        active = condition(scaler, "ScalingActive") or {}
        return active.get("status") == "True"

    if not happens(trial.cluster, works, within):
        scaler = trial.cluster.object(f"hpa/{name}", namespace)
        text = f"{within} later autoscaler {name} still does not know what to do"
        raise Unmet(text, WRONG, (*told_by(scaler), *troubles(trial.cluster)))
    trial.note(f"autoscaler {name} reads its metrics")
    return trial.cluster.object(f"hpa/{name}", namespace)


def scales_with_load(trial: Trial) -> str:
    """Load comes, and the autoscaler makes more pods."""
    scaler = gets_metrics(trial)
    before = the_deployment(trial)["spec"]["replicas"]
    a_client(trial)
    service = the_service(trial)
    has_endpoints(trial, service, "60s")
    rate = 40 * before
    visitors(trial, service, rate, "3m")
    trial.note(f"{rate} requests a second come to {before} pods, each needs 20 ms of cpu")
    trial.cluster.run("3m")
    namespace, name = named(scaler)
    scaler, after = trial.cluster.object(f"hpa/{name}", namespace), the_deployment(trial)
    reasons = trial.cluster.why(scaler).reasons[-1:]
    steps = tuple(row["how"] for reason in reasons for row in reason.table)
    if after["spec"]["replicas"] <= before or get_path(scaler, "status", "lastScaleTime") is None:
        text = f"three minutes later there are still {after['spec']['replicas']} pods"
        raise Unmet(text, NEARLY, (*steps, *told_by(scaler)))
    trial.lines += [f"  {step}" for step in steps]
    return f"the autoscaler went from {before} to {after['spec']['replicas']} pods"


def a_day_at_the_shop(trial: Trial, limit: int, budget: float) -> str:
    """p95 stays under `limit` (ms) in every hour, with at most `budget` replica-hours."""
    given = the_deployment(trial)["spec"]["template"]
    scaler = gets_metrics(trial)
    if len(own(trial.cluster.api.list("deployments.apps"))) > 1 or not _is_given(given):
        raise Unmet("the shop itself was changed: only its autoscaler may be", NEARLY)
    a_client(trial)
    trial.cluster.run(SETTLE)
    began = trial.cluster.clock.now
    load = visitors(trial, the_service(trial), a_day(), "2h")
    trial.cluster.run("2h")
    frame = autoscaling(trial.cluster, "/".join(named(scaler)), began)
    hours, slow = frame["measures"]["replicaHours"], _hours(trial, load, limit)
    told = f"{hours:.1f} replica-hours"
    if slow:
        text = f"p95 was above {limit} ms in {len(slow)} of 24 hours ({told})"
        if len(slow) == 1:
            text = f"p95 was above {limit} ms at hour {slow[0]} ({told})"
        raise Unmet(text, NEARLY if hours <= budget and len(slow) <= FEW else WRONG)
    if hours > budget:
        text = f"p95 stayed under {limit} ms, but that took {told}; {budget} are allowed"
        raise Unmet(text, NEARLY)
    return f"p95 stayed under {limit} ms all day, with {told}; {budget} are allowed"


def _is_given(template: Object) -> bool:
    """Whether the pods are those that the shop began with."""
    made = template["spec"]["containers"]
    said = (template["metadata"].get("annotations") or {}).get("kubelearn.dev/service-time")
    asked = [get_path(one, "resources", "requests", "cpu") for one in made]
    return (said, asked) == ("lognormal 100ms 30ms", ["1"])


def _hours(trial: Trial, load: Load, limit: int) -> list[int]:
    """Note p95 and pods hour by hour; returns the hours that were too slow."""
    report = load.report(f"{FAST}s")
    bad = [
        at for at, (p95, sent, ok) in enumerate(zip(report["p95"], report["sent"], report["ok"],
                                                    strict=True))
        if at < len(HOURS) and (not p95 <= limit or ok < sent)
    ]  # fmt: skip
    for first in range(0, len(HOURS), ROW):
        rows = report.iloc[first : first + ROW]
        p95 = ", ".join(
            f"{value:.0f}{'!' if first + at in bad else ''}" for at, value in enumerate(rows["p95"])
        )
        lost = int((rows["sent"] - rows["ok"]).sum())
        failed = f"; {lost} requests failed" if lost else ""
        trial.lines.append(f"hours {first} to {first + ROW - 1}: p95 {p95} ms{failed}")
    pods = len(ready_pods(trial.cluster, "app=shop"))
    trial.lines.append(f"at the end of the day {pods} pods are Ready")
    return bad
