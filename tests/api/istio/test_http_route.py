"""What is said of the rules for requests in VirtualServices that Istio refuses."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.api.istio.http_route import http_route

Rule = dict[str, Any]
ROUTE = [{"destination": {"host": "reviews"}}]

GOOD: tuple[Rule, ...] = (
    {},
    {"match": [{"uri": {"prefix": ""}, "headers": {"a": {"exact": "b"}, ":path": {}}}]},
    {"match": [{"withoutHeaders": {"a": {"regex": "*"}, "b": {}}}, None]},
    {"headers": {"request": {"set": {"Host": "a", "x": "100%% of %REQ(:path)%"}}}},
    {"headers": {"response": {"add": {"x": '%META(["a", "b"])%'}, "remove": ["y"]}}},
    {"corsPolicy": {"allowOrigins": [{"exact": "*"}], "allowMethods": ["GET", "*"],
                    "allowHeaders": ["*"], "maxAge": "24h"}},
    {"fault": {"abort": {"httpStatus": 500, "percentage": {"value": 0.1}}}},
    {"fault": {"abort": {"grpcStatus": "NOT_FOUND"}, "delay": {"fixedDelay": "5s"}}},
    {"fault": {"abort": {}}},
    {"mirror": {"host": "a", "subset": "v1"}, "mirrorPercentage": {"value": 100}},
    {"retries": {"attempts": 3, "perTryTimeout": "2s", "retryOn": "5xx,503,reset"}},
    {"retries": {"attempts": 0}},
    {"rewrite": {"uriRegexRewrite": {"match": "/a(.*)", "rewrite": "/b\\1"}}},
    {"timeout": "0.5s"},
    {"route": [{"destination": {"host": "a"}, "weight": 0}, {"destination": {"host": "b"},
                                                             "weight": 1}]},
    {"route": None, "redirect": {"derivePort": "FROM_REQUEST_PORT"}},
    {"route": None, "directResponse": {"status": 503, "body": {"string": "closed"}}},
    {"route": None, "directResponse": {"status": 200, "body": {"bytes": "A" * 1398100 + "AA=="}}},
)  # fmt: skip
EMPTY_REWRITE = (
    "rewrite must specify at least one of URI, UriRegexRewrite, or authority. "
    "Only one of URI or UriRegexRewrite may be specified"
)
VALUE = "header value configuration: invalid header configuration. "
BAD: tuple[tuple[Rule, list[str]], ...] = (
    ({"route": []}, ["HTTP route, redirect or direct_response is required"]),
    ({"redirect": {"uri": "/"}, "fault": {"delay": {}}, "rewrite": {"uri": "/"},
      "directResponse": {"status": 200}},
     ["HTTP route cannot contain both route and redirect",
      "HTTP route cannot contain both fault and redirect",
      "HTTP route rule cannot contain both rewrite and redirect",
      "HTTP route rule cannot contain both direct_response and redirect"]),
    ({"directResponse": {"status": 200}},
     ["HTTP route cannot contain both route and direct_response"]),
    ({"mirror": {"host": "a"}, "mirrors": [{"destination": {"host": "b"}}]},
     ["HTTP route cannot contain both mirror and mirrors"]),
    ({"name": "r", "delegate": {"name": "d"}, "redirect": {"uri": "/"}},
     ["root HTTP route r must not specify redirect", "root HTTP route r must not specify route"]),
    ({"match": [{"headers": {"": None}}]},
     ["header match  cannot be null", "header name cannot be empty"]),
    ({"match": [{"headers": {"a b": {"prefix": ""}}}]},
     ["header name a b is not a valid header name",
      '"headers": prefix string match should not be empty']),
    ({"match": [{"uri": {"regex": ""}, "method": {"prefix": ""}}]},
     ['"uri": regex string match should not be empty',
      '"method": prefix string match should not be empty']),
    ({"match": [{"queryParams": {"q": {"regex": "a" * 1025}}}]},
     ['"queryParams": regex is too large, max length allowed is 1024']),
    ({"match": [{"port": 70000, "sourceNamespace": "a.b"}]},
     ["port number 70000 must be in the range 1..65535", "sourceNamespace match a.b is invalid"]),
    ({"headers": {"request": {"add": {":path": "x", "": "x"}, "remove": ["host"]}}},
     ["header name cannot be empty", 'invalid header ":path": header cannot have ":" prefix',
      'invalid header "host": cannot set Host header']),
    ({"headers": {"response": {"set": {":status": "x"}}}},
     ['invalid header ":status": header cannot have ":" prefix']),
    ({"headers": {"request": {"set": {"x": "a\nb"}}}},
     ["header value configuration a\nb is invalid"]),
    ({"headers": {"request": {"set": {"x": "50%"}}}}, [VALUE + "Un-escaped %"]),
    ({"headers": {"request": {"set": {"x": "%A"}}}},
     [VALUE + "Un-terminated variable expression '%A'"]),
    ({"headers": {"request": {"set": {"x": "%A([b"}}}}, [VALUE + "Expecting '\"'"]),
    ({"headers": {"request": {"set": {"x": '%A(["b"x'}}}},
     [VALUE + "Expecting ',', ']', or whitespace"]),
    ({"headers": {"request": {"set": {"x": "%A(b)x"}}}},
     [VALUE + "Expecting '%' or whitespace after"]),
    ({"headers": {"request": {"set": {"x": "%A(b\\"}}}},
     [VALUE + "Un-terminated backslash in JSON string"]),
    ({"rewrite": {"authority": "a"}, "headers": {"request": {"set": {"host": "b"}}}},
     ['authority header cannot be set multiple times: have "a", attempting to set "b"']),
    ({"corsPolicy": {"allowOrigins": [{}], "allowMethods": ["get"], "exposeHeaders": ["a b"],
                     "maxAge": "1500ms"}},
     ["'' is not a valid match type for CORS allow origins",
      '"get" is not a supported HTTP method', "header name a b is not a valid header name",
      "max_age duration is accurate only to seconds precision"]),
    ({"fault": {}}, ["HTTP fault injection must have an abort and/or a delay"]),
    ({"fault": {"abort": {"httpStatus": 9000, "percentage": {"value": 101}}}},
     ["percentage 101 is neither 0.0, nor in range [0.0001, 100.0]",
      "HTTP status 9000 is not in range 200-599"]),
    ({"fault": {"abort": {"grpcStatus": "not found"}}},
     [('gRPC status "not found" is not supported. See '
      "https://github.com/grpc/grpc/blob/master/doc/statuscodes.md "
      "for a list of supported codes, for example 'NOT_FOUND'")]),
    ({"fault": {"abort": {"http2Error": "x"}, "delay": {"exponentialDelay": "1s"}}},
     ["HTTP/2 abort fault injection not supported yet", "exponentialDelay not supported yet"]),
    ({"fault": {"delay": {"fixedDelay": "0s"}}}, ["duration must be greater than 1ms"]),
    ({"mirrorPercent": 101, "mirrorPercentage": {"value": 100.5}, "mirror": {"host": "*"}},
     ["mirror_percent must have a max value of 100 (it has 101)",
      "mirror_percentage must have a max value of 100 (it has 100.500000)",
      "invalid destination host *"]),
    ({"mirrors": [None, {}, {"destination": {"host": "a"}, "percentage": {"value": -1}}]},
     ["mirror cannot be null", "destination is required for mirrors",
      "mirror percentage must have a min value of 0 (it has -1.000000)"]),
    ({"route": None, "redirect": {}}, ["redirect must specify URI, authority, scheme, or port"]),
    ({"route": None, "redirect": {"uri": "/", "redirectCode": 200}},
     ["200 is not a valid redirect code, must be 3xx"]),
    ({"route": None, "redirect": {"scheme": "ftp"}},
     ['invalid redirect scheme, must be "http" or "https"']),
    ({"route": None, "redirect": {"port": 65536}},
     ["port number 65536 must be in the range 1..65535"]),
    ({"route": None, "directResponse": {"body": {"string": "a" * (1024 * 1024 + 1)}}},
     ["large direct_responses may impact control plane performance, must be less than 1MB",
      "HTTP status 0 is not in range 200-599"]),
    ({"route": None, "directResponse": {"status": 200, "body": {"bytes": "A" * 1398104}}},
     ["large direct_responses may impact control plane performance, must be less than 1MB"]),
    ({"retries": {"attempts": -1, "retryOn": "5xx, reset", "backoff": "0s"}},
     ["attempts cannot be negative", '" reset" is not a valid retryOn policy',
      "duration must be greater than 1ms"]),
    ({"retries": {"attempts": 0, "perTryTimeout": "1us"}},
     ["http retry policy configured when attempts are set to 0 (disabled)",
      "duration must be greater than 1ms"]),
    ({"retries": {"attempts": 1, "retryOn": "299"}}, ['"299" is not a valid retryOn policy']),
    ({"rewrite": {}}, [EMPTY_REWRITE]),
    ({"rewrite": {"uri": "/", "uriRegexRewrite": {}}},
     ["rewrite may only contain one of URI or UriRegexRewrite"]),
    ({"rewrite": {"uriRegexRewrite": {"match": "a"}}},
     [("UriRegexRewrite has errors\n"
      "UriRegexRewrite requires both Rewrite and Match fields to be specified")]),
    ({"route": [None, {"weight": -1}, {"destination": {"host": "a", "subset": "v 1", "port": {}},
                                       "weight": 1}]},
     ["weight may not be nil", "destination is required", "weight -1 < 0",
      "subset name is invalid: v 1", "port number 0 must be in the range 1..65535",
      "total destination weight = 0"]),
    ({"timeout": "1500us"}, ["only durations to ms precision are supported"]),
)  # fmt: skip


@pytest.mark.parametrize("rule", GOOD)
def test_good_rules_pass(rule: Rule) -> None:
    """What Istio accepts has no errors."""
    assert list(http_route({"route": ROUTE, **rule}, delegate=False)) == []


@pytest.mark.parametrize(("rule", "expected"), BAD)
def test_bad_rules_are_refused(rule: Rule, expected: list[str]) -> None:
    """Every error is named, in upstream's order and words."""
    assert list(http_route({"route": ROUTE, **rule}, delegate=False)) == expected
