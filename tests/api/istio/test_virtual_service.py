"""What is said of VirtualServices that Istio refuses."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.api.istio.multierror import text
from kubelearn.api.istio.virtual_service import errors
from kubelearn.api.objects import Object
from tests.api.istio.samples import samples

ROUTE = [{"destination": {"host": "reviews"}}]
HTTP = {"http": [{"route": ROUTE}]}

Spec = dict[str, Any]


def said(spec: Spec, namespace: str = "default") -> list[str]:
    """The errors of a VirtualService for the host reviews, unless the spec says others."""
    metadata = {"name": "reviews", "namespace": namespace}
    return list(errors({"metadata": metadata, "spec": {"hosts": ["reviews"], **spec}}))


GOOD: tuple[Spec, ...] = (
    HTTP,
    {**HTTP, "hosts": ["*"], "gateways": ["edge"]},
    {**HTTP, "hosts": ["10.0.0.1"]},
    {**HTTP, "hosts": ["*.foo.com", "foo.com"]},
    {**HTTP, "hosts": []},
    {**HTTP, "gateways": ["mesh", "istio-system/edge"]},
    {**HTTP, "exportTo": ["."]},
    {"http": [{"match": [{"headers": {"@request.auth.claims.group": {"exact": "a"}}}],
               "route": ROUTE}], "gateways": ["edge"]},
    {"http": [{"delegate": {"name": "pages"}}]},
    {"tcp": [{"match": [{"port": 27017}], "route": ROUTE}]},
    {"tls": [{"match": [{"sniHosts": ["a.foo.com"]}], "route": ROUTE}], "hosts": ["*.foo.com"]},
    {"tls": [{"match": [{"sniHosts": ["10.0.0.1"]}], "route": ROUTE}]},
    {"tls": [{"match": [{"sniHosts": ["outbound_.80_._.a.b"]}], "route": ROUTE}],
     "hosts": ["outbound_.80_._.a.b"], "gateways": ["edge"]},
)  # fmt: skip
MESH_STAR = "wildcard host * is not allowed for virtual services bound to the mesh gateway"
NOT_WITHIN = "is not a compatible subset of any of the virtual service hosts"
CLAIM = (
    "JWT claim based routing (key: @request.auth.claims.a) is only supported for gateway, "
    "found no gateways: "
)
BAD: tuple[tuple[Spec, list[str]], ...] = (
    ({}, ["http, tcp or tls must be provided in virtual service"]),
    ({"hosts": [], "gateways": ["edge"], "tls": [], "tcp": [{"route": ROUTE}]},
     ["delegate virtual service must have no gateways specified",
      "delegate virtual service must have no tcp route specified"]),
    ({**HTTP, "hosts": ["*"]}, [MESH_STAR]),
    ({**HTTP, "hosts": ["*"], "gateways": ["edge", "mesh"]}, [MESH_STAR]),
    ({**HTTP, "hosts": ["a_b", "c"]}, ['domain name "a_b" invalid (label "a_b" invalid)']),
    ({**HTTP, "hosts": ["*.foo.com", "bar.foo.com"]},
     ["duplicate hosts in virtual service: *.foo.com & bar.foo.com"]),
    ({**HTTP, "gateways": ["/"]},
     ["config namespace and gateway name cannot be empty", 'invalid value for namespace: ""',
      'invalid value for gateway name: ""']),
    ({**HTTP, "gateways": ["a b"]}, ['domain name "a b" invalid (label "a b" invalid)']),
    ({"http": [{"match": [{"headers": {"@request.auth.claims.a": {"exact": "a"}}}],
                "route": ROUTE}], "gateways": ["edge", "mesh"]}, [CLAIM + "[edge mesh]"]),
    ({"http": [{"match": [{"withoutHeaders": {"@request.auth.claims.a": {}}}],
                "route": ROUTE}]}, [CLAIM + "[]"]),
    ({**HTTP, "exportTo": ["default", "."]},
     ["duplicate entries in exportTo: . and current namespace default"]),
    ({"http": [None]}, ["http route may not be null"]),
    ({"tcp": [{"match": [None, {"port": 65536, "destinationSubnets": ["1.2.3.4/99"]}]}]},
     ["tcp match may not be nil", "1.2.3.4/99 is not a valid CIDR block",
      "port number 65536 must be in the range 1..65535", "TCP route is required"]),
    ({"tls": [{}]}, ["TLS route must have at least one match condition", "TLS route is required"]),
    ({"tls": [{"match": [None, {"sourceLabels": {"a": "@"}, "gateways": ["A/b c"]}],
               "route": ROUTE}]},
     ["TLS match may not be null", "TLS match must have at least one SNI host",
      'invalid tag value: "@"', 'invalid value for gateway name: "b c"']),
    ({"tls": [{"match": [{"sniHosts": ["*.com"]}], "route": ROUTE}], "hosts": ["a.com", "b.com"]},
     [f'SNI host "*.com" {NOT_WITHIN}: [a.com, b.com]']),
    ({"tls": [{"match": [{"sniHosts": ["a_b"]}], "route": ROUTE}]},
     ['domain name "a_b" invalid (label "a_b" invalid)']),
)  # fmt: skip


@pytest.mark.parametrize("spec", GOOD)
def test_good_objects_pass(spec: Spec) -> None:
    """What Istio accepts has no errors."""
    assert said(spec) == []


@pytest.mark.parametrize(("spec", "expected"), BAD)
def test_bad_objects_are_refused(spec: Spec, expected: list[str]) -> None:
    """Every error is named, in upstream's order and words."""
    assert said(spec) == expected


