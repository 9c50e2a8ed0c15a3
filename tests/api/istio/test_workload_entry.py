"""What the webhook says of WorkloadEntries."""

import pytest

from kubelearn.api.istio.workload_entry import endpoint, errors

CASES = [
    ({"address": "1.2.3.4", "labels": {"app": "web"}, "ports": {"http": 1}, "weight": 2}, []),
    ({"network": "net"}, []),
    ({"address": "unix://@foo"}, []),
    ({"address": "unix:///foo/bar"}, []),
    ({"address": "example.com"}, []),
    ({"ports": {"http": 0}}, ["address is required"]),
    ({"address": "unix://"}, ["unix address must not be empty"]),
    ({"address": "unix:///foo/"}, ["/foo/ is not an absolute path to a file"]),
    ({"address": "unix:///foo", "ports": {"http": 80}},
     ["unix endpoint unix:///foo must not include ports"]),
    ({"address": "1.2.3.400"},
     ['endpoint address "1.2.3.400" is not a valid FQDN or an IP address']),
    ({"address": "::1", "ports": {"a_b": 80, "c": 0}},
     ["invalid port name: a_b", "port number 0 must be in the range 1..65535"]),
    ({"address": "::1", "labels": {"a b": "*"}},
     ['invalid tag key: "a b"', 'invalid tag value: "*"']),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), CASES)
def test_an_entry_has_an_address_and_good_ports_and_labels(spec, expected):
    """An address is of a host, or of a socket in the file system."""
    assert list(errors({"metadata": {"name": "one"}, "spec": spec})) == expected


def test_an_endpoint_of_a_service_entry_knows_the_ports():
    """And may have to be an address."""
    entry = {"address": "example.com", "ports": {"http": 80, "other": 90}}
    assert list(endpoint(entry, {"http"})) == [
        'endpoint address "example.com" is not a valid IP address',
        "endpoint port 90 is not defined by the service entry",
    ]
    socket = {"address": "unix:///foo"}
    assert list(endpoint(socket, {"http", "other"})) == [
        "exactly 1 service port required for unix endpoints"
    ]
