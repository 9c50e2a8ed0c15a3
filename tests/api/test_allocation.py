"""Addresses and node ports of Services."""

import ipaddress

import pytest

from kubelearn.api.allocation import NODE_PORTS, SERVICE_RANGE
from kubelearn.api.errors import APIError, Invalid
from tests.api.fresh import fresh, service

SMALL = ipaddress.ip_network("10.96.0.0/26")


def test_a_service_gets_an_address_of_the_range():
    """From above the band for addresses asked for."""
    spec = fresh().create(service())["spec"]
    assert ipaddress.ip_address(spec["clusterIP"]) in SERVICE_RANGE
    assert [spec["clusterIP"]] == spec["clusterIPs"]


def test_a_taken_address_is_refused():
    """The first address belongs to the Service kubernetes."""
    with pytest.raises(Invalid, match="provided IP is already allocated"):
        fresh().create(service(clusterIP="10.96.0.1"))


def test_an_address_comes_back_with_the_service():
    """Deleting frees it."""
    api = fresh()
    for _ in range(2):
        api.create(service(clusterIP="10.96.3.3"))
        api.delete("services", "default", "web")
    assert api.allocator.address_owner("10.96.3.3") is None


def test_a_refused_service_takes_nothing():
    """Validation after allocation leaves no trace."""
    api = fresh()
    with pytest.raises(Invalid):
        api.create(service(clusterIP="10.96.3.3", sessionAffinity="Foo"))
    assert api.allocator.address_owner("10.96.3.3") is None


def test_a_dry_run_checks_no_ports():
    """A port out of range passes, as upstream."""
    made = fresh().create(
        service(type="NodePort", ports=[{"port": 80, "nodePort": 40000}]), dry_run=True
    )
    assert made["spec"]["ports"][0]["nodePort"] == 40000


def test_every_port_of_a_node_port_service_gets_one():
    """They differ and are of the range."""
    ports = [{"name": "a", "port": 80}, {"name": "b", "port": 81}]
    made = fresh().create(service(type="NodePort", ports=ports))["spec"]["ports"]
    numbers = {port["nodePort"] for port in made}
    assert len(numbers) == 2
    assert numbers <= set(NODE_PORTS)


def test_changing_the_type_to_external_name_gives_all_back():
    """Address, families and traffic policy go."""
    api = fresh()
    address = api.create(service())["spec"]["clusterIP"]
    patch = {"spec": {"type": "ExternalName", "externalName": "x.example.com"}}
    spec = api.patch("services", "default", "web", patch)["spec"]
    assert "clusterIP" not in spec
    assert api.allocator.address_owner(address) is None


def test_a_port_keeps_its_node_port_when_others_change():
    """Ports are told apart by number and protocol."""
    api = fresh()
    before = api.create(service(type="NodePort"))["spec"]["ports"][0]["nodePort"]
    ports = [{"name": "a", "port": 80}, {"name": "b", "port": 81}]
    after = api.patch("services", "default", "web", {"spec": {"ports": ports}})["spec"]["ports"]
    assert before == after[0]["nodePort"] != after[1]["nodePort"]


def test_the_lower_band_is_kept_when_the_upper_one_is_full(monkeypatch):
    """Upstream would go on there."""
    monkeypatch.setattr("kubelearn.api.allocation.SERVICE_RANGE", SMALL)
    monkeypatch.setattr("kubelearn.api.allocation.BAND", 16)
    api = fresh()
    for number in range(SMALL.num_addresses - 16 - 1):
        api.create(service(f"s{number}"))
    with pytest.raises(APIError, match="range is full"):
        api.create(service("more"))
    asked = api.create(service("asks", clusterIP="10.96.0.9"))
    assert asked["spec"]["clusterIP"] == "10.96.0.9"
