"""What Istio refuses in a DestinationRule."""

import pytest

from kubelearn.api.istio.destination_rule import errors
from tests.api.istio.samples import samples

DURATION = "duration must be greater than 1ms"


def rule(**spec):
    """A DestinationRule of the namespace shop."""
    return {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"host": "web", **spec}}


def policy(**fields):
    """A DestinationRule with a traffic policy."""
    return rule(trafficPolicy=fields)


RULES = [
    (rule(), []),
    (rule(host="*.shop.svc.cluster.local"), []),
    (rule(host=""), ["empty domain name not allowed"]),
    (rule(host="a_b.c"), ['domain name "a_b.c" invalid (label "a_b" invalid)']),
    (rule(subsets=[{"name": "v1", "labels": {"version": "v1"}}]), []),
    (rule(subsets=[{"name": "v1"}, {"name": "v1"}]), ["duplicate subset names: v1"]),
    (rule(subsets=[{"labels": {}}]), ["subset name cannot be empty"]),
    (rule(subsets=[{"name": "v1.0"}]), ["subset name is invalid: v1.0"]),
    (rule(subsets=[{"name": "a", "labels": {"a b": "c"}}]), ['invalid tag key: "a b"']),
    (rule(subsets=[{"name": "a", "trafficPolicy": {}}]),
     ["traffic policy must have at least one field"]),
    (rule(subsets=[None]), ["subset may not be null"]),
    (rule(exportTo=[".", "shop"]), ["duplicate entries in exportTo for entry shop"]),
    (rule(exportTo=["*"], workloadSelector={"matchLabels": {"app": "a"}}),
     ["destination rule with workload selector cannot have exportTo beyond current namespace"]),
    (rule(workloadSelector={"matchLabels": {"app": "*"}}),
     ['wildcard is not supported in selector: "app=*"']),
    (rule(host="", trafficPolicy={}, subsets=[{}]),
     ["empty domain name not allowed", "traffic policy must have at least one field",
      "subset name cannot be empty"]),
]  # fmt: skip

POLICIES = [
    (policy(retryBudget={"percent": 20}), []),
    (policy(tunnel={}, proxyProtocol={}), ["tunnel and proxyProtocol must not be set together"]),
    (policy(tunnel={"protocol": "GET", "targetHost": "a_b", "targetPort": 0}),
     ['tunnel protocol must be "CONNECT" or "POST"',
      ('tunnel target host must be valid FQDN or IP address: domain name "a_b" invalid '
      '(label "a_b" invalid); a_b is not a valid IP'),
      "tunnel target port is invalid: port number 0 must be in the range 1..65535"]),
    (policy(tunnel={"targetHost": "10.0.0.1", "targetPort": 80}), []),
    (policy(portLevelSettings=[]), ["traffic policy must have at least one field"]),
    (policy(portLevelSettings=[{}, None]),
     ["portTrafficPolicy must have valid port", "port traffic policy must have at least one field",
      "traffic policy may not be null"]),
    (policy(portLevelSettings=[{"port": {"number": 80}, "connectionPool": {}}]),
     ["connection pool must have at least one field"]),
    (policy(outlierDetection={"baseEjectionTime": "30s", "interval": "1ms"}), []),
    (policy(outlierDetection={"interval": "0s", "maxEjectionPercent": 101,
                              "minHealthPercent": -1}),
     [DURATION, "percentage 101 is not in range 0..100", "percentage -1 is not in range 0..100"]),
    (policy(outlierDetection={"consecutiveLocalOriginFailures": 5}),
     [("outlier detection consecutive local origin failures is specified, but split external "
      "local origin errors is set to false")]),
    (policy(outlierDetection={"consecutiveLocalOriginFailures": 5,
                              "splitExternalLocalOriginErrors": True}), []),
]  # fmt: skip

