"""Checks of the `http` rules of a VirtualService.

Source: istio `pkg/config/validation/virtualservice.go` (validateHTTPRoute) and
`pkg/config/validation/validation.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.cors import cors_policy
from kubelearn.api.istio.destinations import (
    destination,
    mirror_share,
    mirrors,
    route_destinations,
)
from kubelearn.api.istio.faults import fault
from kubelearn.api.istio.header_operations import authority_changes, header_operations
from kubelearn.api.istio.http_match import http_matches
from kubelearn.api.istio.names import duration, http_status, port
from kubelearn.api.istio.retries import retries
from kubelearn.api.istio.string_match import regex

Rule = Mapping[str, Any]
LONGEST_BODY = 1024 * 1024
ALONE = (
    ("route", "HTTP route cannot"),
    ("fault", "HTTP route cannot"),
    ("rewrite", "HTTP route rule cannot"),
)
"""What a redirect or a direct response excludes, with the beginning of the error."""


def http_route(rule: Rule | None, *, delegate: bool) -> Iterator[str]:
    """A rule for requests; `delegate`: of a VirtualService without hosts."""
    if rule is None:
        yield "http route may not be null"
        return
    yield from _conflicts(rule, delegate)
    yield from http_matches(rule.get("match"))
    yield from header_operations(rule.get("headers"))
    yield from cors_policy(rule.get("corsPolicy"))
    yield from fault(rule.get("fault"))
    yield from _mirrored(rule)
    yield from _redirect(rule.get("redirect"))
    yield from _direct_response(rule.get("directResponse"))
    yield from retries(rule.get("retries"))
    yield from _rewrite(rule.get("rewrite"))
    yield from authority_changes(rule.get("rewrite"), rule.get("headers"))
    yield from route_destinations(rule.get("route"))
    if rule.get("timeout") is not None:
        yield from duration(rule["timeout"])


def _conflicts(rule: Rule, delegate: bool) -> Iterator[str]:
    if rule.get("delegate") is not None and not delegate:
        yield from _root_conflicts(rule)
        return
    if rule.get("delegate") is not None:
        yield "delegate HTTP route cannot contain delegate"
    if rule.get("redirect") is not None:
        yield from _alone(rule, "redirect")
        if rule.get("directResponse") is not None:
            yield "HTTP route rule cannot contain both direct_response and redirect"
    elif rule.get("directResponse") is not None:
        yield from _alone(rule, "direct_response")
    elif not rule.get("route"):
        yield "HTTP route, redirect or direct_response is required"
    if rule.get("mirror") is not None and rule.get("mirrors"):
        yield "HTTP route cannot contain both mirror and mirrors"


def _root_conflicts(rule: Rule) -> Iterator[str]:
    for field in ("redirect", "route"):
        if rule.get(field) not in (None, []):
            yield f"root HTTP route {rule.get('name') or ''} must not specify {field}"


def _alone(rule: Rule, answer: str) -> Iterator[str]:
    for field, start in ALONE:
        if rule.get(field) not in (None, []):
            yield f"{start} contain both {field} and {answer}"


def _mirrored(rule: Rule) -> Iterator[str]:
    if (rule.get("mirrorPercent") or 0) > 100:
        yield f"mirror_percent must have a max value of 100 (it has {rule['mirrorPercent']})"
    yield from mirror_share("mirror_percentage", rule.get("mirrorPercentage"))
    yield from destination(rule.get("mirror"))
    yield from mirrors(rule.get("mirrors"))


def _redirect(redirect: Rule | None) -> Iterator[str]:
    if redirect is None:
        return
    code, scheme = redirect.get("redirectCode") or 0, redirect.get("scheme") or ""
    asked = (redirect.get("uri"), redirect.get("authority"), scheme)
    if not any(asked) and redirect.get("port") is None and redirect.get("derivePort") is None:
        yield "redirect must specify URI, authority, scheme, or port"
    elif code and not 300 <= code <= 399:
        yield f"{code} is not a valid redirect code, must be 3xx"
    elif scheme not in ("", "http", "https"):
        yield 'invalid redirect scheme, must be "http" or "https"'
    elif redirect.get("port"):
        yield from port(redirect["port"])


def _direct_response(response: Rule | None) -> Iterator[str]:
    if response is None:
        return
    if _length(response.get("body") or {}) > LONGEST_BODY:
        yield "large direct_responses may impact control plane performance, must be less than 1MB"
    yield from http_status(response.get("status") or 0)


def _length(body: Rule) -> int:
    """The bytes of an answer, given as text or in base64."""
    if body.get("string") is not None:
        return len(body["string"].encode())
    return len((body.get("bytes") or "").rstrip("=")) * 3 // 4


def _rewrite(rewrite: Rule | None) -> Iterator[str]:
    if rewrite is None:
        return
    pattern = rewrite.get("uriRegexRewrite")
    if rewrite.get("uri") and pattern is not None:
        yield "rewrite may only contain one of URI or UriRegexRewrite"
    elif not rewrite.get("uri") and pattern is None and not rewrite.get("authority"):
        yield (
            "rewrite must specify at least one of URI, UriRegexRewrite, or authority. "
            "Only one of URI or UriRegexRewrite may be specified"
        )
    elif pattern is not None:
        yield from (f"UriRegexRewrite has errors\n{wrong}" for wrong in _regex_rewrite(pattern))


def _regex_rewrite(rewrite: Rule) -> Iterator[str]:
    if not rewrite.get("match") or not rewrite.get("rewrite"):
        yield "UriRegexRewrite requires both Rewrite and Match fields to be specified"
    else:
        yield from regex(rewrite["match"], "HTTPRewrite.UriRegexRewrite.Match")
