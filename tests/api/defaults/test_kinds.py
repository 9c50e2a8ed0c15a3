"""Defaults of every kind but Pods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.defaults import DEFAULTS, default
from kubelearn.api.defaults.job import generate_selector
from kubelearn.api.defaults.persistent_volume import normalize_data_sources
from kubelearn.api.objects import Object, get_path

META = {"metadata": {"name": "x", "namespace": "default"}}


def of(resource: str, **fields: object) -> Object:
    """A defaulted object."""
    return default(resource, {**META, **fields})


@pytest.mark.parametrize("resource", DEFAULTS)
def test_defaulting_twice_changes_nothing_more(resource):
    """The second time the very same object comes back."""
    once = default(resource, dict(META))
    assert once is default(resource, once)


@pytest.mark.parametrize("resource", DEFAULTS)
def test_the_given_object_stays_as_it_is(resource):
    """Defaulting copies."""
    given_object = {"metadata": {"name": "x"}, "spec": {}}
    default(resource, given_object)
    assert given_object == {"metadata": {"name": "x"}, "spec": {}}


@pytest.mark.parametrize(
    ("resource", "path", "expected"),
    [
        ("deployments.apps", "spec.replicas", 1),
        ("deployments.apps", "spec.strategy.rollingUpdate.maxSurge", "25%"),
        ("deployments.apps", "spec.template.spec.restartPolicy", "Always"),
        ("replicasets.apps", "status.replicas", 0),
        ("statefulsets.apps", "spec.updateStrategy.rollingUpdate.partition", 0),
        ("daemonsets.apps", "spec.updateStrategy.rollingUpdate.maxUnavailable", 1),
        ("jobs.batch", "spec.backoffLimit", 6),
        ("cronjobs.batch", "spec.concurrencyPolicy", "Allow"),
        ("services", "spec.type", "ClusterIP"),
        ("services", "spec.internalTrafficPolicy", "Cluster"),
        ("secrets", "type", "Opaque"),
        ("persistentvolumeclaims", "spec.volumeMode", "Filesystem"),
        ("persistentvolumes", "spec.persistentVolumeReclaimPolicy", "Retain"),
        ("storageclasses.storage.k8s.io", "volumeBindingMode", "Immediate"),
        ("horizontalpodautoscalers.autoscaling", "spec.minReplicas", 1),
        ("networkpolicies.networking.k8s.io", "spec.policyTypes", ["Ingress"]),
        ("priorityclasses.scheduling.k8s.io", "preemptionPolicy", "PreemptLowerPriority"),
    ],
)
def test_what_is_not_given(resource, path, expected):
    """Upstream's values."""
    assert expected == get_path(of(resource), *path.split("."))


def test_what_is_given_stays():
    """A zero is a value, too."""
    spec = {"replicas": 0, "strategy": {"type": "Recreate"}, "revisionHistoryLimit": 0}
    found = of("deployments.apps", spec=spec)["spec"]
    assert spec == {name: found[name] for name in spec}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"parallelism": 3}, (None, 3, 6)),
        ({}, (1, 1, 6)),
        ({"completions": 4, "backoffLimitPerIndex": 1}, (4, 1, 2147483647)),
    ],
)
def test_numbers_of_a_job(spec, expected):
    """Completions default only together with the parallelism."""
    found = of("jobs.batch", spec=spec)["spec"]
    names = ("completions", "parallelism", "backoffLimit")
    assert expected == tuple(found.get(name) for name in names)


def test_a_job_gets_its_own_selector():
    """Labels made from uid and name, which a second round of defaults copies to the Job."""
    job = generate_selector({"metadata": {"name": "j", "uid": "u"}, "spec": {}})
    assert job["spec"]["selector"]["matchLabels"] == {"batch.kubernetes.io/controller-uid": "u"}
    labels = default("jobs.batch", job)["metadata"]["labels"]
    assert {"u", "j"} == set(labels.values())


def test_ports_of_a_service():
    """The target is the port itself, zero included."""
    ports = [{"port": 80, "targetPort": 0}, {"port": 53, "protocol": "UDP", "targetPort": "dns"}]
    found = of("services", spec={"ports": ports})["spec"]["ports"]
    assert [(p["targetPort"], p["protocol"]) for p in found] == [(80, "TCP"), ("dns", "UDP")]


@pytest.mark.parametrize(
    ("affinity", "expected"),
    [("ClientIP", {"clientIP": {"timeoutSeconds": 10800}}), ("None", None)],
)
def test_affinity_of_a_service(affinity, expected):
    """Three hours, or no configuration at all."""
    spec = {"sessionAffinity": affinity, "sessionAffinityConfig": {}}
    assert expected == of("services", spec=spec)["spec"].get("sessionAffinityConfig")


def test_plain_secrets_are_coded():
    """`stringData` wins over `data` and is gone."""
    secret = of("secrets", data={"a": "eA=="}, stringData={"a": "hi"})
    assert secret["data"] == {"a": "aGk="}
    assert "stringData" not in secret


def test_a_limit_range_completes_itself():
    """The maximum is the default limit, and that the default request."""
    item = {"type": "Container", "max": {"cpu": "2"}, "min": {"cpu": "100m", "memory": "1Mi"}}
    found = of("limitranges", spec={"limits": [item]})["spec"]["limits"][0]
    assert (
        found["default"],
        found["defaultRequest"],
    ) == ({"cpu": "2"}, {"cpu": "2", "memory": "1Mi"})


def test_a_behavior_of_an_autoscaler_is_completed():
    """What is given stays, the rest is upstream's."""
    behavior = {"scaleDown": {"stabilizationWindowSeconds": 60}}
    found = of("horizontalpodautoscalers.autoscaling", spec={"behavior": behavior})
    rules = found["spec"]["behavior"]
    assert (
        rules["scaleDown"]["stabilizationWindowSeconds"],
        rules["scaleUp"]["stabilizationWindowSeconds"],
    ) == (60, 0)


def test_a_node_offers_all_it_has():
    """Allocatable is the capacity when it is not given."""
    node = default("nodes", {"metadata": {"name": "n"}, "status": {"capacity": {"cpu": "4"}}})
    assert node["status"]["allocatable"] == {"cpu": "4"}


def test_two_data_sources_are_one():
    """Each is made from the other, on creation and not by defaulting."""
    source = {"kind": "PersistentVolumeClaim", "name": "src"}
    spec = of("persistentvolumeclaims", spec={"dataSource": source})["spec"]
    assert "dataSourceRef" not in spec
    spec = normalize_data_sources(spec)
    assert {**source, "apiGroup": None} == spec["dataSourceRef"] == spec["dataSource"]


@given(
    st.dictionaries(st.sampled_from(["replicas", "paused", "minReadySeconds"]), st.integers(0, 9))
)
def test_defaults_only_add(spec):
    """Nothing that is given is changed."""
    found = of("deployments.apps", spec=spec)["spec"]
    assert spec == {name: found[name] for name in spec}
