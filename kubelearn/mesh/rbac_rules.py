"""Rules of AuthorizationPolicies as those of Envoy's RBAC filter.

Source: istio `pilot/pkg/security/authz/model/model.go`, `generator.go`, `matcher`, 1.27.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from typing import Any, NamedTuple

from kubelearn.mesh.istio.request_principals import patterns
from kubelearn.mesh.istio.text_match import TEMPLATE, wild

Json = dict[str, Any]
Given = Mapping[str, Any]
JWT, PAYLOAD = "envoy.filters.http.jwt_authn", "payload"
SPIFFE = "spiffe://"
TEMPLATES = "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig"
ANY: Json = {"any": True}
ALONE: tuple[Given, ...] = ({},)
"""An entry that asks nothing."""
PERMISSIONS, PRINCIPALS = ("or_rules", "rules", "not_rule"), ("or_ids", "ids", "not_id")
"""How Envoy joins alternatives of each kind, and how it turns one round."""
Generate = Callable[[str], Json]


class Field(NamedTuple):
    """How one value of a field is asked for."""

    generate: Generate
    http: bool = False
    """Only HTTP requests have it."""


class Unmatched(Exception):
    """An ALLOW rule asks a TCP connection for what it never has: the rule is left out."""


def string_match(value: str, prefix: str = "") -> Json:
    """Envoy's matcher for a text of a policy; `prefix` stands before what is compared."""
    if value == "*":
        return {"safe_regex": {"regex": ".+"}}
    if value.startswith("*"):
        return {"suffix": value[1:]}
    if value.endswith("*"):
        return {"prefix": prefix + value[:-1]}
    return {"exact": prefix + value}


def _header(name: str, *, ignore_case: bool = False) -> Generate:
    def generate(value: str) -> Json:
        if value == "*":
            return {"header": {"name": name, "present_match": True}}
        more = {"ignore_case": True} if ignore_case else {}
        return {"header": {"name": name, "string_match": {**string_match(value), **more}}}

    return generate


def _path(value: str) -> Json:
    if not any(sign in value for sign in TEMPLATE):
        return {"url_path": {"path": string_match(value)}}
    template = value.replace("{**}", "**").replace("{*}", "*")
    config = {"@type": TEMPLATES, "path_template": template}
    return {"uri_template": {"name": "uri-template", "typed_config": config}}


def _address(kind: str) -> Generate:
    def generate(value: str) -> Json:
        found = ip_network(value, strict=False)
        prefix = {"address_prefix": str(found.network_address), "prefix_len": found.prefixlen}
        return {kind: prefix}

    return generate


def _holder(matcher: Json) -> Json:
    return {"authenticated": {"principal_name": matcher}}


def _holder_regex(text: str) -> Json:
    return _holder({"safe_regex": {"regex": text}})


def _metadata(path: Iterable[str], value: Json) -> Json:
    keys = [{"key": name} for name in (PAYLOAD, *path)]
    return {"metadata": {"filter": JWT, "path": keys, "value": value}}


def _claim(path: Iterable[str]) -> Generate:
    """A claim that is a text or a list of texts."""
    names = list(path)

    def generate(value: str) -> Json:
        text = {"string_match": string_match(value)}
        either = [text, {"list_match": {"one_of": text}}]
        return _metadata(names, {"or_match": {"value_matchers": either}})

    return generate


def _request_principal(value: str) -> Json:
    """Issuer and subject."""
    pair = zip(("iss", "sub"), patterns(value), strict=True)
    return {"and_ids": {"ids": [
        _metadata([name], {"string_match": dict(matcher)}) for name, matcher in pair
    ]}}  # fmt: skip


def _listed(name: str) -> Generate:
    """One of the values of a header that has several with commas between them."""

    def generate(value: str) -> Json:
        if value == "*":
            return _header(name)(value)
        before = "" if value.startswith("*") else "(.*,)?"
        behind = "" if value.endswith("*") else "(,.*)?"
        regex = f"{before}{wild(value)}{behind}"
        return {"header": {"name": name, "string_match": {"safe_regex": {"regex": regex}}}}

    return generate


def _left_behind(key: str) -> Generate:
    """What a filter has left behind: `experimental.envoy.filters.a.b[c]`, a list as `[value]`."""
    filter_name, _, name = key.removeprefix("experimental.").removesuffix("]").partition("[")

    def generate(value: str) -> Json:
        listed = value.startswith("[") and value.endswith("]")
        text = {"string_match": string_match(value.strip("[]") if listed else value)}
        wanted = {"list_match": {"one_of": text}} if listed else text
        return {"metadata": {"filter": filter_name, "path": [{"key": name}], "value": wanted}}

    return generate


