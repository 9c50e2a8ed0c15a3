"""Waiting for the claims of a pod that has its node."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.scheduler.info import node_info, pod_info
from kubelearn.scheduler.volume_binder import are_bound
from tests.scheduler.clusters import make_node, make_pod

SELECTED = "volume.kubernetes.io/selected-node"
MOUNTED = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]


class OneClaim:
    """An API server that knows nothing but a claim."""

    def __init__(self, annotations: dict[str, str]) -> None:
        metadata = {"name": "data", "namespace": "default", "annotations": annotations}
        self.claim = {"metadata": metadata, "spec": {}}

    def find(self, resource: str, namespace: str | None, name: str) -> Any:
        """The claim, whatever is asked for."""
        return self.claim

    def list(self, resource: str) -> list[Any]:
        """There are no volumes."""
        return []


@pytest.mark.parametrize(
    ("annotations", "problem"),
    [
        ({SELECTED: "n"}, ""),
        ({"other": "x"}, 'provisioning failed for PVC "data"'),
        ({SELECTED: "m"}, 'provisioning failed for PVC "data"'),
        ({}, 'selectedNode annotation reset for PVC "data"'),
    ],
)
def test_a_provisioner_that_gives_up(annotations: dict[str, str], problem: str) -> None:
    """It takes the name of the node away; the claim is told without its namespace."""
    api: Any = OneClaim(annotations)
    pod, node = pod_info(make_pod("p", volumes=MOUNTED)), node_info(make_node("n"))
    assert are_bound(api, pod, node) == (False, problem)
