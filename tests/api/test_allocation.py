"""Addresses and node ports of Services."""

import ipaddress

import pytest

from kubelearn.api.allocation import SERVICE_RANGE
from kubelearn.api.errors import APIError, InternalError, Invalid
from kubelearn.api.node_ports import NODE_PORTS
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


@pytest.mark.parametrize("address", ["10.96.0.0", "10.96.255.255", "10.0.0.1", "fd00::1"])
def test_an_address_outside_the_range_is_refused(address):
    """So are the two ends of the range."""
    with pytest.raises(Invalid, match=r"does not match the current range|IPv6 is not configured"):
        fresh().create(service(clusterIP=address))


def test_a_dry_run_tells_the_network_address_and_checks_the_range_only():
    """It looks for no free address, and takes one that is taken."""
    api = fresh()
    assert api.create(service(), dry_run=True)["spec"]["clusterIP"] == "10.96.0.0"
    assert api.create(service(clusterIP="10.96.0.1"), dry_run=True)
    with pytest.raises(Invalid, match=r"10.0.0.1\) is not in the valid range"):
        api.create(service(clusterIP="10.0.0.1"), dry_run=True)


def test_an_address_that_is_fixed_is_not_looked_for_again():
    """An update to a taken address is refused because the address may not change."""
    api = fresh()
    api.create(service())
    with pytest.raises(Invalid, match=r"\[0\]: Invalid .*: may not change once set") as caught:
        api.patch("services", "default", "web", {"spec": {"clusterIP": "10.96.0.1"}})
    assert len(caught.value.details["causes"]) == 1


def test_ports_with_one_number_share_a_node_port():
    """The one that is asked for, or the one that was drawn."""
    ports = [{"name": "tcp", "port": 53}, {"name": "udp", "port": 53, "protocol": "UDP"}]
    drawn = fresh().create(service(type="NodePort", ports=ports))["spec"]["ports"]
    assert drawn[0]["nodePort"] == drawn[1]["nodePort"]
    asked = [ports[0], {**ports[1], "nodePort": 30053}]
    made = fresh().create(service(type="NodePort", ports=asked))["spec"]["ports"]
    assert [port["nodePort"] for port in made] == [30053, 30053]


def test_a_node_port_belongs_to_one_number():
    """Whatever the protocols."""
    ports = [{"name": "a", "port": 80, "nodePort": 30090}]
    ports += [{"name": "b", "port": 81, "nodePort": 30090, "protocol": "UDP"}]
    with pytest.raises(Invalid, match=r"ports\[1\].nodePort: .* already allocated"):
        fresh().create(service(type="NodePort", ports=ports))


def test_a_dry_run_knows_the_ports_that_are_taken():
    """And tells dummies for the others."""
    api = fresh()
    api.create(service("a", type="NodePort", ports=[{"port": 80, "nodePort": 30123}]))
    taken = [{"port": 80, "nodePort": 30123}]
    with pytest.raises(Invalid, match="already allocated"):
        api.create(service(type="NodePort", ports=taken), dry_run=True)
    made = api.create(service(type="NodePort"), dry_run=True)
    assert made["spec"]["ports"][0]["nodePort"] == 32769


def test_a_health_check_port_out_of_range_is_an_internal_error():
    """No field is named."""
    text = "failed to allocate requested HealthCheck NodePort 100: provided port is not in the"
    local = service(type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=100)
    with pytest.raises(InternalError, match=f"^Internal error occurred: {text}"):
        fresh().create(local)


def test_one_node_port_twice_in_an_update_is_an_error_without_a_reason():
    """The real server answers 500."""
    api = fresh()
    api.create(service(type="NodePort"))
    ports = [{"name": name, "port": 80, "nodePort": 30090} for name in "ab"]
    with pytest.raises(APIError, match=r"^duplicate nodePort: \{TCP 30090\}$"):
        api.patch("services", "default", "web", {"spec": {"ports": ports}})


def test_a_service_that_is_no_load_balancer_any_more_has_no_address_outside():
    """Its status is emptied at once."""
    api = fresh()
    api.create(service(type="LoadBalancer"))
    status = {"status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}
    api.patch("services", "default", "web", status, subresource="status")
    changed = api.patch("services", "default", "web", {"spec": {"type": "ClusterIP"}})
    assert changed["status"] == {"loadBalancer": {}}


def test_changing_the_type_to_external_name_gives_all_back():
    """Address, families and traffic policy go."""
    api = fresh()
    address = api.create(service())["spec"]["clusterIP"]
    patch = {"spec": {"type": "ExternalName", "externalName": "x.example.com"}}
    spec = api.patch("services", "default", "web", patch)["spec"]
    assert "clusterIP" not in spec
    assert api.allocator.address_owner(address) is None


def test_a_port_keeps_its_node_port_when_others_change():
    """Ports are told apart by name."""
    api = fresh()
    named = service(type="NodePort", ports=[{"name": "a", "port": 80}])
    before = api.create(named)["spec"]["ports"][0]["nodePort"]
    ports = [{"name": "a", "port": 90}, {"name": "b", "port": 80}]
    after = api.patch("services", "default", "web", {"spec": {"ports": ports}})["spec"]["ports"]
    assert before == after[0]["nodePort"] != after[1]["nodePort"]


def test_the_lower_band_is_used_when_the_upper_one_is_full(monkeypatch):
    """And then there are no addresses any more."""
    monkeypatch.setattr("kubelearn.api.allocation.SERVICE_RANGE", SMALL)
    monkeypatch.setattr("kubelearn.api.allocation.BAND", 16)
    api = fresh()
    taken = [
        api.create(service(f"s{number}"))["spec"]["clusterIP"]
        for number in range(SMALL.num_addresses - 3)
    ]
    upper = SMALL.num_addresses - 16 - 1
    assert all(ipaddress.ip_address(address) >= SMALL[16] for address in taken[:upper])
    assert all(ipaddress.ip_address(address) < SMALL[16] for address in taken[upper:])
    with pytest.raises(InternalError, match="failed to allocate a serviceIP: range is full"):
        api.create(service("more"))


def test_node_ports_of_the_lower_band_come_last(monkeypatch):
    """And then there are no ports any more."""
    monkeypatch.setattr("kubelearn.api.node_ports.NODE_PORTS", range(30000, 30004))
    monkeypatch.setattr("kubelearn.api.node_ports.PORT_BAND", 2)
    api = fresh()
    made = [
        api.create(service(f"s{number}", type="NodePort"))["spec"]["ports"][0]["nodePort"]
        for number in range(4)
    ]
    assert (set(made[:2]), set(made[2:])) == ({30002, 30003}, {30000, 30001})
    with pytest.raises(InternalError, match="failed to allocate a nodePort: range is full"):
        api.create(service("more", type="NodePort"))
