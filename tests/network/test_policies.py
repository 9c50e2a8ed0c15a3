"""NetworkPolicies on the way of a request."""

import pytest

from tests.network.exposed import ask, decision, exposed

DENY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec: {podSelector: {matchLabels: {app: web}}}
"""
OPEN = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: clients}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: http}]}]
"""
SILENT = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: silent}
spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress]}
"""
WAY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: to-web}
spec:
  podSelector: {matchLabels: {app: client}}
  policyTypes: [Egress]
  egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]
"""


@pytest.fixture
def cluster():
    """Two web pods, a client."""
    return exposed()


def test_an_isolated_pod_takes_nobody(cluster):
    """The packets are dropped."""
    cluster.apply(DENY)
    call = cluster.request("http://web/", client="pod/client")
    assert call.error == "connection timed out"
    assert "NetworkPolicy closed of namespace default" in decision(call, "wire")


def test_another_policy_opens_the_named_port(cluster):
    """Policies add up; the port is that of the pod, by its name."""
    cluster.apply(DENY + "---" + OPEN)
    assert cluster.request("http://web/", client="pod/client").status == 200
    assert ask(cluster, "worker-3").error == "connection timed out"


def test_a_node_reaches_its_own_pods(cluster):
    """As its kubelet's probes do."""
    cluster.apply(DENY)
    pod = cluster.api.list("pods", "default", "app=web")[0]
    url = f"http://{pod['status']['podIP']}:8080/"
    assert cluster.request(url, client=f"node/{pod['spec']['nodeName']}").status == 200
    assert cluster.request(url, client="node/worker-3").error == "connection timed out"


def test_without_egress_a_name_is_not_found(cluster):
    """The query to CoreDNS is stopped first."""
    cluster.apply(SILENT)
    call = cluster.request("http://web/", client="pod/client")
    assert call.error == "temporary failure in name resolution"


def test_egress_to_a_service_speaks_of_its_pods(cluster):
    """By address it works, by name the way to DNS is missing."""
    cluster.apply(WAY)
    address = cluster.object("service/web")["spec"]["clusterIP"]
    assert cluster.request(f"http://{address}/", client="pod/client").status == 200
    assert cluster.request("http://web/", client="pod/client").status == 0


def test_a_load_under_policies_is_sent_one_by_one(cluster):
    """A policy that comes ends the plan, one that goes gives it back."""
    loads = cluster.parts["loads"]
    cluster.load("http://web/", rate=5, duration="60s", client="pod/client")
    assert loads.plans[1] is not None
    cluster.apply(DENY)
    assert loads.plans[1] is None
    cluster.delete("networkpolicy/closed")
    assert loads.plans[1] is not None


def test_why_names_the_isolated_pods(cluster):
    """With the directions."""
    cluster.apply(SILENT)
    assert "isolates client (Egress)" in str(cluster.why("networkpolicy/silent"))
