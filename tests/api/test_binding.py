"""Binding pods to nodes."""

import pytest

from kubelearn.api.errors import Conflict
from tests.api.fresh import fresh, make, pod


def test_binding_copies_zone_and_region():
    """Labels of the node that programs may want to know."""
    api = fresh()
    labels = {"topology.kubernetes.io/zone": "a", "disk": "ssd"}
    api.create(make("v1", "Node", "n1", meta={"labels": labels}))
    api.create(pod())
    bound = api.bind("default", "web", "n1")
    assert bound["metadata"]["labels"] == {"topology.kubernetes.io/zone": "a"}
    assert bound["status"]["conditions"][0]["type"] == "PodScheduled"


def test_a_bound_pod_has_no_nomination_any_more():
    """What it was to be is what it is."""
    api = fresh()
    api.create(make("v1", "Node", "n1"))
    api.create(pod())
    api.patch_status("pods", "default", "web", {"nominatedNodeName": "n1"})
    assert "nominatedNodeName" not in api.bind("default", "web", "n1")["status"]


@pytest.mark.parametrize(
    ("spec", "detail"),
    [
        ({"nodeName": "n0"}, 'is already assigned to node "n0"'),
        ({"schedulingGates": [{"name": "x.io/g"}]}, "has non-empty .spec.schedulingGates"),
    ],
)
def test_some_pods_cannot_be_bound(spec, detail):
    """The Conflict tells why."""
    api = fresh()
    api.create(pod(**spec))
    with pytest.raises(Conflict, match=detail):
        api.bind("default", "web", "n1")
