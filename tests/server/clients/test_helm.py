"""Helm 4 itself: a chart that is made here, installed, upgraded, rolled back and removed."""

import pytest

helm = pytest.importorskip("helm_python", reason="helm-python-sdk is not installed")

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
VALUES = "replicas: 2\nimage: nginx:1.27\n"
TEMPLATE = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {app.kubernetes.io/managed-by: {{ .Release.Service }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: c, image: {{ .Values.image | quote }}}]}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
"""


@pytest.fixture
def chart(tmp_path):
    """The folder of the chart."""
    folder = tmp_path / "shop"
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text(CHART)
    (folder / "values.yaml").write_text(VALUES)
    (folder / "templates" / "all.yaml").write_text(TEMPLATE)
    return str(folder)


@pytest.fixture
def config(server):
    """Helm with the kubeconfig of the server."""
    with helm.Config(kubeconfig_path=str(server.kubeconfig), namespace="default") as made:
        yield made


def replicas(server):
    """How many pods the release has ready."""
    return server.world.object("deployment/shop")["status"].get("readyReplicas")


def test_a_release_from_its_beginning_to_its_end(server, chart, config):
    """Each step waits until all is ready, and time passes while it does."""
    waits = {"wait": "watcher", "timeout": 60}
    config.check_reachable()
    first = config.install(chart, "shop", **waits)
    assert (first["revision"], first["status"], replicas(server)) == (1, "deployed", 2)
    second = config.upgrade(chart, "shop", {"replicas": 3, "image": "nginx:1.28"}, **waits)
    assert (second["revision"], replicas(server)) == (2, 3)
    assert config.get_values("shop") == {"replicas": 3, "image": "nginx:1.28"}
    config.rollback("shop", version=1, **waits)
    template = server.world.object("deployment/shop")["spec"]["template"]
    assert (template["spec"]["containers"][0]["image"], replicas(server)) == ("nginx:1.27", 2)
    assert [each["status"] for each in config.history("shop")] == [
        "superseded", "superseded", "deployed"]  # fmt: skip
    assert [each["name"] for each in config.list()] == ["shop"]
    config.uninstall("shop", **waits)
    assert config.list() == []
    assert server.world.api.find("deployments.apps", "default", "shop") is None


def test_a_release_that_never_gets_ready(server, chart, config):
    """The time is over; the release is kept as failed."""
    with pytest.raises(helm.HelmError):
        config.install(chart, "shop", {"image": "ngnix"}, wait="watcher", timeout=2)
    assert config.status("shop")["status"] == "failed"
    assert replicas(server) is None
