"""What can be installed."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.world.addons import ADDONS


@pytest.fixture
def cluster():
    """No workers: kinds need none."""
    return Cluster(nodes=0)


@pytest.mark.parametrize("name", sorted(ADDONS))
def test_an_addon_brings_its_kinds(cluster, name):
    """Each can be listed afterwards; a second time nothing changes."""
    cluster.install(name)
    for group, kinds in ADDONS[name].groups.items():
        for kind in kinds:
            assert cluster.api.list(f"{kind.plural}.{group}") == []
    again = cluster.install(name).splitlines()
    assert {line.rpartition(" ")[2] for line in again} == {"unchanged"}


def test_short_names_work(cluster):
    """As those of built-in kinds."""
    cluster.install("gateway-api")
    assert cluster.kubectl("get gtw") == "No resources found in default namespace."


def test_objects_are_stored_but_nobody_acts_on_them(cluster):
    """And why says so."""
    cluster.install("istio-base")
    rule = {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule"}
    cluster.apply({**rule, "metadata": {"name": "d"}, "spec": {"host": "web"}})
    assert "nothing in this cluster acts on DestinationRule" in str(cluster.why("dr/d"))
