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
    brought = {one["kind"] for one in ADDONS[name].objects()}
    for group, kinds in ADDONS[name].groups.items():
        for kind in kinds:
            listed = cluster.api.list(f"{kind.plural}.{group}")
            assert bool(listed) == (kind.kind in brought)
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


def test_the_columns_are_those_of_the_project(cluster):
    """Lists are written as JSON, as the API server does for a custom resource."""
    cluster.install("istio-base")
    rule = {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService"}
    spec = {"hosts": ["a", "b"], "gateways": ["mesh"],
            "http": [{"route": [{"destination": {"host": "a"}}]}]}  # fmt: skip
    cluster.apply({**rule, "metadata": {"name": "v"}, "spec": spec})
    title, row = cluster.kubectl("get vs").splitlines()
    assert title.split() == ["NAME", "GATEWAYS", "HOSTS", "AGE"]
    assert row.split() == ["v", '["mesh"]', '["a","b"]', "0s"]