def test_a_delegate_has_no_delegate() -> None:
    """A VirtualService without hosts cannot hand on."""
    rule = {"delegate": {"name": "pages"}, "route": ROUTE}
    assert said({"hosts": [], "http": [rule]}) == ["delegate HTTP route cannot contain delegate"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, "HTTP route, redirect or direct_response is required"),
        ({"route": [{"weight": 1}]}, "1 error occurred:\n\t* destination is required\n\n"),
        ({"route": ROUTE, "match": [{"sourceLabels": {"a": "@"}}]},
         '1 error occurred:\n\t* invalid tag value: "@"\n\n'),
    ],
)  # fmt: skip
def test_some_errors_are_a_list_of_one(rule: Spec, expected: str) -> None:
    """What Istio appends to a list stays in it, also alone."""
    assert text(said({"http": [rule]})) == expected


def test_unreachable_rules_are_no_errors() -> None:
    """A second rule for all requests is allowed, though no request finds it."""
    assert said({"http": [{"route": ROUTE}, {"route": ROUTE}]}) == []


def test_errors_about_headers_come_by_name() -> None:
    """The order of the object says nothing."""
    headers = {"b c": {"exact": "x"}, "a b": {"exact": "x"}}
    assert said({"http": [{"match": [{"headers": headers}], "route": ROUTE}]}) == [
        "header name a b is not a valid header name",
        "header name b c is not a valid header name",
    ]


def test_names_between_clusters_are_not_looked_into() -> None:
    """Whatever follows the prefix passes where only gateways are concerned."""
    host = "outbound_whatever"
    tls = [{"match": [{"sniHosts": [host]}], "route": ROUTE}]
    assert said({"hosts": [host], "tls": tls, "gateways": ["edge"]}) == []
    wrong = f'domain name "{host}" invalid (label "{host}" invalid)'
    assert said({"hosts": [host], "tls": tls, "gateways": ["mesh"]}) == [wrong, wrong]


@pytest.mark.parametrize("obj", samples("VirtualService"))
def test_well_known_objects_pass(obj: Object) -> None:
    """None of the project's own and of Istio's samples is refused."""
    assert list(errors(obj)) == []
