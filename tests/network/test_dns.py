"""Answers of CoreDNS."""

import pytest

from kubelearn.network.dns import Record
from tests.network.small import dns_of, endpoints, server, service


@pytest.fixture
def dns():
    """A Service web, a headless one db with two endpoints, aliases."""
    api = server()
    http = {"name": "http", "port": 80, "protocol": "TCP"}
    service(api, "web", clusterIP="10.96.1.1", ports=[http])
    service(api, "db", clusterIP="None", ports=[http])
    endpoints(
        api,
        "db",
        {"addresses": ["10.0.0.1"]},
        {"addresses": ["10.0.0.2"], "hostname": "db-1"},
        ports=[http],
    )
    service(api, "out", type="ExternalName", externalName="example.com")
    service(api, "same", type="ExternalName", externalName="web.default.svc.cluster.local")
    service(api, "loop", type="ExternalName", externalName="loop.default.svc.cluster.local")
    return dns_of(api)


def name_of(service):
    """The full name of a Service."""
    return f"{service}.default.svc.cluster.local"


def test_a_service_has_its_cluster_address_even_without_endpoints(dns):
    """Whoever connects is refused by kube-proxy, not by DNS."""
    assert dns.answer(name_of("web")).addresses == ("10.96.1.1",)


def test_a_headless_service_has_the_addresses_of_its_endpoints(dns):
    """One record each."""
    assert dns.answer(name_of("db")).addresses == ("10.0.0.1", "10.0.0.2")
    assert dns.answer(f"db-1.{name_of('db')}").addresses == ("10.0.0.2",)


def test_letters_of_any_case_are_the_same_name(dns):
    """As in all DNS."""
    assert dns.answer(name_of("WEB")).addresses == ("10.96.1.1",)


def test_an_alias_to_a_service_is_followed(dns):
    """The answer has both records."""
    reply = dns.query(name_of("same"), "A")
    assert [record.type for record in reply.answer] == ["CNAME", "A"]


def test_an_alias_to_the_outside_is_all_there_is(dns):
    """Nobody here knows the address of example.com."""
    answer = dns.answer(name_of("out"))
    assert (answer.exists, answer.addresses, answer.alias) == (True, (), "example.com")


def test_an_alias_of_itself_ends(dns):
    """With no records."""
    assert dns.answer(name_of("loop")).addresses == ()


def test_missing_name_and_missing_type_differ(dns):
    """NXDOMAIN, or no error and no records; both with the zone's SOA."""
    assert dns.query(name_of("nope"), "A")[::3] == ("NXDOMAIN", "SOA")
    assert dns.query(name_of("web"), "MX")[::3] == ("NOERROR", "SOA")


def test_srv_shares_its_weight(dns):
    """100 among the records, each with the name of one endpoint."""
    reply = dns.query(f"_http._tcp.{name_of('db')}", "SRV")
    assert reply.answer[1].data == f"0 50 80 db-1.{name_of('db')}"
    assert [record.data for record in reply.additional] == ["10.0.0.1", "10.0.0.2"]


def test_names_of_addresses(dns):
    """The Service's own, and endpoints with a hostname."""
    assert dns.query("1.1.96.10.in-addr.arpa", "PTR").answer[0].data == name_of("web")
    assert dns.query("2.0.0.10.in-addr.arpa", "PTR").answer[0].data == f"db-1.{name_of('db')}"
    assert dns.query("1.0.0.10.in-addr.arpa", "PTR").rcode == "NXDOMAIN"


def test_the_version_of_the_schema(dns):
    """A text that says which names there are."""
    reply = dns.query("dns-version.cluster.local", "TXT")
    assert reply.answer == (Record("dns-version.cluster.local", "TXT", "1.1.0", 28800),)


@pytest.mark.parametrize(("name", "kind"), [("example.com", "A"), ("cluster.local", "SOA")])
def test_what_is_not_modelled_is_refused(dns, name, kind):
    """Rather than answered wrongly."""
    with pytest.raises(ValueError, match="not modelled"):
        dns.query(name, kind)
