"""EndpointSlice: the addresses behind a Service."""

import pytest

from kubelearn.api.objects import merge
from kubelearn.controllers.endpointslice import HEADLESS, MANAGED_BY, SERVICE_NAME, SLICES
from tests.controllers.control_room import control_room

PORTS = [{"port": 80}]


def world(pods=2, **spec):
    """A Service over pods that run on three nodes."""
    room = control_room("endpointslice", "garbage-collector")
    for number in "123":
        room.node(f"worker-{number}", zone=f"z{number}")
    room.create("Service", "web", {"selector": {"app": "web"}, "ports": PORTS, **spec})
    for number in range(pods):
        room.pod(f"web-{number}")
    room.start_all()
    room.run(1)
    return room


def slices(room):
    """All slices of the Service."""
    return room.api.list(SLICES, "default")


def endpoints(room):
    """Pod -> (ready, zone)."""
    found = (each for one in slices(room) for each in one.get("endpoints") or ())
    return {e["targetRef"]["name"]: (e["conditions"]["ready"], e["zone"]) for e in found}


def test_ready_pods_are_endpoints():
    """In one slice that belongs to the Service."""
    room = world()
    assert endpoints(room) == {"web-0": (True, "z1"), "web-1": (True, "z2")}
    (one,) = slices(room)
    assert one["metadata"]["labels"][SERVICE_NAME] == "web"
    assert one["metadata"]["ownerReferences"][0]["name"] == "web"
    assert one["ports"] == [{"name": "", "port": 80, "protocol": "TCP"}]


def test_a_terminating_pod_gets_no_new_requests():
    """It stays in the slice until it is gone."""
    room = world()
    room.api.delete("pods", "default", "web-0")
    room.run(1)
    assert endpoints(room)["web-0"] == (False, "z1")
    room.stop_all()
    room.run(1)
    assert list(endpoints(room)) == ["web-1"]


def test_no_pod_leaves_an_empty_slice():
    """The same one is filled again later."""
    room = world(0)
    (empty,) = slices(room)
    assert not empty.get("endpoints")
    room.pod("late")
    room.start_all()
    room.run(1)
    assert [one["metadata"]["name"] for one in slices(room)] == [empty["metadata"]["name"]]


def test_labels_of_the_service_are_copied():
    """Also when only they change."""
    room = world()
    room.api.patch("services", "default", "web", {"metadata": {"labels": {"tier": "x"}}})
    room.run(1)
    assert slices(room)[0]["metadata"]["labels"]["tier"] == "x"


def test_a_pod_that_is_relabelled_leaves():
    """Before and after the change count."""
    room = world()
    room.api.patch("pods", "default", "web-0", {"metadata": {"labels": {"app": "x"}}})
    room.run(1)
    assert list(endpoints(room)) == ["web-1"]


def test_a_slice_that_somebody_deletes_comes_back():
    """And one that somebody empties is filled."""
    room = world()
    room.api.delete(SLICES, "default", slices(room)[0]["metadata"]["name"])
    room.run(1)
    (again,) = slices(room)
    room.api.update({**again, "endpoints": []})
    room.run(1)
    assert len(endpoints(room)) == 2


@pytest.mark.parametrize("spec", [{"selector": None}, {"type": "ExternalName", "ports": None,
                                                       "externalName": "example.com"}])  # fmt: skip
def test_services_that_have_no_slices_of_their_own(spec):
    """Without a selector they are written by hand; a name needs none."""
    assert slices(world(**spec)) == []


def test_headless_is_told():
    """With a label."""
    (one,) = slices(world(clusterIP="None"))
    assert one["metadata"]["labels"][HEADLESS] == ""


def test_a_pod_of_a_missing_node_is_left_out():
    """Until the node is known."""
    room = world(1)
    room.pod("lost")
    room.start(room.get("pods", "lost"), "worker-9")
    room.run(1)
    assert list(endpoints(room)) == ["web-0"]
    room.node("worker-9", zone="z9")
    room.run(60)
    assert sorted(endpoints(room)) == ["lost", "web-0"]


def test_slices_of_others_are_left_alone():
    """Only its own are managed."""
    room = world()
    labels = {SERVICE_NAME: "web", MANAGED_BY: "me"}
    metadata = {"name": "mine", "namespace": "default", "labels": labels}
    theirs = {"addressType": "IPv4", "endpoints": [{"addresses": ["192.0.2.1"]}]}
    kind = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice"}
    room.api.create({**kind, "metadata": metadata, **theirs})
    room.run(1)
    room.api.delete("pods", "default", "web-0", grace=0)
    room.run(1)
    assert room.api.get(SLICES, "default", "mine")["endpoints"][0]["addresses"] == ["192.0.2.1"]


def test_slices_go_with_their_service():
    """The garbage collector sees to them."""
    room = world()
    room.api.delete("services", "default", "web")
    room.run(1)
    assert slices(room) == []


@pytest.mark.parametrize(
    ("pods", "text"),
    [(2, "selects 2 pods, 2 of them get requests"), (0, "no pod in this namespace has the labels")],
)
def test_it_explains_a_service(pods, text):
    """With a row for each pod."""
    room = world(pods)
    (reason,) = room.parts["endpointslice"].reconciler.explain("services", room.get("services"))
    assert text in reason.text
    assert [row["gets requests"] for row in reason.table] == ["yes"] * pods


def test_it_names_a_port_that_a_pod_does_not_have():
    """The pod is Ready and has an address, yet nobody can ask it."""
    room = world(1)
    ports = [{"port": 80, "protocol": "TCP", "targetPort": "https"}]
    service = merge(room.get("services"), {"spec": {"ports": ports}})
    (reason,) = room.parts["endpointslice"].reconciler.explain("services", service)
    assert reason.text == "selects 1 pod, 0 of them get requests"
    assert reason.table[0]["gets requests"] == "no: it has no port named https"
