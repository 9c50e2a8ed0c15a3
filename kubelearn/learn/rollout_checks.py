"""Settings and checks of the exercises on rollouts: nothing lost, and the way back."""

from __future__ import annotations

from kubelearn.api.objects import Object, get_path
from kubelearn.cluster import Cluster
from kubelearn.learn.checks import named, pods_become_ready, ready_pods
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.load_checks import nothing_is_lost, rolls_out, the_deployment, visitors
from kubelearn.learn.service_checks import SETTLE, a_client, has_endpoints, the_service
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.world.load import Load

PROGRAM = {"kubelearn.dev/start-time": "5s", "kubelearn.dev/stop-time": "0s"}
"""Annotations: how long the program takes to listen, and to end when it is asked to."""
IMAGE = "example.com/shop"
GOOD = f"{IMAGE}:2"
RELEASED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 4
  progressDeadlineSeconds: 60
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
      annotations:
        kubelearn.dev/start-time: 5s
        kubelearn.dev/stop-time: 0s
    spec:
      containers:
      - name: web
        image: example.com/shop:1
        ports: [{containerPort: 80}]
        readinessProbe:
          httpGet: {path: /, port: 80}
          periodSeconds: 2
        lifecycle:
          preStop: {sleep: {seconds: 5}}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80}]
"""


def loses_nothing(trial: Trial) -> str:
    """All pods are replaced under load, and no request fails."""
    pods_become_ready(trial, 2, "90s")
    a_client(trial)
    service, deployment = the_service(trial), the_deployment(trial)
    _is_the_program(deployment)
    has_endpoints(trial, service, "30s")
    rolls_out(trial, "2m")
    load = visitors(trial, service, 100, "5m")
    restarts_unnoticed(trial, deployment, load, 100)
    return "all pods were replaced, and no user noticed"


def restarts_unnoticed(trial: Trial, deployment: Object, load: Load, rate: int) -> None:
    """`kubectl rollout restart` under a load of `rate` a second replaces all pods; none is lost."""
    trial.cluster.run("10s")
    old = {pod["metadata"]["uid"] for pod in ready_pods(trial.cluster)}
    namespace, name = named(deployment)
    trial.cluster.rollout("restart", f"deployment/{name}", namespace)
    trial.note(f"{rate} requests a second, and all pods of Deployment {name} are to be replaced")
    rolls_out(trial, "4m")
    trial.cluster.run("30s")
    if old & {pod["metadata"]["uid"] for pod in ready_pods(trial.cluster)}:
        raise Unmet("some pods were not replaced", NEARLY)
    nothing_is_lost(trial, load, 0, "while the pods were replaced")


def _is_the_program(deployment: Object) -> None:
    said = get_path(deployment, "spec", "template", "metadata", "annotations", default={})
    if any((said or {}).get(name) != text for name, text in PROGRAM.items()):
        raise Unmet("the annotations have changed, so it is another program", NEARLY)


def release(cluster: Cluster, tag: str, *, listens: str = "80", **env: str) -> None:
    """A new image; `listens` is where its program listens."""
    container = {"name": "web", "image": f"{IMAGE}:{tag}"}
    if env:
        container["env"] = [{"name": name, "value": text} for name, text in env.items()]  # type: ignore[assignment]
    metadata = {"annotations": {"kubelearn.dev/listens": listens}}
    template = {"metadata": metadata, "spec": {"containers": [container]}}
    cluster.patch("deployment/shop", {"spec": {"template": template}})


def with_a_bad_release(seed: int) -> Cluster:
    """Release 2 was fine, 3 never becomes ready, and a repair of 3 did not help; users come."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.apply(RELEASED)
    cluster.run("30s")
    release(cluster, "2")
    cluster.run("60s")
    release(cluster, "3", listens="8080")
    cluster.run("70s")
    release(cluster, "3", listens="8080", LOG_LEVEL="debug")
    trial = Trial(cluster)
    a_client(trial)
    visitors(trial, the_service(trial), 100, "5m")
    cluster.run("40s")
    return cluster


def is_rolled_back(trial: Trial) -> str:
    """The good release runs everywhere again within a minute, and nothing was lost on the way."""
    since = trial.cluster.clock.now
    rolls_out(trial, "60s")
    trial.cluster.run(SETTLE)
    images = {one["image"] for pod in ready_pods(trial.cluster, "app=shop")
              for one in pod["spec"]["containers"]}  # fmt: skip
    if images != {GOOD}:
        found = ", ".join(sorted(images)) or "nothing"
        raise Unmet(f"{GOOD} was the last good release; what runs is {found}",
                    NEARLY if images == {f"{IMAGE}:1"} else WRONG)  # fmt: skip
    trial.cluster.run("20s")
    nothing_is_lost(trial, Load(trial.cluster, 1), since, "on the way back")
    return f"{GOOD} is back, and no request was lost on the way"