POOLS = [
    ({"http": {"http1MaxPendingRequests": -1, "http2MaxRequests": -1,
               "maxRequestsPerConnection": -1, "maxRetries": -1, "idleTimeout": "0s",
               "h2UpgradePolicy": "UPGRADE", "useClientProtocol": True,
               "maxConcurrentStreams": -1}},
     ["http1 max pending requests must be non-negative", "http2 max requests must be non-negative",
      "max requests per connection must be non-negative", "max retries must be non-negative",
      DURATION, "use client protocol must not be true when H2UpgradePolicy is UPGRADE",
      "max concurrent streams must be non-negative"]),
    ({"tcp": {"maxConnections": -1, "connectTimeout": "1500us", "maxConnectionDuration": "0s",
              "tcpKeepalive": {"time": "0s", "interval": "0s"}}},
     ["max connections must be non-negative", "only durations to ms precision are supported",
      DURATION, DURATION, DURATION]),
    ({"tcp": {"idleTimeout": "0s"}}, []),
    ({"tcp": {"idleTimeout": "1500us"}}, ["only durations to ms precision are supported"]),
]  # fmt: skip

BALANCERS = [
    ({"simple": "LEAST_REQUEST"}, []),
    ({"consistentHash": {"httpCookie": {"ttl": "0s"}}}, ["name required for HttpCookie"]),
    ({"consistentHash": {"minimumRingSize": 8, "maglev": {"tableSize": 65537}}},
     ["only one of MinimumRingSize or Maglev/Ringhash can be specified"]),
    ({"consistentHash": {"maglev": {}}},
     ["tableSize must be set for maglev", "tableSize must be a prime number for maglev"]),
    ({"consistentHash": {"maglev": {"tableSize": 5000011}}},
     ["tableSize must be less than 5000011 for maglev"]),
    ({"consistentHash": {"maglev": {"tableSize": 9}}},
     ["tableSize must be a prime number for maglev"]),
    ({"warmup": {"minimumPercent": 101, "aggression": 0.5}},
     ["duration is required", "minimumPercent value should be less than or equal to 100",
      "aggression should be greater than or equal to 1"]),
    ({"warmup": {"duration": "10s", "aggression": 1}}, []),
]  # fmt: skip

TLS = [
    ({"mode": "ISTIO_MUTUAL"}, []),
    ({"mode": "MUTUAL"},
     ["client certificate required for mutual tls", "private key required for mutual tls"]),
    ({"mode": "MUTUAL", "credentialName": "a"}, []),
    ({"mode": "SIMPLE", "credentialName": "configmap://away/ca"}, []),
    ({"mode": "SIMPLE", "credentialName": "a", "caCertificates": "ca.pem"},
     ["cannot specify client certificates or CA certificate or CA CRL If credentialName is set"]),
    ({"mode": "SIMPLE", "insecureSkipVerify": True, "credentialName": "a"},
     [("cannot specify CaCertificates or CredentialName or SubjectAltNames when "
      "InsecureSkipVerify is set true")]),
    ({"mode": "MUTUAL", "insecureSkipVerify": True, "credentialName": "a",
      "subjectAltNames": ["b"]},
     ["cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true"]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), RULES + POLICIES)
def test_it_says_what_is_wrong(given, expected):
    """In the words of the webhook."""
    assert list(errors(given)) == expected


@pytest.mark.parametrize(
    ("field", "given", "expected"),
    [("connectionPool", *one) for one in POOLS]
    + [("loadBalancer", *one) for one in BALANCERS]
    + [("tls", *one) for one in TLS],
)
def test_parts_of_the_policy_are_checked_for_ports_too(field, given, expected):
    """The same errors at both places."""
    settings = {"port": {"number": 80}, field: given}
    assert list(errors(policy(**{field: given}))) == expected
    assert list(errors(policy(portLevelSettings=[settings]))) == expected


@pytest.mark.parametrize("sample", samples("DestinationRule"))
def test_rules_of_others_pass(sample):
    """The samples of real projects are valid."""
    assert list(errors(sample)) == []
