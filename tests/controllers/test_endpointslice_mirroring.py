"""Endpoints written by hand have a mirror in EndpointSlices."""

from tests.controllers.control_room import control_room

SLICES = "endpointslices.discovery.k8s.io"


def world(count=1, **metadata):
    """A Service without selector and its Endpoints."""
    room = control_room("endpointslice-mirroring", "garbage-collector")
    room.create("Service", "ext", {"ports": [{"port": 80, "targetPort": 8080}]})
    given = {"name": "ext", "namespace": "default", **metadata}
    addresses = [{"ip": f"192.0.{number // 250}.{number % 250 + 1}"} for number in range(count)]
    subsets = [{"addresses": addresses, "ports": [{"port": 8080}]}]
    room.api.create(
        {"apiVersion": "v1", "kind": "Endpoints", "metadata": given, "subsets": subsets}
    )
    room.run(1)
    return room


def addresses(room):
    """All addresses in all slices."""
    return [e["addresses"][0] for one in room.api.list(SLICES) for e in one["endpoints"]]


def test_the_mirror_has_the_addresses():
    """One slice, marked by its manager."""
    room = world()
    assert addresses(room) == ["192.0.0.1"]
    label = room.api.list(SLICES)[0]["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"]
    assert label == "endpointslicemirroring-controller.k8s.io"


def test_the_mirror_follows():
    """Another address, and then none."""
    room = world()
    room.api.patch(
        "endpoints", "default", "ext", {"subsets": [{"addresses": [{"ip": "192.0.2.9"}]}]}
    )
    room.run(1)
    assert addresses(room) == ["192.0.2.9"]
    room.api.delete("endpoints", "default", "ext")
    room.run(1)
    assert addresses(room) == []


def test_endpoints_that_ask_for_it_have_no_mirror():
    """Label skip-mirror."""
    room = world(labels={"endpointslice.kubernetes.io/skip-mirror": "true"})
    assert addresses(room) == []


def test_a_service_with_selector_has_no_mirror():
    """Its slices come from its pods."""
    room = world()
    room.api.patch("services", "default", "ext", {"spec": {"selector": {"app": "web"}}})
    room.run(1)
    assert addresses(room) == []


def test_more_than_a_thousand_addresses_are_all_mirrored():
    """The real one stops at 1,000 per subset."""
    assert len(addresses(world(count=1001))) == 1001
