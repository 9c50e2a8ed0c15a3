"""Annotations in JSON that are of another shape than the controller's types."""

import json

import pytest

from kubelearn.cloud.aws.controller.shapes import ACTION, CONDITIONS, misfit
from tests.cloud.aws.edge import annotate, edge, refusals


@pytest.mark.parametrize(
    ("value", "shape", "expected"),
    [
        ([], CONDITIONS, ""),
        (None, CONDITIONS, ""),
        (5, CONDITIONS, "it is no list"),
        ([5], CONDITIONS, "it[0] is no object"),
        ([{"field": True}], CONDITIONS, "it[0].field is no text"),
        ([{"pathPatternConfig": {"values": [5]}}], CONDITIONS,
         "it[0].pathPatternConfig.values[0] is no text"),
        ({"type": "forward", "more": 5}, ACTION, ""),
        ({"forwardConfig": {"targetGroups": [{"servicePort": 80}]}}, ACTION, ""),
        ({"forwardConfig": {"targetGroups": [{"servicePort": []}]}}, ACTION,
         "it.forwardConfig.targetGroups[0].servicePort is no text"),
        ({"forwardConfig": {"targetGroups": [{"weight": True}]}}, ACTION,
         "it.forwardConfig.targetGroups[0].weight is no whole number"),
    ],
)  # fmt: skip
def test_what_is_not_of_a_shape(value, shape, expected):
    """The first place that does not fit."""
    assert misfit(value, shape) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("actions.tea", 5),
        ("actions.tea", {"type": "forward"}),
        ("actions.tea", {"type": "redirect", "redirectConfig": {"statusCode": "200"}}),
        ("actions.tea", {"type": "fixed-response", "fixedResponseConfig": {}}),
        ("actions.tea", {"type": "forward", "forwardConfig": {"targetGroups": [{}]}}),
        ("conditions.web", [5]),
        ("conditions.web", [{"field": "path-pattern"}]),
        ("conditions.web", [{"field": "source-ip", "sourceIPConfig": {"values": ["x"]}}]),
        ("conditions.web", [{"field": "http-header", "httpHeaderConfig": {"values": ["x"]}}]),
        ("conditions.web", [{"field": "query-string",
                             "queryStringConfig": {"values": [{"key": "x"}]}}]),
        ("transforms.web", {"type": "url-rewrite"}),
        ("transforms.web", [{"type": "url-rewrite", "urlRewriteConfig": {"rewrites": [5]}}]),
    ],
)  # fmt: skip
def test_whatever_people_write_is_refused_in_an_event(name, value):
    """And the balancer serves on as it was."""
    cluster = annotate(edge(), **{name: json.dumps(value)})
    assert refusals(cluster)[-1].startswith(("Failed build model", "Failed deploy model"))
    assert cluster.request("http://shop.example.com/").status == 200
    assert cluster.request("http://shop.example.com/tea").status == 418
