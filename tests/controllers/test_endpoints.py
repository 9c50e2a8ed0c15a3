"""One pod as an endpoint of one Service."""

import pytest

from kubelearn.controllers.endpoints import (
    endpoint_of,
    find_port,
    hints_of,
    is_included,
    ports_of,
)


def pod(ready=True, phase="Running", **metadata):
    """A pod with an address."""
    container = {"name": "c", "ports": [{"name": "http", "containerPort": 8080}]}
    sidecar = {"name": "s", "restartPolicy": "Always",
               "ports": [{"name": "metrics", "containerPort": 9090}]}  # fmt: skip
    init = {"name": "i", "ports": [{"name": "http", "containerPort": 1}]}
    status = {"phase": phase, "podIP": "10.0.0.1",
              "conditions": [{"type": "Ready", "status": str(ready)}]}  # fmt: skip
    spec = {"nodeName": "n", "containers": [container], "initContainers": [init, sidecar]}
    metadata = {"name": "p", "namespace": "default", "uid": "u", **metadata}
    return {"metadata": metadata, "spec": spec, "status": status}


def service(**spec):
    """A Service."""
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


GOING = {"deletionTimestamp": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("spec", "obj", "conditions"),
    [
        ({}, pod(), (True, True, False)),
        ({}, pod(ready=False), (False, False, False)),
        ({}, pod(**GOING), (False, True, True)),
        ({"publishNotReadyAddresses": True}, pod(ready=False), (True, False, False)),
        ({"publishNotReadyAddresses": True}, pod(**GOING), (True, True, True)),
    ],
)
def test_conditions(spec, obj, conditions):
    """(ready, serving, terminating)."""
    found = endpoint_of(service(**spec), obj, None)["conditions"]
    assert tuple(found[name] for name in ("ready", "serving", "terminating")) == conditions


def test_what_an_endpoint_tells():
    """Address, pod, node, and the zone of the node."""
    node = {"metadata": {"labels": {"topology.kubernetes.io/zone": "z"}}}
    found = endpoint_of(service(), pod(), node)
    assert found["addresses"] == ["10.0.0.1"]
    assert found["targetRef"] == {"kind": "Pod", "namespace": "default", "name": "p", "uid": "u"}
    assert (found["nodeName"], found["zone"]) == ("n", "z")
    assert "zone" not in endpoint_of(service(), pod(), None)


@pytest.mark.parametrize(("subdomain", "named"), [("web", True), ("other", False), (None, False)])
def test_a_name_below_the_service(subdomain, named):
    """Only when the pod says that it belongs there."""
    obj = pod()
    obj["spec"] |= {"hostname": "db-0", "subdomain": subdomain}
    assert ("hostname" in endpoint_of(service(), obj, None)) is named


@pytest.mark.parametrize(
    ("obj", "included"), [(pod(), True), (pod(phase="Succeeded"), False), (pod(**GOING), True)]
)
def test_who_is_included(obj, included):
    """Terminating pods stay until they have ended."""
    assert is_included(obj) is included
    assert not is_included({**obj, "status": {"phase": "Pending"}})


@pytest.mark.parametrize(
    ("port", "number"),
    [
        ({"targetPort": 7, "protocol": "TCP"}, 7),
        ({"port": 80, "protocol": "TCP"}, 80),
        ({"targetPort": "http", "protocol": "TCP"}, 8080),
        ({"targetPort": "metrics", "protocol": "TCP"}, 9090),
        ({"targetPort": "http", "protocol": "UDP"}, None),
        ({"targetPort": "no", "protocol": "TCP"}, None),
    ],
)
def test_ports_by_number_and_by_name(port, number):
    """Regular containers and sidecars count, other init containers do not."""
    assert find_port(pod(), port) == number


def test_a_port_without_a_number_is_left_out():
    """The others stay."""
    ports = [{"name": "a", "targetPort": "no", "protocol": "TCP"},
             {"name": "b", "targetPort": 7, "protocol": "TCP", "appProtocol": "h2c"}]  # fmt: skip
    assert ports_of(service(ports=ports), pod()) == [
        {"name": "b", "port": 7, "protocol": "TCP", "appProtocol": "h2c"}
    ]


@pytest.mark.parametrize(
    ("distribution", "hints"),
    [
        (None, None),
        ("PreferClose", {"forZones": [{"name": "z"}]}),
        ("PreferSameZone", {"forZones": [{"name": "z"}]}),
        ("PreferSameNode", {"forZones": [{"name": "z"}], "forNodes": [{"name": "n"}]}),
    ],
)
def test_hints(distribution, hints):
    """For ready endpoints whose zone is known."""
    endpoint = {"zone": "z", "nodeName": "n", "conditions": {"ready": True}}
    assert hints_of(distribution, endpoint) == hints
    assert hints_of(distribution, {**endpoint, "conditions": {"ready": False}}) is None
    assert hints_of(distribution, {**endpoint, "zone": None}) is None
