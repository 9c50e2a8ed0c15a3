"""Endpoints given to zones in proportion to their cpu."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.controllers.topology_hints import (
    NoHints,
    allocations,
    cpu_ratios,
    wants_hints,
    with_hints,
)
from tests.controllers.control_room import control_room

HALF = {"a": 0.5, "b": 0.5}


def endpoint(zone, *, ready=True):
    """An endpoint of a zone."""
    return {"zone": zone, "conditions": {"ready": ready}}


def node(zone, cpu="4", **labels):
    """A ready node."""
    known = {"topology.kubernetes.io/zone": zone, **labels}
    status = {"conditions": [{"type": "Ready", "status": "True"}], "allocatable": {"cpu": cpu}}
    return {"metadata": {"labels": known}, "status": status}


def test_shares_of_zones():
    """Of ready workers; a node without its zone spoils it for all."""
    control_plane = node("c", **{"node-role.kubernetes.io/control-plane": ""})
    assert cpu_ratios([node("a"), node("b", "12"), control_plane]) == {"a": 0.25, "b": 0.75}
    assert cpu_ratios([node("a"), node("b"), node("")]) is None
    assert cpu_ratios([node("a"), node("a")]) is None


@pytest.mark.parametrize(
    ("ratios", "endpoints", "text"),
    [
        (None, 4, "Insufficient Node information"),
        ({"a": 1.0}, 4, "one zone"),
        (HALF, 1, "Insufficient number"),
        ({"a": 0.9, "b": 0.05, "c": 0.05}, 3, "overload threshold"),
    ],
)
def test_where_there_are_no_hints(ratios, endpoints, text):
    """Each cause in its own words."""
    with pytest.raises(NoHints, match=text):
        allocations(ratios, endpoints)


@given(st.lists(st.sampled_from("ab"), min_size=2, max_size=12))
def test_no_zone_is_far_from_its_share(zones):
    """Whichever zones the endpoints are in: half for each, give or take less than one."""
    try:
        found = with_hints([endpoint(zone) for zone in zones], HALF)
    except NoHints:
        return
    assert sum(found.by_zone.values()) == len(zones)
    assert all(abs(found.by_zone.get(zone, 0) - len(zones) / 2) < 1 for zone in "ab")


def test_only_ready_endpoints_have_hints():
    """The others get no requests anyhow."""
    found = with_hints([endpoint("a"), endpoint("b"), endpoint("b", ready=False)], HALF)
    assert ["hints" in one for one in found.endpoints] == [True, True, False]


def test_a_service_asks_for_hints():
    """All are on one node: half of them are given to the other zone, and it is told once."""
    room = control_room("replicaset", "endpointslice")
    for number in range(2):
        room.node(f"worker-{number}", zone=f"z{number}")
    room.workload("ReplicaSet", replicas=4)
    room.settle()
    service = room.create("Service", "web", {"selector": {"app": "web"}, "ports": [{"port": 80}]})
    mode = {"metadata": {"annotations": {"service.kubernetes.io/topology-mode": "Auto"}}}
    room.api.patch("services", "default", service["metadata"]["name"], mode)
    room.run(2)
    room.run(60)
    slices = room.api.list("endpointslices.discovery.k8s.io", "default")
    endpoints = [one for each in slices for one in each["endpoints"]]
    reasons = [one["reason"] for one in room.api.list("events") if "Hints" in one["reason"]]
    zones = [one["hints"]["forZones"][0]["name"] for one in endpoints]
    assert zones.count("z0") == zones.count("z1") == len(zones) / 2 > 0
    assert reasons == ["TopologyAwareHintsEnabled"]


def test_the_older_annotation_comes_first():
    """Where a Service has both."""
    new, old = "service.kubernetes.io/topology-mode", "service.kubernetes.io/topology-aware-hints"
    asked = ({new: "Auto"}, {old: "auto"}, {new: "Auto", old: "Disabled"}, {})
    found = [wants_hints({"metadata": {"annotations": one}}) for one in asked]
    assert found == [True, True, False, False]
