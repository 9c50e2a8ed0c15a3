"""Settings and checks of the exercises on the service mesh."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

from kubelearn.api.admission.istio_sidecar import has_sidecar
from kubelearn.api.objects import Object
from kubelearn.cluster import Cluster
from kubelearn.learn.asking import server_of
from kubelearn.learn.checks import happens, ready_pods
from kubelearn.learn.feedback import NEARLY, WRONG
from kubelearn.learn.load_checks import is_rolled_out, nothing_is_lost
from kubelearn.learn.rehearsal import annotations_of
from kubelearn.learn.trial import Trial, Unmet
from kubelearn.traffic.call import Call
from kubelearn.world.load import Load

CLIENT = """
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
spec:
  containers: [{name: client, image: "busybox:1.37", command: [sleep, 1d]}]
---
"""
PROGRAM = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {app}, version: {version}}}}}
  template:
    metadata:
      labels: {{app: {app}, version: {version}}}
      annotations: {annotations}
    spec:
      containers:
      - name: web
        image: example.com/{app}:{version}
        ports: [{{containerPort: 80}}]
        readinessProbe: {{httpGet: {{path: /, port: 80}}, periodSeconds: 2}}
        lifecycle: {{preStop: {{sleep: {{seconds: 5}}}}}}
---
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: {app}}}
spec: {{selector: {{app: {app}}}, ports: [{{name: http, port: 80}}]}}
---
"""
FIRST = 1
"""The number of the load that a setting begins."""
INSIDE = ("front", "catalog")
"""The Deployments that are to be brought into the mesh."""


def program(app: str, version: str = "v1", **annotations: str) -> str:
    """The manifest of a Deployment; annotations are written with `_` for `-`."""
    told = annotations_of(annotations)
    text = "{" + ", ".join(f'{name}: "{value}"' for name, value in told.items()) + "}"
    name = app if version == "v1" else f"{app}-{version}"
    return PROGRAM.format(name=name, app=app, version=version, annotations=text)


def service(app: str) -> str:
    """The manifest of a Service for all versions of a program."""
    return SERVICE.format(app=app)


def meshed(seed: int, *manifests: str) -> Cluster:
    """A cluster with Istio, and programs with sidecars in the namespace `default`."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.install("istio")
    cluster.run("20s")
    cluster.kubectl("label namespace default istio-injection=enabled")
    cluster.run("2s")
    cluster.apply(CLIENT + "".join(manifests))
    return cluster.run("30s")


def outside(seed: int) -> Cluster:
    """A cluster with Istio in which the programs still run without sidecars, under load."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.install("istio")
    front = program("front", calls="http://catalog/")
    cluster.apply(CLIENT + front + program("catalog") + service("front") + service("catalog"))
    cluster.run("30s")
    cluster.load("http://front/", rate=20, duration="3m", client="pod/client")
    return cluster.run("5s")


def is_inside(trial: Trial) -> str:
    """All pods of both programs have a sidecar, and no request was lost meanwhile."""
    cluster = trial.cluster
    for name in INSIDE:
        _is_there(cluster, name)
        happens(cluster, partial(is_rolled_out, namespace="default", name=name), "60s")
    cluster.run("10s")
    without = [name for name in INSIDE if _without_sidecar(cluster, name)]
    if len(without) == len(INSIDE):
        raise Unmet("no pod of front and catalog has a sidecar: they are as they were made")
    if without:
        text = f"pods of {without[0]} have no sidecar yet, so its calls are still plain text"
        raise Unmet(text, NEARLY)
    nothing_is_lost(trial, Load(cluster, FIRST), 0, "on the way")
    call = ask_once(trial, "http://front/")
    if "mTLS as" not in str(call):
        raise Unmet(f"front still asks catalog in plain text:\n{call}", NEARLY)
    return "every pod has its proxy, calls inside are mTLS, and no user noticed the change"


def _is_there(cluster: Cluster, name: str) -> None:
    if cluster.api.find("deployments.apps", "default", name) is None:
        raise Unmet(f"the Deployment {name} is gone")


def _without_sidecar(cluster: Cluster, app: str) -> list[Object]:
    pods = cluster.api.list("pods", "default", f"app={app}")
    return [pod for pod in pods if not has_sidecar(pod)]


def ask_once(trial: Trial, url: str, headers: Mapping[str, str] | None = None) -> Call:
    """One request of the client in the mesh."""
    call: Call = trial.cluster.request(url, client="pod/client", headers=headers)
    return call


def without_istiod(seed: int) -> Cluster:
    """A mesh whose istiod somebody has scaled away, and a Deployment that waits for pods."""
    cluster = meshed(seed, program("catalog"), service("catalog"))
    cluster.kubectl("scale deployment/istiod -n istio-system --replicas=0")
    cluster.run("20s")
    cluster.kubectl("scale deployment/catalog --replicas=4")
    return cluster.run("20s")


def grows_again(trial: Trial) -> str:
    """Four pods with sidecars serve, all of them asked by the client's proxy."""
    cluster = trial.cluster
    if not happens(cluster, lambda c: len(ready_pods(c, "app=catalog")) == 4, "60s"):
        count = len(ready_pods(cluster, "app=catalog"))
        raise Unmet(f"a minute later catalog has {count} ready pods of 4")
    cluster.run("5s")
    bare = _without_sidecar(cluster, "catalog")
    if bare:
        text = f"{len(bare)} pods of catalog have no sidecar: they are outside of the mesh"
        raise Unmet(text, NEARLY)
    served = shares(trial, "http://catalog/", 40)
    if len(served) < 4:
        text = f"only {len(served)} of 4 pods are asked: the proxies have not heard of the others"
        raise Unmet(text, NEARLY)
    return "the control plane is back: new pods get their sidecars, and the proxies hear of them"


def shares(
    trial: Trial, url: str, times: int, headers: Mapping[str, str] | None = None
) -> Counter[str]:
    """Which pod answered how often; Unmet when a request fails."""
    found: Counter[str] = Counter()
    for _ in range(times):
        call = ask_once(trial, url, headers)
        if not call.ok:
            raise Unmet(f"a request failed: {call.error or call.status}", WRONG, _why(trial, call))
        found[server_of(call)] += 1
    return found


def versions(
    trial: Trial, url: str, times: int, headers: Mapping[str, str] | None = None
) -> Counter[str]:
    """Which version answered how often."""
    found: Counter[str] = Counter()
    for name, count in shares(trial, url, times, headers).items():
        pod = trial.cluster.object(f"pod/{name}")
        found[pod["metadata"]["labels"]["version"]] += count
    return found


def _why(trial: Trial, call: Call) -> tuple[str, ...]:
    return tuple(str(trial.cluster.why(call)).splitlines()[1:])
