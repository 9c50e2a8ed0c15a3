"""ServiceAccount: what every namespace has."""

import pytest

from tests.controllers.control_room import control_room

WANTED = [("serviceaccounts", "default"), ("configmaps", "kube-root-ca.crt")]


def world():
    """A new namespace."""
    room = control_room("serviceaccount")
    room.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "demo"}})
    room.run(1)
    return room


@pytest.mark.parametrize(("resource", "name"), WANTED)
def test_it_is_there_and_comes_back(resource, name):
    """Whoever deletes it."""
    room = world()
    room.api.delete(resource, "demo", name)
    room.run(1)
    assert room.api.find(resource, "demo", name) is not None


def test_others_do_not_come_back():
    """Nobody asked for them."""
    room = world()
    metadata = {"name": "robot", "namespace": "demo"}
    room.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    room.api.delete("serviceaccounts", "demo", "robot")
    room.run(1)
    assert [one["metadata"]["name"] for one in room.api.list("serviceaccounts", "demo")] == [
        "default"
    ]


def test_a_namespace_that_goes_gets_nothing():
    """Nothing may be created in it."""
    room = world()
    room.api.delete("namespaces", None, "demo")
    room.api.delete("serviceaccounts", "demo", "default")
    room.run(1)
    assert room.api.list("serviceaccounts", "demo") == []


def test_it_explains_itself():
    """Only what it made."""
    room = world()
    say = room.parts["serviceaccount"].reconciler.explain
    assert "every namespace" in say("", room.api.get("serviceaccounts", "demo", "default"))[0].text
    assert say("", {"metadata": {"name": "robot"}}) == []
