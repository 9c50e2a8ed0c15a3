"""Connections that begin with a header of the PROXY protocol: from an NLB to who is behind it."""

import pytest

from kubelearn.network.tls.client import NOT_TLS
from tests.cloud.aws.edge import balanced, edge, name_of, states
from tests.cloud.aws.nginx import HOST, LB, ask, behind, expect_header

HEADED = {"proxy-protocol": "*"}
ADDRESS = "203.0.113.10"
"""Of the client."""


def headed(**said):
    """An NLB to nodes that puts the header before each connection."""
    cluster = edge()
    given = {f"{LB}{name.replace('_', '-')}": value for name, value in {**HEADED, **said}.items()}
    cluster.patch("service/web", {"metadata": {"annotations": given}})
    return cluster.run("60s")


def call(cluster, scheme="http"):
    """A request from the internet to the host behind ingress-nginx."""
    return cluster.request(f"{scheme}://{HOST}/", client="internet", insecure=True)


def seen_source(found):
    """The client's address as nginx knows it, and hands it on in headers."""
    return next(step.detail["flow"][0] for step in found.trace
                if step.hop == "edge" and "flow" in step.detail)  # fmt: skip


def test_a_program_takes_the_header_for_a_request():
    """400; its checks only connect, so it stays healthy; `why` says it."""
    cluster = headed()
    found = cluster.request(f"http://{name_of(cluster)}/", client="internet")
    assert found.status == 400
    assert "a PROXY protocol header names the client" in str(found)
    assert "does not expect a PROXY protocol header: 400" in str(found)
    assert states(cluster) == ["healthy"] * 3
    assert "begins with a PROXY protocol header" in str(cluster.why("service/web"))


@pytest.mark.parametrize(("scheme", "error"), [("tcp", "reset by peer"), ("https", NOT_TLS)])
def test_others_end_the_connection(scheme, error):
    """A program of its own protocol; TLS that begins with something else."""
    cluster = headed()
    found = cluster.request(f"{scheme}://{name_of(cluster)}:80/", client="internet")
    assert (found.status, error in found.error) == (0, True)


def test_checks_begin_with_the_header_too():
    """So those that ask for a path fail, at programs and at kube-proxy's own port."""
    assert set(states(headed(healthcheck_protocol="HTTP"))) == {"unhealthy"}
    cluster = edge()
    cluster.patch("service/web", {"spec": {"externalTrafficPolicy": "Local"}})
    assert set(states(cluster.run("60s"))) == {"healthy"}
    cluster.patch("service/web", {"metadata": {"annotations": {f"{LB}proxy-protocol": "*"}}})
    assert set(states(cluster.run("60s"))) == {"unhealthy"}


def test_users_do_not_keep_a_connection_that_was_misread():
    """The server has closed it: each request is refused anew."""
    cluster = headed()
    load = cluster.load(f"http://{name_of(cluster)}/", users=2, keep_alive=True, duration="10s",
                        client="internet", think="1s")  # fmt: skip
    cluster.run("15s")
    assert {outcome for *_, outcome in load.requests()} == {"400"}


def test_ingress_nginx_learns_the_clients_address():
    """If it is told to expect the header; without the header it sees the balancer's address."""
    cluster = behind()
    before = seen_source(call(cluster))
    found = call(ask(expect_header(cluster), **HEADED))
    assert found.status == 200
    assert before.startswith("172.")
    assert seen_source(found) == ADDRESS
    assert f"the PROXY protocol header names {ADDRESS}" in str(found)


def test_it_filters_by_that_address():
    """As by any other."""
    cluster = ask(expect_header(behind()), **HEADED)
    name = "nginx.ingress.kubernetes.io/whitelist-source-range"
    for allowed, status in ((f"{ADDRESS}/32", 200), ("172.16.0.0/12", 403)):
        cluster.patch("ingress/behind", {"metadata": {"annotations": {name: allowed}}})
        assert call(cluster).status == status


def test_ingress_nginx_that_is_not_told():
    """It answers 400 as nginx does, also on its port for TLS, where a client cannot read it."""
    cluster = ask(behind(), **HEADED)
    found = call(cluster)
    assert (found.status, "<center>nginx</center>" in found.body) == (400, True)
    assert call(cluster, "https").error == NOT_TLS


def test_ingress_nginx_that_waits_for_a_header_in_vain():
    """It closes the connection."""
    found = call(expect_header(behind()))
    assert (found.status, found.error) == (0, "connection reset by peer")
    assert "broken header while reading PROXY protocol" in str(found)


def test_tls_goes_on_behind_the_header():
    """The handshake comes after it."""
    assert call(ask(expect_header(behind()), **HEADED), "https").status == 200


def test_a_load_runs_one_by_one_to_the_same_end():
    """The header is not the matter of a path in bulk."""
    cluster = headed()
    load = cluster.load(f"http://{name_of(cluster)}/", rate=5, duration="4s", client="internet")
    cluster.run("10s")
    assert {outcome for *_, outcome in load.requests()} == {"400"}


def test_what_the_controller_refuses():
    """Any other word than "*"."""
    cluster = edge()
    cluster.apply(balanced("odd", f'{LB}proxy-protocol: "yes"'))
    cluster.run("5s")
    told = [one["message"] for one in cluster.api.list("events")]
    assert any('only value currently supported is "*"' in text for text in told)
