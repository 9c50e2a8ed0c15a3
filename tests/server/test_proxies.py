"""`proxy` of pods and Services: the API server asks a pod."""

import pytest

from kubelearn.server import Request, is_command, respond
from tests.world.worlds import pods_of, web_cluster

NAMESPACE = "/api/v1/namespaces/default"
FAILED = "error trying to reach service: "


@pytest.fixture(scope="module")
def before():
    """A small application that runs."""
    return web_cluster()


@pytest.fixture
def cluster(before):
    """One of its own for each test."""
    return before.fork()


def ask(cluster, what, path="/", method="GET", **rest):
    """The answer to a request through `proxy`."""
    return respond(cluster, Request(method, f"{NAMESPACE}/{what}/proxy{path}", **rest))


def told(answer):
    """The code and what the Status says."""
    return answer.code, answer.body["message"]


@pytest.mark.parametrize("name", ["web", "web:80", "http:web:", "http:web:80"])
def test_a_service_answers_by_one_of_its_pods(cluster, name):
    """With or without the port and the scheme."""
    answer = ask(cluster, f"services/{name}")
    names = [pod["metadata"]["name"] for pod in pods_of(cluster)]
    assert (answer.code, answer.body.split()[0] in names) == (200, True)
    assert answer.content_type == "text/plain; charset=utf-8"


def test_the_endpoint_is_picked_at_random(cluster):
    """All are, sooner or later; the same ones for the same history."""
    first = [ask(cluster, "services/web:80").body for _ in range(20)]
    assert len(set(first)) == 3


def test_a_pod_gets_the_path_and_the_query(cluster):
    """A path that it does not know is its own 404."""
    name = pods_of(cluster)[0]["metadata"]["name"]
    answer = ask(cluster, f"pods/{name}", "/no/such page", query={"a": "b c"})
    assert (404, f"{name} answers GET /no/such%20page\n") == (answer.code, answer.body)
    assert cluster.journal.commands[-1].args[0].endswith(":80/no/such%20page?a=b+c")


def test_the_api_server_is_who_asks(cluster):
    """From its node, straight to the pod: the Service's address is not used."""
    ask(cluster, "services/web:80")
    sent = cluster.journal.commands[-1]
    assert dict(sent.options)["client"] == "node/control-plane"
    assert sent.args[0] in {f"http://{pod['status']['podIP']}:80/" for pod in pods_of(cluster)}


def test_without_a_slash_the_client_is_sent_to_one(cluster):
    """A GET or HEAD of the root: its links would lead elsewhere."""
    answer = ask(cluster, "services/web", "", query={"a": "b"})
    assert (301, f"{NAMESPACE}/services/web/proxy/?a=b") == (answer.code, answer.location)
    assert ask(cluster, "services/web", "", "POST").code == 200


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("services/nope:80", 404, 'services "nope" not found'),
        ("services/nope", 404, 'endpoints "nope" not found'),
        ("services/kubernetes", 503, 'no endpoints available for service "kubernetes"'),
        ("services/web:81", 503, 'no service port 81 found for service "web"'),
        ("services/web:http", 503, 'no endpoints available for service "web:http"'),
        ("services/a:b:c:d", 400, 'invalid service request "a:b:c:d"'),
        ("services/ftp:web:80", 400, 'invalid service request "ftp:web:80"'),
        ("pods/nope", 404, 'pods "nope" not found'),
        ("pods/:80", 400, 'invalid pod request ":80"'),
    ],
)
def test_what_cannot_be_found(cluster, name, code, text):
    """In upstream's words."""
    assert (code, text) == told(ask(cluster, name))


def test_nobody_listens(cluster):
    """The API server tells what its connection met."""
    pod = pods_of(cluster)[0]
    name, address = pod["metadata"]["name"], pod["status"]["podIP"]
    refused = f"{FAILED}dial tcp {address}:81: connect: connection refused"
    assert (503, refused) == told(ask(cluster, f"pods/{name}:81"))


def test_a_dead_node_does_not_answer(cluster):
    """For as long as a connection is waited for."""
    pod = pods_of(cluster)[0]
    cluster.fail.node(pod["spec"]["nodeName"])
    address = pod["status"]["podIP"]
    lost = f"{FAILED}dial tcp {address}:80: i/o timeout"
    assert (503, lost) == told(ask(cluster, f"pods/{pod['metadata']['name']}:80"))


def test_the_node_of_the_api_server_is_dead(cluster):
    """Nothing can be sent from it."""
    cluster.fail.node("control-plane")
    assert told(ask(cluster, "services/web:80"))[0] == 503


def test_a_service_without_ready_endpoints(cluster):
    """No pods at all, and pods of which none is ready, are told apart as upstream does."""
    cluster.scale("deployment/web", 0)
    cluster.run("60s")
    text = 'no endpoints available for service "web"'
    assert (503, text) == told(ask(cluster, "services/web:80"))
    cluster.patch("service/web", {"spec": {"selector": {"app": "late"}}})
    cluster.apply({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "late", "labels": {"app": "late"}},
        "spec": {"containers": [{"name": "late", "image": "nginx:1.29", "readinessProbe": {
            "httpGet": {"path": "/nope", "port": 80}}}]},
    })  # fmt: skip
    cluster.run("30s")
    text = 'no endpoints available for service "web:80"'
    assert (503, text) == told(ask(cluster, "services/web:80"))


def test_what_is_sent_to_a_pod_is_no_write(cluster):
    """It stands in the journal as a request, and time passes while it is under way."""
    path = f"{NAMESPACE}/services/web/proxy/"
    assert [is_command(Request("POST", each)) for each in (path, f"{NAMESPACE}/pods")] == [
        False,
        True,
    ]
    before = cluster.clock.now
    assert cluster.send("POST", path).code == 200
    assert cluster.journal.commands[-1].name == "request"
    assert cluster.clock.now > before


def test_rights_are_those_of_the_subresource(cluster):
    """Whoever may get Services may not ask their pods."""
    answer = ask(cluster, "services/web:80", user="alice")
    assert answer.code == 403
    assert 'cannot get resource "services/proxy"' in answer.body["message"]


def test_nothing_is_sent_in_the_past(cluster):
    """Of a cluster as it was: Forbidden."""
    past = cluster.at("50s")
    assert ask(past, "services/web:80").code == 403


def test_the_kubelets_have_no_pages():
    """The proxy of a node says so."""
    answer = respond(web_cluster(), Request("GET", "/api/v1/nodes/worker-1/proxy/metrics"))
    assert answer.code == 501
