"""What can never be: status, conditions and events in upstream's words, and why."""

import pytest

from kubelearn.api.errors import Forbidden, Invalid
from kubelearn.api.objects import condition
from kubelearn.cluster import Cluster

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 2
  progressDeadlineSeconds: 60
  selector: {{matchLabels: {{app: {selector}}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - {{name: web, image: "{image}", resources: {{requests: {{cpu: {cpu}}}}}}}
"""
HPA = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 5
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: data}}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: "{name}"
  resources: {{requests: {{storage: 1Gi}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: db}}
spec:
  containers: [{{name: db, image: "nginx:1.29", volumeMounts: [{{name: d, mountPath: /d}}]}}]
  volumes: [{{name: d, persistentVolumeClaim: {{claimName: data}}}}]
"""
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: small}
spec: {hard: {pods: "1"}}
"""


def web(selector="web", image="nginx:1.29", cpu="100m"):
    """A Deployment."""
    return WEB.format(selector=selector, image=image, cpu=cpu)


def after(seconds, *manifests):
    """A cluster of two workers some time after the manifests came."""
    cluster = Cluster(nodes=2, seed=1)
    for manifest in manifests:
        cluster.apply(manifest)
        cluster.run("0.5s")
    return cluster.run(seconds)


def told(cluster, reference, kind):
    """Status, reason and message of a condition."""
    found = condition(cluster.object(reference), kind) or {}
    return (found.get("status"), found.get("reason"), found.get("message"))


def messages(cluster, reference, reason):
    """The messages of an object's events with a reason."""
    kind, _, name = reference.partition("/")
    events = cluster.api.list("events", "default")
    about = [e for e in events if e["involvedObject"]["kind"].lower() == kind]
    mine = [e for e in about if e["involvedObject"]["name"] == name]
    return [e["message"] for e in mine if e["reason"] == reason]


def pods(cluster):
    """The pods of the Deployment."""
    return cluster.api.list("pods", "default", "app=web")


def test_a_release_that_cannot_be_pulled():
    """The deadline passes; the pod says what the registry said and when it asks again."""
    cluster = after("90s", web(image="nginx:1.99-typo"))
    [replicaset] = cluster.api.list("replicasets.apps", "default")
    name = replicaset["metadata"]["name"]
    assert told(cluster, "deployment/web", "Progressing") == (
        "False",
        "ProgressDeadlineExceeded",
        f'ReplicaSet "{name}" has timed out progressing.',
    )
    assert told(cluster, "deployment/web", "Available")[:2] == (
        "False",
        "MinimumReplicasUnavailable",
    )
    assert "ProgressDeadlineExceeded" in str(cluster.why("deployment/web"))
    why = str(cluster.why(pods(cluster)[0]))
    assert 'ImagePullBackOff: Back-off pulling image "nginx:1.99-typo"' in why
    assert "; next pull at " in why


def test_a_release_that_fits_nowhere():
    """The same deadline; the pod waits for a node that there is not."""
    cluster = after("90s", web(cpu="50"))
    assert told(cluster, "deployment/web", "Progressing")[1] == "ProgressDeadlineExceeded"
    name = pods(cluster)[0]["metadata"]["name"]
    text = (
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new "
        "claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful "
        "for scheduling."
    )
    assert told(cluster, f"pod/{name}", "PodScheduled") == ("False", "Unschedulable", text)
    assert messages(cluster, f"pod/{name}", "FailedScheduling") == [text]
    assert "asks for 50 cpu, the whole node has 4" in str(cluster.why(f"pod/{name}"))


def test_a_release_that_crashes():
    """Why tells the exit code, how often it was started, and when it is tried again."""
    manifest = web().replace(
        "labels: {app: web}}\n    spec",
        'labels: {app: web}, annotations: {kubelearn.dev/exit: "after=1s code=3"}}\n    spec',
    )
    cluster = after("100s", manifest)
    why = str(cluster.why(pods(cluster)[0]))
    assert "web: ended with exit code 3 (Error) after start 5; started again at 2m39.172s" in why
    assert told(cluster, "deployment/web", "Available")[1] == "MinimumReplicasUnavailable"


def test_a_selector_that_does_not_match():
    """Refused, with the labels."""
    cluster = Cluster(nodes=1)
    text = (
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match '
        "template `labels`"
    )
    with pytest.raises(Invalid) as caught:
        cluster.apply(web(selector="other"))
    assert str(caught.value) == f'Deployment.apps "web" is invalid: {text}'
    assert cluster.api.list("deployments.apps", "default") == []


def test_an_autoscaler_without_metrics():
    """Nobody serves metrics.k8s.io: conditions, events and why say so; nothing is scaled."""
    cluster = after("60s", web(), HPA)
    text = (
        "unable to get metrics for resource cpu: unable to fetch metrics from resource metrics "
        "API: the server could not find the requested resource (get pods.metrics.k8s.io)"
    )
    assert told(cluster, "hpa/web", "ScalingActive") == (
        "False",
        "FailedGetResourceMetric",
        f"the HPA was unable to compute the replica count: failed to get cpu utilization: {text}",
    )
    about = "horizontalpodautoscaler/web"
    told_once = [f"failed to get cpu utilization: {text}"]
    assert messages(cluster, about, "FailedGetResourceMetric") == told_once
    computed = (
        "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric "
        f"value: failed to get cpu utilization: {text}"
    )
    assert messages(cluster, about, "FailedComputeMetricsReplicas") == [computed]
    assert text in str(cluster.why("hpa/web"))
    assert cluster.object("deployment/web")["spec"]["replicas"] == 2


def test_an_autoscaler_of_pods_without_requests():
    """There is nothing that a percentage could be taken of."""
    cluster = Cluster(nodes=2, seed=1)
    cluster.install("metrics-server")
    cluster.apply(web().replace("{requests: {cpu: 100m}}", "{}") + "---" + HPA)
    cluster.run("180s")
    status, reason, message = told(cluster, "hpa/web", "ScalingActive")
    names = {pod["metadata"]["name"] for pod in pods(cluster)}
    begin, _, name = message.rpartition(" ")
    assert (status, reason) == ("False", "FailedGetResourceMetric")
    assert begin == (
        "the HPA was unable to compute the replica count: failed to get cpu utilization: missing "
        "request for cpu in container web of Pod"
    )
    assert name in names
    assert "missing request for cpu in container web" in str(cluster.why("hpa/web"))


def test_a_quota_that_is_used_up():
    """One pod fits; ReplicaSet and Deployment say why there is no second one."""
    cluster = after("30s", QUOTA, web())
    [replicaset] = cluster.api.list("replicasets.apps", "default")
    text = "is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1"
    name = replicaset["metadata"]["name"]
    for reference in (f"replicaset/{name}", "deployment/web"):
        status, reason, message = told(cluster, reference, "ReplicaFailure")
        assert (status, reason) == ("True", "FailedCreate")
        assert message.startswith('pods "web-')
        assert message.endswith(text)
    first = messages(cluster, f"replicaset/{name}", "FailedCreate")[0]
    assert first.startswith("Error creating: pods ")
    assert first.endswith(text)
    assert f"FailedCreate: pods {message.split()[1]} {text}" in str(cluster.why("deployment/web"))
    [reason] = cluster.why("quota/small").reasons
    assert reason.table == ({"resource": "pods", "used": "1", "limit": "1"},)


def test_a_quota_asks_for_requests():
    """A pod that does not say what it needs is refused."""
    quota = QUOTA.replace('pods: "1"', "requests.memory: 1Gi")
    cluster = after("1s", quota)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    with pytest.raises(Forbidden) as caught:
        cluster.apply({**pod, "spec": {"containers": [{"name": "c", "image": "nginx:1.29"}]}})
    text = 'pods "a" is forbidden: failed quota: small: must specify requests.memory for: c'
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("name", "reason", "message"),
    [
        (
            "",
            "FailedBinding",
            "no persistent volumes available for this claim and no storage class is set",
        ),
        ("fast", "ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found'),
    ],
)
def test_a_volume_that_cannot_bind(name, reason, message):
    """The claim stays Pending and says why; its pod waits for it."""
    cluster = after("60s", CLAIM.format(name=name))
    assert cluster.object("pvc/data")["status"]["phase"] == "Pending"
    assert messages(cluster, "persistentvolumeclaim/data", reason) == [message]
    status, why, text = told(cluster, "pod/db", "PodScheduled")
    assert (status, why) == ("False", "Unschedulable")
    unbound = "pod has unbound immediate PersistentVolumeClaims"
    assert text.startswith(f"0/3 nodes are available: {unbound}.")
    assert unbound in str(cluster.why("pod/db"))
    assert "class" in str(cluster.why("pvc/data"))


def test_a_claim_that_there_is_not():
    """The pod names it."""
    manifest = CLAIM.format(name="").partition("---")[2]
    cluster = after("30s", manifest)
    assert 'persistentvolumeclaim "data" not found' in told(cluster, "pod/db", "PodScheduled")[2]
    assert 'persistentvolumeclaim "data" not found' in str(cluster.why("pod/db"))
