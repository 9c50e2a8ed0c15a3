"""A DestinationRule's traffic policy as an Envoy cluster."""

import pytest

from kubelearn.mesh.istio.durations import in_seconds, seconds
from kubelearn.mesh.istio.traffic_policy import (
    UNLIMITED,
    cluster_fields,
    hash_policies,
    merged,
    outlier_detection,
    subset_of,
)


def thresholds(policy):
    """The limits."""
    return cluster_fields(policy)["circuit_breakers"]["thresholds"][0]


def test_without_a_policy_nothing_is_limited():
    """2^32 - 1 of everything, retries too; least request; ten seconds for a connection."""
    fields = cluster_fields({})
    assert {UNLIMITED} == {value for name, value in thresholds({}).items()
                           if name != "track_remaining"}  # fmt: skip
    assert (fields["lb_policy"], fields["connect_timeout"]) == ("LEAST_REQUEST", "10s")
    assert "outlier_detection" not in fields
    assert "common_lb_config" not in fields


def test_a_connection_pool_is_a_circuit_breaker():
    """Each of its limits has its own field."""
    http = {"http1MaxPendingRequests": 2, "http2MaxRequests": 3, "maxRetries": 4}
    pool = {"tcp": {"maxConnections": 1, "connectTimeout": "250ms"}, "http": http}
    found = thresholds({"connectionPool": pool})
    names = ("max_connections", "max_pending_requests", "max_requests", "max_retries")
    assert [found[name] for name in names] == [1, 2, 3, 4]
    assert cluster_fields({"connectionPool": pool})["connect_timeout"] == "0.25s"


@pytest.mark.parametrize(("said", "policy"), [
    ({}, "LEAST_REQUEST"), ({"simple": "ROUND_ROBIN"}, "ROUND_ROBIN"),
    ({"simple": "RANDOM"}, "RANDOM"), ({"simple": "PASSTHROUGH"}, "CLUSTER_PROVIDED"),
    ({"consistentHash": {"httpHeaderName": "x"}}, "RING_HASH"),
    ({"consistentHash": {"httpHeaderName": "x", "maglev": {}}}, "MAGLEV"),
])  # fmt: skip
def test_balancing(said, policy):
    """Istio's words in Envoy's."""
    assert policy == cluster_fields({"loadBalancer": said})["lb_policy"]


def test_warm_up():
    """A slow start from 10 %, straight up."""
    fields = cluster_fields({"loadBalancer": {"warmup": {"duration": "1m"}}})
    slow = fields["least_request_lb_config"]["slow_start_config"]
    assert (slow["slow_start_window"], slow["min_weight_percent"]["value"]) == ("60s", 10.0)


def test_outlier_detection():
    """Success rates do not eject; a number of 0 switches off; panic is off as well."""
    found = outlier_detection({"consecutive5xxErrors": 0, "consecutiveGatewayErrors": 3})
    assert 0 == found["enforcing_consecutive_5xx"] == found["enforcing_success_rate"]
    assert found["enforcing_consecutive_gateway_failure"] == 100
    common = cluster_fields({"outlierDetection": {}})["common_lb_config"]
    assert common["healthy_panic_threshold"] == {"value": 0}


def test_a_budget_of_retries():
    """Three at least; by default 0.2 percent, as Istio writes it."""
    found = [cluster_fields({"retryBudget": one})["circuit_breakers"]["thresholds"][0]
             for one in ({}, {"percent": 20, "minRetryConcurrency": 5})]  # fmt: skip
    assert [one["retry_budget"] for one in found] == [
        {"budget_percent": {"value": percent}, "min_retry_concurrency": least}
        for percent, least in ((0.2, 3), (20, 5))
    ]
    assert "retry_budget" not in cluster_fields({})["circuit_breakers"]["thresholds"][0]


def test_a_ports_policy_stands_instead():
    """What it leaves out is not taken from the policy above."""
    own = {"port": {"number": 80}, "loadBalancer": {"simple": "RANDOM"}}
    rule = {"trafficPolicy": {"outlierDetection": {}, "portLevelSettings": [own]}}
    assert merged(rule, 80) == {"loadBalancer": {"simple": "RANDOM"}}
    assert merged(rule, 81) == {"outlierDetection": {}}


def test_a_subsets_policy_lies_over_the_rules():
    """Field by field."""
    subset = {"name": "v1", "trafficPolicy": {"loadBalancer": {"simple": "RANDOM"}}}
    rule = {"trafficPolicy": {"outlierDetection": {}}, "subsets": [subset]}
    assert subset is subset_of([{"spec": {}}, {"spec": rule}], "v1")
    assert subset_of([{"spec": rule}], "v2") is None
    assert {"outlierDetection", "loadBalancer"} == set(merged(rule, 80, subset))


@pytest.mark.parametrize(("said", "policy"), [
    ({"httpHeaderName": "x-user"}, {"header": {"header_name": "x-user"}}),
    ({"httpCookie": {"name": "c", "ttl": "0s"}}, {"cookie": {"name": "c", "ttl": "0s"}}),
    ({"useSourceIp": True}, {"connection_properties": {"source_ip": True}}),
    ({"httpQueryParameterName": "q"}, {"query_parameter": {"name": "q"}}),
])  # fmt: skip
def test_hash_policies(said, policy):
    """What a route hashes for a cluster."""
    assert [policy] == hash_policies({"loadBalancer": {"consistentHash": said}})
    assert hash_policies({}) == []


def test_times_are_written_in_seconds():
    """As Envoy reads them."""
    assert [seconds(t) for t in ("500ms", "5m", "7s", "0s")] == ["0.5s", "300s", "7s", "0s"]
    rule = {"timeout": "1m", "retries": {"perTryTimeout": "20ms"}, "name": "1m"}
    made = {"timeout": "60s", "retries": {"perTryTimeout": "0.02s"}, "name": "1m"}
    assert made == in_seconds(rule)
