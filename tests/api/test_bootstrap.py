"""What a fresh API server holds."""

from tests.api.fresh import fresh


def test_a_fresh_server_has_its_own_objects():
    """Namespaces, priority classes, and the Service kubernetes at the first address."""
    api = fresh()
    names = [each["metadata"]["name"] for each in api.list("namespaces")]
    assert names == ["default", "kube-node-lease", "kube-public", "kube-system"]
    assert api.get("services", "default", "kubernetes")["spec"]["clusterIP"] == "10.96.0.1"
    assert len(api.list("priorityclasses.scheduling.k8s.io")) == 2


def test_roles_and_api_services_are_absent():
    """Nobody here reads them."""
    api = fresh()
    assert api.list("clusterroles.rbac.authorization.k8s.io") == []
    assert api.list("flowschemas.flowcontrol.apiserver.k8s.io") == []
