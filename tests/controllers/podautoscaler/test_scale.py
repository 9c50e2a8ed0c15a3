"""The scale of an object."""

import pytest

from kubelearn.api.errors import APIError, NotFound
from kubelearn.controllers.podautoscaler.scale import Scales
from tests.controllers.control_room import control_room

WEB = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


@pytest.fixture
def room():
    """With a Deployment of two replicas."""
    made = control_room()
    made.workload("Deployment", replicas=2)
    return made


def test_a_scale_is_read_and_written(room):
    """Its selector as text."""
    scales = Scales(room.api)
    scale = scales.get("default", WEB)
    assert (scale.wanted, scale.present, scale.selector) == (2, 0, "app=web")
    scales.update(scale, 5)
    assert scales.get("default", WEB).wanted == 5


def test_an_object_that_is_not_there(room):
    """In the words of the API server."""
    with pytest.raises(NotFound, match=r'deployments/scale\.apps "absent" not found'):
        Scales(room.api).get("default", {**WEB, "name": "absent"})


def test_kinds_without_a_scale(room):
    """A DaemonSet has none; an unknown kind is none."""
    room.workload("DaemonSet")
    with pytest.raises(NotFound, match="could not find the requested resource"):
        Scales(room.api).get("default", {**WEB, "kind": "DaemonSet"})
    with pytest.raises(APIError, match='no matches for kind "Fleet" in group "apps"'):
        Scales(room.api).get("default", {**WEB, "kind": "Fleet"})