OPERATIONS: dict[str, Field] = {
    "hosts": Field(_header(":authority", ignore_case=True), http=True),
    "methods": Field(_header(":method"), http=True),
    "paths": Field(_path, http=True),
    "ports": Field(lambda value: {"destination_port": int(value)}),
}
"""Fields of `to.operation`."""
SOURCES: dict[str, Field] = {
    "principals": Field(lambda value: _holder(string_match(value, SPIFFE))),
    "namespaces": Field(lambda value: _holder_regex(f".*/ns/{wild(value)}/.*")),
    "trustDomains": Field(lambda value: _holder_regex(f"{SPIFFE}{wild(value)}/.*")),
    "ipBlocks": Field(_address("direct_remote_ip")),
    "remoteIpBlocks": Field(_address("remote_ip")),
    "requestPrincipals": Field(_request_principal, http=True),
}
"""Fields of `from.source`; serviceAccounts need the policy's namespace."""
PLACES: dict[str, Field] = {
    "destination.ip": Field(_address("destination_ip")),
    "destination.port": OPERATIONS["ports"],
    "connection.sni": Field(lambda value: {"requested_server_name": string_match(value)}),
}
"""Keys of `when` that are asked of the destination."""
ENDS: dict[str, Field] = {
    "source.ip": SOURCES["ipBlocks"],
    "remote.ip": SOURCES["remoteIpBlocks"],
    "source.namespace": SOURCES["namespaces"],
    "source.principal": SOURCES["principals"],
    "source.trustDomain": SOURCES["trustDomains"],
    "request.auth.principal": SOURCES["requestPrincipals"],
    "request.auth.audiences": Field(_claim(["aud"]), http=True),
    "request.auth.presenter": Field(_claim(["azp"]), http=True),
}
"""Keys of `when` that are asked of the client or the request."""


def _account(namespace: str) -> Field:
    def generate(value: str) -> Json:
        place, _, name = (value if "/" in value else f"{namespace}/{value}").partition("/")
        place, name = re.escape(place), re.escape(name)
        return _holder_regex(f"{SPIFFE}.+/ns/{place}/(.+/|)sa/{name}(/.+)?")

    return Field(generate)


def _is_place(key: str) -> bool:
    return key in PLACES or key.startswith("experimental.envoy.filters.")


def _place(key: str) -> Field:
    """A key of `when` that is asked of the destination."""
    return PLACES[key] if key in PLACES else Field(_left_behind(key))


def _end(key: str, namespace: str) -> Field:
    """A key of `when` that is asked of the client or the request."""
    names = re.findall(r"\[([^\]]*)\]", key)
    if key == "source.serviceAccount":
        return _account(namespace)
    if key.startswith("request.headers["):
        return Field(_header(names[0]), http=True)
    if key.startswith("request.experimental.inline.headers["):
        return Field(_listed(names[0]), http=True)
    if key.startswith("request.auth.claims["):
        return Field(_claim(names), http=True)
    return ENDS[key]


def policy_of(rule: Given, namespace: str, *, tcp: bool, deny: bool) -> Json:
    """One rule as a policy of the filter; Unmatched when it never matches."""
    side = _Side(tcp=tcp, deny=deny)
    when = rule.get("when") or ()
    places = [one for one in when if _is_place(one["key"])]
    ends = [one for one in when if not _is_place(one["key"])]
    permissions = [
        _all(side.entry(one.get("operation", one), OPERATIONS, PERMISSIONS)
             + side.conditions(places, _place, PERMISSIONS), "and_rules", "rules")
        for one in rule.get("to") or ALONE
    ]  # fmt: skip
    fields = {**SOURCES, "serviceAccounts": _account(namespace)}
    principals = [
        _all(side.entry(one.get("source", one), fields, PRINCIPALS)
             + side.conditions(ends, lambda key: _end(key, namespace), PRINCIPALS),
             "and_ids", "ids")
        for one in rule.get("from") or ALONE
    ]  # fmt: skip
    return {"permissions": permissions, "principals": principals}


class _Side(NamedTuple):
    """Where a rule stands: before HTTP or TCP, to deny or to allow."""

    tcp: bool
    deny: bool

    def entry(
        self, entry: Given, fields: Mapping[str, Field], words: tuple[str, ...]
    ) -> list[Json]:
        """All fields of a source or an operation."""
        found: list[Json] = []
        for name, values in entry.items():
            plain = name[3].lower() + name[4:] if name.startswith("not") else name
            if values:
                found += self.asked(fields[plain], values, words, negated=plain != name)
        return found

    def conditions(
        self, conditions: Iterable[Given], read: Callable[[str], Field], words: tuple[str, ...]
    ) -> list[Json]:
        """All conditions of `when`."""
        found: list[Json] = []
        for one in conditions:
            for name, negated in (("values", False), ("notValues", True)):
                if one.get(name):
                    found += self.asked(read(one["key"]), one[name], words, negated=negated)
        return found

    def asked(
        self, field: Field, values: Iterable[str], words: tuple[str, ...], *, negated: bool
    ) -> list[Json]:
        """Any of the values, or none of them."""
        if self.tcp and field.http:
            if self.deny:
                return []
            raise Unmatched
        either, inner, turned = words
        made: Json = {either: {inner: [field.generate(value) for value in values]}}
        return [{turned: made} if negated else made]


def _all(parts: list[Json], word: str, inner: str) -> Json:
    return {word: {inner: parts or [ANY]}}
