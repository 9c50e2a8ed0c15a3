"""TLS that ingress-nginx passes on unopened, by the name in the handshake."""

from functools import cache

import pytest

from kubelearn.network.tls.client import SELF_SIGNED, UNKNOWN
from tests.network.edge.entry import AUTHORITY, ask, edge, ingress, path, served_by
from tests.network.tls.test_programs import SHOP, secure

HOST = "shop.example.com"
CONTROLLER = "deployment/ingress-nginx-controller"
PLACE = "/spec/template/spec/containers/0/args/-"


@cache
def _passing(flag):
    cluster = edge("ingress-nginx")
    if flag:
        added = [{"op": "add", "path": PLACE, "value": "--enable-ssl-passthrough"}]
        cluster.patch(CONTROLLER, added, namespace="ingress-nginx", style="json")
    secure(cluster, "web", HOST)
    cluster.apply(AUTHORITY.issue(HOST).secret("pair"))
    to_web = path("web")
    to_web["backend"]["service"]["port"]["number"] = 443
    ingress(cluster, "web", to_web, ssl_passthrough="true")
    return cluster.run("90s")


@pytest.fixture
def cluster():
    """An Ingress whose host is passed on to a pod that speaks TLS."""
    return _passing(True).fork()


def visit(cluster, name=HOST, **more):
    """A request over TLS whose name leads to the controller."""
    service = cluster.object("service/ingress-nginx-controller", "ingress-nginx")
    told = {"client": "pod/client", "cacert": SHOP.certificate}
    return cluster.request(f"https://{name}/", resolve={"*:443": service["spec"]["clusterIP"]},
                           **{**told, **more})  # fmt: skip


def test_the_client_sees_the_certificate_of_the_pod(cluster):
    """The proxy has read the name and nothing else: it adds no headers, and knows no path."""
    call = visit(cluster)
    assert (call.status, call.body.splitlines()[0]) == (200, "web answers GET /")
    [step] = [step for step in call.trace if step.hop == "tls"]
    assert step.place == "web"
    assert "passes unopened to Service default-web-443" in str(call)
    assert "X-Forwarded-For" not in call.headers


def test_what_the_client_says_of_it_is_its_own(cluster):
    """No 502 comes in its place."""
    assert visit(cluster, cacert="").error == UNKNOWN


def test_without_the_flag_of_the_controller_nginx_opens_it():
    """With a certificate of its own; what it sends on is plain, and the pod answers 400."""
    cluster = _passing(False).fork()
    assert visit(cluster).error == SELF_SIGNED
    assert visit(cluster, insecure=True).status == 400


def test_other_names_go_to_nginx(cluster):
    """With its own certificate, and its rules."""
    spec = {"ingressClassName": "nginx",
            "rules": [{"host": "cart.example.com", "http": {"paths": [path("cart")]}}]}  # fmt: skip
    cluster.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                   "metadata": {"name": "cart"}, "spec": spec})  # fmt: skip
    call = visit(cluster, "cart.example.com", insecure=True)
    assert served_by(call) == "cart"
    assert visit(cluster, "cart.example.com").error == SELF_SIGNED


def test_only_the_root_of_a_server_is_passed_on(cluster):
    """Another path is no reason to."""
    paths = [{**path("web", "/a")}]
    paths[0]["backend"]["service"]["port"]["number"] = 443
    rule = {"host": HOST, "http": {"paths": paths}}
    cluster.patch("ingress/web", {"spec": {"rules": [rule]}}, style="merge")
    assert visit(cluster).error == SELF_SIGNED


def test_plain_http_still_goes_by_rules(cluster):
    """Port 80 is nginx's: it sends plain HTTP to a port of TLS."""
    assert ask(cluster, "http://").status == 400


def test_without_endpoints_the_connection_is_closed(cluster):
    """A proxy that reads nothing cannot answer."""
    cluster.delete("pod/web")
    cluster.run("40s")
    assert visit(cluster).error == "connection reset by peer"


def test_without_its_service_nginx_opens_it(cluster):
    """The controller finds nothing to pass it on to."""
    cluster.delete("service/web")
    assert visit(cluster).error == SELF_SIGNED
    assert visit(cluster, insecure=True).status == 503


def test_a_load_ends_as_its_clients_see_it(cluster):
    """Clients of a load trust the public authority only."""
    service = cluster.object("service/ingress-nginx-controller", "ingress-nginx")
    address = service["spec"]["clusterIP"]
    load = cluster.load(f"https://{address}/", rate=5, duration="4s", client="pod/client")
    cluster.run("10s")
    assert {outcome for *_, outcome in load.requests()} == {SELF_SIGNED}
