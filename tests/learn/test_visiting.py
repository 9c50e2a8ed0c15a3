"""Visits: who answered, with what, and which rule led there."""

import pytest

from kubelearn.learn import visit
from kubelearn.learn.visiting import pod_of
from tests.network.edge.entry import AUTHORITY, edge, ingress, path

URL = "http://shop.example.com"


@pytest.fixture(scope="module")
def visits():
    """A program, a Service without pods, no rule at all, a redirect, a failure, and no proxy."""
    cluster = edge("ingress-nginx")
    ingress(cluster, "all", path("cart", "/cart"), path("nobody", "/nobody"))
    ingress(cluster, "moved", path("shop", "/old"), permanent_redirect="http://new.example.com/")
    door = cluster.object("service/ingress-nginx-controller", "ingress-nginx")["spec"]["clusterIP"]
    urls = [
        f"{URL}/cart?x=1",
        f"{URL}/nobody",
        f"{URL}/",
        f"{URL}/old",
        "https://shop.example.com/",
    ]
    return visit(cluster, *urls, "http://shop.default:80/", client="pod/client",
                 resolve={"shop.example.com:80": door, "*:443": door})  # fmt: skip


def test_each_url_has_its_row(visits):
    """Status, who answered, and what the proxy decided."""
    rows = list(visits.rows())
    assert [row.status for row in rows] == ["200", "503", "404", "301", "none", "200"]
    assert [row.answer for row in rows][1:5] == [
        "the proxy itself",
        "the proxy itself",
        "the proxy itself: go to http://new.example.com/",
        "SSL certificate problem: self-signed certificate",
    ]
    assert (
        rows[0].rule == "fits Ingress default/all (shop.example.com/cart); upstream default-cart-80"
    )
    assert rows[2].rule == "fits no rule: default backend, 404"
    assert [row.rule for row in rows][4:] == ["", ""]


def test_who_answered_is_a_pod(visits):
    """Only where a program has; its own words are shown."""
    assert [pod_of(call).partition("-")[0] for call in visits.calls] == [
        "cart",
        "",
        "",
        "",
        "",
        "shop",
    ]
    assert next(visits.rows()).answer.endswith(" answers GET /cart?x=1")


def test_a_pod_that_refuses_has_not_answered():
    """The page is the proxy's, though the request came to a pod."""
    cluster = edge("ingress-nginx")
    ingress(cluster, "all", path("shop"))
    cluster.patch("service/shop", {"spec": {"ports": [{"port": 80, "targetPort": 8081}]}})
    cluster.run("5s")
    door = cluster.object("service/ingress-nginx-controller", "ingress-nginx")["spec"]["clusterIP"]
    told = {"client": "pod/client", "resolve": {"*:80": door}}
    row = next(visit(cluster, f"{URL}/", **told).rows())
    assert (row.status, row.answer) == ("502", "the proxy itself")


def test_it_can_be_read(visits):
    """As text in columns, and as a table that bears any text."""
    assert len({line.index("  ") > 0 for line in str(visits).splitlines()}) == 1
    assert str(visits).startswith("URL ")
    shown = visits._repr_html_()
    assert shown.count("<tr>") == 7
    assert "x=1" in shown


def test_a_certificate_that_fits_is_no_failure():
    """Options are those of a request."""
    cluster = edge("ingress-nginx")
    cluster.apply(AUTHORITY.issue("shop.example.com").secret("pair"))
    ingress(cluster, "all", path("shop"), tls="pair")
    door = cluster.object("service/ingress-nginx-controller", "ingress-nginx")["spec"]["clusterIP"]
    told = {"client": "pod/client", "resolve": {"*:443": door}}
    shown = visit(cluster, "https://shop.example.com/", cacert=AUTHORITY.certificate, **told)
    assert shown.calls[0].ok


def test_nothing_to_visit():
    """It says what to write."""
    with pytest.raises(ValueError, match="name a URL at least"):
        visit(edge("ingress-nginx"))


def test_a_list_is_no_url():
    """It says how to give several."""
    with pytest.raises(ValueError, match=r"\['http://a/'\] is no URL: give several one by one"):
        visit(edge("ingress-nginx"), ["http://a/"])
