"""Defaults of pods and templates."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.defaults.containers import image_tag, pull_policy
from kubelearn.api.defaults.match_label_keys import merge_match_label_keys
from kubelearn.api.defaults.pod import default_pod, default_pod_template_spec
from kubelearn.api.objects import Object

APP = {"name": "app", "image": "nginx:1.27"}


def _container(**fields: Any) -> Object:
    pod = default_pod({"metadata": {}, "spec": {"containers": [{**APP, **fields}]}})
    return pod["spec"]["containers"][0]


def _volume(**source: Any) -> Object:
    spec = {"containers": [APP], "volumes": [{"name": "v", **source}]}
    return default_pod({"metadata": {}, "spec": spec})["spec"]["volumes"][0]


def test_a_template_gets_what_every_pod_gets() -> None:
    """Containers are completed, and the spec."""
    assert default_pod_template_spec({"spec": {"containers": [APP]}}) == {
        "metadata": {},
        "spec": {
            "containers": [
                {
                    **APP,
                    "resources": {},
                    "terminationMessagePath": "/dev/termination-log",
                    "terminationMessagePolicy": "File",
                    "imagePullPolicy": "IfNotPresent",
                }
            ],
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": "Always",
            "schedulerName": "default-scheduler",
            "securityContext": {},
            "terminationGracePeriodSeconds": 30,
        },
    }


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("nginx", "latest"),
        ("nginx:1", "1"),
        ("r.io:5000/team/app", "latest"),
        ("localhost:5000/app:v1", "v1"),
        (f"nginx@sha256:{'a' * 64}", ""),
        ("Nginx", ""),
        ("", ""),
        ("nginx:a b", ""),
    ],
)
def test_tags_of_images(image: str, tag: str) -> None:
    """Without tag and digest an image is the latest; the port of a registry is no tag."""
    assert tag == image_tag(image)
    assert ("Always" if tag == "latest" else "IfNotPresent") == pull_policy(image)


@pytest.mark.parametrize(
    ("given_fields", "expected"),
    [
        (
            {"livenessProbe": {"httpGet": {"port": 80}, "periodSeconds": 3}},
            {
                "livenessProbe": {
                    "httpGet": {"port": 80, "path": "/", "scheme": "HTTP"},
                    "timeoutSeconds": 1,
                    "periodSeconds": 3,
                    "successThreshold": 1,
                    "failureThreshold": 3,
                }
            },
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
            {
                "env": [
                    {
                        "name": "A",
                        "valueFrom": {
                            "fieldRef": {"fieldPath": "metadata.name", "apiVersion": "v1"}
                        },
                    }
                ]
            },
        ),
        (
            {"resources": {"limits": {"cpu": "1000m", "memory": 1073741824}}},
            {
                "resources": {
                    "limits": {"cpu": "1", "memory": "1073741824"},
                    "requests": {"cpu": "1", "memory": "1073741824"},
                }
            },
        ),
        ({"ports": [{"containerPort": 1}]}, {"ports": [{"containerPort": 1, "protocol": "TCP"}]}),
        (
            {"resources": {"requests": {"cpu": "0.1234"}}},
            {"resources": {"requests": {"cpu": "124m"}}},
        ),
    ],
)
def test_containers(given_fields: Object, expected: Object) -> None:
    """Probes, references, ports and amounts are completed."""
    found = _container(**given_fields)
    assert expected == {name: found[name] for name in expected}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({}, {"emptyDir": {}}),
        ({"secret": {"secretName": "s"}}, {"secret": {"secretName": "s", "defaultMode": 420}}),
        ({"hostPath": {"path": "/a"}}, {"hostPath": {"path": "/a", "type": ""}}),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
            {
                "projected": {
                    "sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}],
                    "defaultMode": 420,
                }
            },
        ),
        (
            {"image": {"reference": "a"}},
            {"image": {"reference": "a", "pullPolicy": "Always"}},
        ),
    ],
)
def test_volumes(source: Object, expected: Object) -> None:
    """Each kind of volume has its own defaults."""
    assert {"name": "v", **expected} == _volume(**source)


def test_only_pods_get_host_ports_and_requests() -> None:
    """A template keeps what its author wrote until it becomes a pod."""
    ports = [{"containerPort": 80}]
    container = {**APP, "ports": ports, "resources": {"limits": {"cpu": "1"}}}
    given_spec = {"containers": [container], "hostNetwork": True}
    (of_template,) = default_pod_template_spec({"spec": given_spec})["spec"]["containers"]
    (of_pod,) = default_pod({"metadata": {}, "spec": given_spec})["spec"]["containers"]
    assert "hostPort" not in of_template["ports"][0]
    assert "requests" not in of_template["resources"]
    assert of_pod["ports"][0]["hostPort"] == 80
    assert of_pod["resources"]["requests"] == {"cpu": "1"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"serviceAccount": "a"}, {"serviceAccount": "a", "serviceAccountName": "a"}),
        ({"serviceAccountName": "a"}, {"serviceAccount": "a", "serviceAccountName": "a"}),
        ({"terminationGracePeriodSeconds": -5}, {"terminationGracePeriodSeconds": 1}),
        ({"terminationGracePeriodSeconds": 0}, {"terminationGracePeriodSeconds": 0}),
        (
            {"resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "1"}}},
            {
                "resources": {
                    "limits": {"cpu": "2", "memory": "1Gi"},
                    "requests": {"cpu": "1", "memory": "1Gi"},
                }
            },
        ),
    ],
)
def test_specs_of_pods(fields: Object, expected: Object) -> None:
    """Fields of the spec that depend on each other."""
    spec = default_pod({"metadata": {}, "spec": {"containers": [APP], **fields}})["spec"]
    assert expected == {name: spec[name] for name in expected}


def test_the_addresses_of_a_status_agree() -> None:
    """The single address is the first of the list."""
    pod = {"metadata": {}, "spec": {"containers": [APP]}}
    both = {"podIP": "1.1.1.1", "podIPs": [{"ip": "1.1.1.1"}]}
    assert default_pod({**pod, "status": {"podIP": "1.1.1.1"}})["status"] == both
    assert default_pod({**pod, "status": {"podIPs": both["podIPs"]}})["status"] == both


CONTAINERS = st.fixed_dictionaries(
    {"name": st.just("a"), "image": st.sampled_from(["", "a", "a:b"])},
    optional={
        "resources": st.fixed_dictionaries(
            {}, optional={"limits": st.just({"cpu": "1000m"}), "requests": st.just({})}
        ),
        "readinessProbe": st.just({"tcpSocket": {"port": 1}}),
        "ports": st.lists(st.just({"containerPort": 1}), max_size=2),
    },
)


@given(st.lists(CONTAINERS, max_size=2), st.booleans())
def test_defaulting_is_pure_and_done_once(containers: list[Object], host: bool) -> None:
    """The given pod stays as it is, and a defaulted pod comes back as the same object."""
    pod = {"metadata": {}, "spec": {"containers": containers, "hostNetwork": host}}
    before = copy.deepcopy(pod)
    done = default_pod(pod)
    assert before == pod
    assert default_pod(done) is done


def test_match_label_keys_are_merged_with_the_pods_labels() -> None:
    """A key becomes a requirement on the value that the pod itself has."""
    constraint = {"labelSelector": {"matchLabels": {"a": "b"}}, "matchLabelKeys": ["hash", "none"]}
    spec = {"containers": [APP], "topologySpreadConstraints": [constraint]}
    merged = merge_match_label_keys({"metadata": {"labels": {"hash": "x"}}, "spec": spec})
    (found,) = merged["spec"]["topologySpreadConstraints"]
    expressions = [{"key": "hash", "operator": "In", "values": ["x"]}]
    assert found["labelSelector"] == {"matchLabels": {"a": "b"}, "matchExpressions": expressions}


def test_match_label_keys_of_affinity() -> None:
    """Keys to differ in become NotIn; a term without a selector is left alone."""
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    terms = [{"labelSelector": {}, "mismatchLabelKeys": ["t"]}, {"matchLabelKeys": ["t"]}]
    spec = {"containers": [APP], "affinity": {"podAntiAffinity": {required: terms}}}
    merged = merge_match_label_keys({"metadata": {"labels": {"t": "x"}}, "spec": spec})
    found = merged["spec"]["affinity"]["podAntiAffinity"][required]
    assert found[0]["labelSelector"]["matchExpressions"] == [
        {"key": "t", "operator": "NotIn", "values": ["x"]}
    ]
    assert found[1] is terms[1]
