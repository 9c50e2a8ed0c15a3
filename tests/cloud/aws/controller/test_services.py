"""What the controller reads from a Service."""

import pytest

from kubelearn.cloud.aws.controller.annotations import SERVICE_PREFIX, AnnotationError, stripped
from kubelearn.cloud.aws.controller.attributes import (
    load_balancer_attributes,
    target_group_attributes,
)
from kubelearn.cloud.aws.controller.health_checks import HealthCheck, health_check, local_check
from kubelearn.cloud.aws.controller.names import group_name, load_balancer_name
from kubelearn.cloud.aws.controller.services import (
    ip_address_type,
    is_supported,
    keeps_client_address,
    ports_fit,
    target_port,
    target_type,
    tls_ports,
)


def test_annotations_are_read_by_what_follows_the_prefix():
    """Others are not the controller's."""
    given = {f"{SERVICE_PREFIX}scheme": "internal", "other": "x"}
    assert stripped(given, SERVICE_PREFIX) == {"scheme": "internal"}


def test_who_takes_a_service():
    """A class decides alone; a type needs a target type beside it."""
    assert is_supported("LoadBalancer", {}, "service.k8s.aws/nlb")
    assert not is_supported("LoadBalancer", {"type": "nlb-ip"}, "other/class")
    assert is_supported("LoadBalancer", {"type": "external", "nlb-target-type": "ip"})
    assert not is_supported("LoadBalancer", {"type": "external"})
    assert not is_supported("ClusterIP", {"type": "nlb-ip"})


def test_instances_need_a_node_port():
    """And never a ClusterIP Service."""
    with pytest.raises(AnnotationError, match="unallocated NodePort"):
        target_type({}, allocates=False)
    with pytest.raises(AnnotationError, match="unsupported service type"):
        target_type({}, "ClusterIP")
    assert target_type({"nlb-target-type": "ip"}, "ClusterIP") == "ip"


def test_ports():
    """Named target ports are registered pod by pod; one number twice is TCP with UDP."""
    assert target_port("ip", {"targetPort": "http", "nodePort": 30000}) == 1
    assert target_port("instance", {"targetPort": "http", "nodePort": 30000}) == 30000
    assert ports_fit([{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}])
    assert not ports_fit([{"port": 53}, {"port": 53}, {"port": 53, "protocol": "UDP"}])
    ports = [{"name": "http", "port": 80}, {"name": "tls", "port": 443}]
    assert tls_ports(["tls", "9"], ports) == ([443], ["9"])


def test_the_client_address():
    """Kept for instances, not for addresses, unless an attribute says so."""
    assert keeps_client_address("instance", {})
    assert not keeps_client_address("ip", {})
    with pytest.raises(AnnotationError, match="ParseBool"):
        keeps_client_address("ip", {"preserve_client_ip.enabled": "FalSe"})
    with pytest.raises(AnnotationError, match="IPAddressType"):
        ip_address_type({"ip-address-type": "ipv6"})


def test_health_checks():
    """Local traffic asks kube-proxy; annotations go over it."""
    assert health_check({}, "ip", local=True, node_port=31000) == HealthCheck()
    assert health_check({}, "instance", local=True, node_port=31000) == local_check(31000)
    faster = health_check({"healthcheck-interval": "5"}, "ip")
    assert (faster.interval, faster.timeout) == (5, 10)
    with pytest.raises(AnnotationError, match="strconv"):
        health_check({"healthcheck-interval": "5s"}, "ip")


def test_attributes():
    """Special ones win over the list; one port's over all ports'."""
    said = {"attributes": "load_balancing.cross_zone.enabled=true",
            "cross-zone-load-balancing-enabled": "false"}  # fmt: skip
    assert load_balancer_attributes(said) == {"load_balancing.cross_zone.enabled": "false"}
    with pytest.raises(AnnotationError, match="routing_policy"):
        load_balancer_attributes({"attributes": "dns_record.client_routing_policy=near"})
    groups = {"target-group-attributes": "a=1,b=2", "target-group-attributes.80": "b=3"}
    assert target_group_attributes(groups, 80) == {
        "a": "1", "b": "3", "proxy_protocol_v2.enabled": "false",
    }  # fmt: skip


def test_names_are_short_and_differ_by_what_is_hashed():
    """32 characters at most."""
    one = load_balancer_name("a-long-namespace", "a-long-name", ["c", "uid-1", "internal"])
    two = load_balancer_name("a-long-namespace", "a-long-name", ["c", "uid-2", "internal"])
    assert one != two
    assert len(one) <= 32
    assert one.startswith("k8s-alongnam-alongnam-")
    assert group_name("awesome-group", ["", "awesome-group", ""]).startswith("k8s-awesomegroup-")
