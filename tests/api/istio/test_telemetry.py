"""What the webhook says of Telemetries."""

import pytest

from kubelearn.api.istio.telemetry import errors

NO_PROVIDER = "providers.name may not be empty"
NO_VALUE = "tagOverrides.value must be set when operation is UPSERT"
WHOLE = {
    "metrics": [{
        "providers": [{"name": "prometheus"}],
        "overrides": [
            {"tagOverrides": {"host": {"value": "request.host"}, "no": {"operation": "REMOVE"}},
             "match": {"customMetric": "foo"}},
            {"match": {"metric": "ALL_METRICS"}, "disabled": True},
        ],
    }],
    "accessLogging": [{"filter": {"expression": "true"}, "providers": [{"name": "envoy"}]}],
    "tracing": [{
        "randomSamplingPercentage": 54.54,
        "customTags": {"a": {"environment": {"name": "A"}}, "b": {"header": {"name": "x-b"}},
                       "c": {"literal": {"value": "c"}}},
    }],
}  # fmt: skip


def overriding(**tag):
    """A spec that overrides one tag."""
    return {"metrics": [{"overrides": [{"tagOverrides": {"a": tag}}]}]}


def tagging(name, tag):
    """A spec with one tag of traces."""
    return {"tracing": [{"customTags": {name: tag}}]}


CASES = [
    ({}, []),
    (WHOLE, []),
    ({"metrics": [{"providers": [{}, {}]}]}, [NO_PROVIDER]),
    ({"tracing": [{"providers": [{"name": ""}]}], "accessLogging": [{"providers": [{}]}]},
     [NO_PROVIDER] * 2),
    (overriding(), [NO_VALUE]),
    (overriding(operation="UPSERT"), [NO_VALUE]),
    (overriding(operation="REMOVE", value="b"),
     ["tagOverrides.value may only be set when operation is UPSERT"]),
    ({"metrics": [{"overrides": [{"tagOverrides": {"a": None}}]}]},
     ["tagOverrides may not be null"]),
    ({"metrics": [{"overrides": [{"match": {"customMetric": ""}}]}]},
     ["customMetric may not be empty"]),
    ({"tracing": [{"randomSamplingPercentage": 100.1}]},
     ["randomSamplingPercentage must be in range [0.0, 100.0]"]),
    (tagging("", {"literal": {"value": "a"}}), ["tag name may not be empty"]),
    (tagging("a", None), ["tag 'a' may not have a nil value"]),
    (tagging("a", {"literal": {}}), ["literal tag value may not be empty"]),
    (tagging("a", {"header": {"defaultValue": "b"}}), ["header tag name may not be empty"]),
    (tagging("a", {"environment": {}}), ["environment tag name may not be empty"]),
    ({"selector": {"matchLabels": {"app": "*"}}},
     ['wildcard is not supported in selector: "app=*"']),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), CASES)
def test_providers_tags_and_shares_are_checked(spec, expected):
    """Of metrics, traces and access logs."""
    assert list(errors({"metadata": {"name": "one"}, "spec": spec})) == expected


def test_a_filter_s_expression_is_not_read():
    """Unlike the real one."""
    spec = {"accessLogging": [{"filter": {"expression": "response.code >="}}]}
    assert list(errors({"metadata": {"name": "one"}, "spec": spec})) == []
