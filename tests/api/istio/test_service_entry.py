"""What Istio refuses in a ServiceEntry."""

import pytest

from kubelearn.api.istio.service_entry import errors
from tests.api.istio.samples import samples

HTTP = {"number": 80, "name": "http", "protocol": "HTTP"}
TCP = {"number": 90, "name": "tcp", "protocol": "TCP"}
RANGE = "must be in the range 1..65535"


def entry(**spec):
    """A ServiceEntry of the namespace shop."""
    base = {"hosts": ["a.com"], "ports": [HTTP], "resolution": "DNS"}
    return {"metadata": {"name": "out", "namespace": "shop"}, "spec": {**base, **spec}}


def static(**endpoint):
    """A ServiceEntry with one address."""
    return entry(resolution="STATIC", endpoints=[endpoint])


ENTRIES = [
    (entry(), []),
    (entry(resolution="OTHER"), []),
    (entry(hosts=[]), ["service entry must have at least one host"]),
    (entry(hosts=["*"], resolution="NONE"), ["invalid host *"]),
    (entry(hosts=["*.a.com"], resolution="NONE"), []),
    (entry(hosts=["*.a.com"]),
     ["hosts must be FQDN if no endpoints are provided for resolution mode DNS"]),
    (entry(addresses=["10.0.0.0/8"]),
     ["CIDR addresses are allowed only for NONE/STATIC resolution types"]),
    (entry(addresses=["10.0.0.0/40", "a"], resolution="NONE"),
     ["10.0.0.0/40 is not a valid CIDR block", "a is not a valid IP"]),
    (entry(ports=[HTTP, HTTP]),
     ['service entry port name "http" already defined', "service entry port 80 already defined"]),
    (entry(ports=[{"number": 0, "name": "", "protocol": "FTP", "targetPort": 70000}]),
     [f"port number 70000 {RANGE}", "invalid port name: ", "unsupported protocol: FTP",
      f"port number 0 {RANGE}"]),
    (entry(ports=[{"number": 80, "name": "any"}]), []),
    (entry(ports=[None]), ["service entry port may not be null"]),
    (entry(hosts=["a.com", "b.com"]), []),
    (entry(hosts=["a.com", "b.com"], ports=[HTTP, TCP]),
     ["multiple hosts provided with non-HTTP, non-TLS ports"]),
    (entry(hosts=["a.com", "b.com"], ports=[TCP], resolution="NONE"), []),
    (entry(exportTo=["~"]), []),
    (entry(exportTo=["~", "*"]),
     ["cannot have both public (*) and non-public exportTo values for a resource",
      "cannot export service entry to no one (~) and someone"]),
    (entry(hosts=[], workloadSelector={"labels": {"app": "*"}}),
     ['wildcard is not supported in selector: "app=*"']),
    (entry(workloadSelector={"labels": {"app": "a"}}, endpoints=[{"address": "a.com"}]),
     ["only one of WorkloadSelector or Endpoints is allowed in Service Entry"]),
]  # fmt: skip

ENDPOINTS = [
    (entry(resolution="NONE", endpoints=[{"address": "a.com"}]),
     ["no endpoints should be provided for resolution type none"]),
    (entry(hosts=["*.a.com"], endpoints=[{"address": "b.com"}, {"address": "10.0.0.1"}]), []),
    (entry(resolution="DNS_ROUND_ROBIN", endpoints=[{"address": "a.com"}, {"address": "b.com"}]),
     ["there must only be 0 or 1 endpoint for resolution mode DNS_ROUND_ROBIN"]),
    (entry(endpoints=[{"address": "a_b", "labels": {"a": "b c"}, "ports": {"tcp": 90}}]),
     ['endpoint address "a_b" is not a valid FQDN or an IP address',
      'invalid tag value: "b c"', "endpoint port 90 is not defined by the service entry"]),
    (entry(endpoints=[None]), ["endpoint cannot be nil"]),
    (static(address="10.0.0.1", ports={"http": 8080}), []),
    (static(), ["address is required"]),
    (static(network="a"), []),
    (static(address="a.com"), ['endpoint address "a.com" is not a valid IP address']),
    (static(address="10.0.0.1", ports={"tcp": 0}),
     ["endpoint port 0 is not defined by the service entry", f"port number 0 {RANGE}"]),
    (static(address="unix:///run/a"), []),
    (static(address="unix://a", ports={"http": 80}),
     ["a is not an absolute path to a file", "unix endpoint unix://a must not include ports"]),
    (entry(resolution="STATIC", ports=[HTTP, TCP], endpoints=[{"address": "unix://@a"}]),
     ["exactly 1 service port required for unix endpoints"]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), ENTRIES + ENDPOINTS)
def test_it_says_what_is_wrong(given, expected):
    """In the words of the webhook."""
    assert list(errors(given)) == expected


@pytest.mark.parametrize("sample", samples("ServiceEntry"))
def test_entries_of_others_pass(sample):
    """The samples of real projects are valid."""
    assert list(errors(sample)) == []
