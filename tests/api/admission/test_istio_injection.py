"""Istio's injection webhook."""

import pytest

from kubelearn.api.errors import InternalError
from kubelearn.cluster import Cluster


@pytest.fixture(scope="module")
def started():
    """A cluster with Istio."""
    cluster = Cluster(nodes=1, seed=3)
    cluster.install("istio")
    return cluster.run("30s")


def made(cluster, namespace=None, labels=None, **spec):
    """The pod that is stored, by labels of its namespace and its own."""
    twin = cluster.fork()
    twin.patch("namespace/default", {"metadata": {"labels": namespace or {}}})
    twin.apply({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": labels or {}},
        "spec": {"containers": [{"name": "web", "image": "nginx:1.29"}], **spec},
    })  # fmt: skip
    return twin.object("pod/p")


ENABLED = {"istio-injection": "enabled"}


@pytest.mark.parametrize(("namespace", "pod", "injected"), [
    ({}, {}, False),
    (ENABLED, {}, True),
    (ENABLED, {"sidecar.istio.io/inject": "false"}, False),
    (ENABLED, {"sidecar.istio.io/inject": "true"}, True),
    ({}, {"sidecar.istio.io/inject": "true"}, True),
    ({"istio-injection": "disabled"}, {"sidecar.istio.io/inject": "true"}, False),
    ({"istio.io/rev": "canary"}, {}, False),
])  # fmt: skip
def test_who_gets_a_sidecar(started, namespace, pod, injected):
    """By the labels of namespace and pod."""
    found = made(started, namespace, pod)
    names = [one["name"] for one in found["spec"].get("initContainers", ())]
    assert (["istio-init", "istio-proxy"] if injected else []) == names


def test_it_is_a_native_sidecar(started):
    """An init container that restarts always; its probes hold the others back."""
    proxy = made(started, ENABLED)["spec"]["initContainers"][1]
    assert proxy["restartPolicy"] == "Always"
    assert proxy["startupProbe"]["httpGet"]["port"] == 15021
    assert proxy["resources"]["requests"] == {"cpu": "100m", "memory": "128Mi"}


def test_own_init_containers_come_behind(started):
    """So they can use the network."""
    own = [{"name": "own", "image": "busybox:1.37", "command": ["true"]}]
    names = [one["name"] for one in made(started, ENABLED, initContainers=own)["spec"][
        "initContainers"]]  # fmt: skip
    assert names == ["istio-init", "istio-proxy", "own"]


def test_the_pod_is_marked(started):
    """Labels and annotations as istiod sets them, and the token for the proxy too."""
    found = made(started, ENABLED, {"app": "web", "version": "v2"})
    labels = found["metadata"]["labels"]
    assert labels["security.istio.io/tlsMode"] == "istio"
    assert labels["service.istio.io/canonical-name"] == "web"
    assert labels["service.istio.io/canonical-revision"] == "v2"
    assert found["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"] == "web"
    mounts = found["spec"]["initContainers"][1]["volumeMounts"]
    assert any(one["name"].startswith("kube-api-access-") for one in mounts)


def test_pods_of_the_host_network_are_left_alone(started):
    """Their packets are the node's."""
    assert "initContainers" not in made(started, ENABLED, hostNetwork=True)["spec"]


def test_without_istiod_no_pod_is_made(started):
    """The webhook's failurePolicy is Fail."""
    twin = started.fork()
    twin.scale("deployment/istiod", 0, "istio-system")
    twin.run("10s")
    with pytest.raises(InternalError, match='no endpoints available for service "istiod"'):
        made(twin, ENABLED)
    assert "initContainers" not in made(twin)["spec"]


def test_pods_of_one_template_share_the_proxy(started):
    """Memory for ten thousand pods is one container."""
    twin = started.fork()
    twin.patch("namespace/default", {"metadata": {"labels": ENABLED}})
    for name in ("a", "b"):
        twin.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
                    "spec": {"containers": [{"name": "web", "image": "nginx:1.29"}]}})  # fmt: skip
    one, other = (twin.object(f"pod/{name}")["spec"]["volumes"][0] for name in ("a", "b"))
    assert one is other
