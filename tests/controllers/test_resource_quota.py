"""ResourceQuotas count what a namespace uses."""

import pytest

from kubelearn.api.errors import Forbidden
from tests.controllers.control_room import control_room


def world(**hard):
    """A namespace with a quota."""
    room = control_room("resource-quota")
    room.create("ResourceQuota", "q", {"hard": hard})
    room.run(1)
    return room


def used(room):
    """What the status says is used."""
    return room.get("resourcequotas", "q")["status"]["used"]


def test_the_status_begins_with_zero():
    """Limits count from the first sync on."""
    assert used(world(pods="2")) == {"pods": "0"}


def test_what_was_there_before_counts():
    """A pod that is older than the quota."""
    room = control_room("resource-quota")
    room.pod()
    room.create("ResourceQuota", "q", {"hard": {"pods": "1", "count/pods": "5"}})
    room.run(1)
    assert used(room) == {"pods": "1", "count/pods": "1"}


def test_a_pod_beyond_the_limit_is_refused():
    """And one that went makes room at once."""
    room = world(pods="1")
    room.pod("a")
    with pytest.raises(Forbidden, match="exceeded quota: q"):
        room.pod("b")
    room.api.delete("pods", "default", "a", grace=0)
    room.run(0.1)
    assert used(room) == {"pods": "0"}
    room.pod("b")


def test_a_raised_limit_counts_soon():
    """status.hard follows spec.hard."""
    room = world(pods="1")
    room.api.patch("resourcequotas", "default", "q", {"spec": {"hard": {"pods": "3"}}})
    room.run(1)
    assert room.get("resourcequotas", "q")["status"]["hard"] == {"pods": "3"}


def test_a_pod_that_shrinks_gives_back():
    """A resize to less is seen at once."""
    room = world(**{"requests.cpu": "2"})
    resources = {"requests": {"cpu": "1"}}
    room.create("Pod", "a", {"containers": [{"name": "c", "image": "x", "resources": resources}]})
    container = {"name": "c", "resources": {"requests": {"cpu": "250m"}}}
    patch = {"spec": {"containers": [container]}}
    room.api.patch("pods", "default", "a", patch, style="strategic", subresource="resize")
    room.run(0.1)
    assert used(room) == {"requests.cpu": "250m"}
