"""External authorization: what a CUSTOM policy asks of a provider of the mesh, and what follows.

It comes before tokens are looked at, and before DENY and ALLOW. A provider that cannot be used
refuses what the policy matches; one that does not answer, or with 5xx, refuses unless it fails
open; any other answer but 200 is passed on to the client.
Source: istio `pilot/pkg/security/authz/builder/extauthz.go`, `builder.go` (getBadCustomDenyRules),
1.27; envoy `source/extensions/filters/http/ext_authz/ext_authz.cc`,
`filters/common/ext_authz/ext_authz_http_impl.cc`, 1.40.

Unlike the real one: a provider of gRPC is asked in the same way, with all headers, and answers by a
status of HTTP; bodies are not sent along; caching is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kubelearn.api.objects import Object
from kubelearn.mesh.istio.attributes import Peer
from kubelearn.mesh.istio.authorization import action_of, applies, matching_rule, name_of
from kubelearn.mesh.istio.routes import cluster_name
from kubelearn.mesh.istio.text_match import matches_text
from kubelearn.mesh.push import Push
from kubelearn.sim.duration import parse_duration
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import NO_HEADERS, Answered, Consult, Judged

Json = Mapping[str, Any]
Headers = Mapping[str, str]
HTTP, GRPC = "envoyExtAuthzHttp", "envoyExtAuthzGrpc"
KINDS = (HTTP, GRPC)
CHECK = "/envoy.service.auth.v3.Authorization/Check"
TIMEOUT = "600s"
ALWAYS_SENT = ("authorization", "content-length")
"""Headers of a request that a provider of HTTP gets in any case."""
ALWAYS_RETURNED = ("location", "www-authenticate", "proxy-authenticate", "content-length")
"""Headers of its refusal that a client gets even where others are listed."""
UNAUTHORIZED = "UAEX"
PREFIX, BAD = "istio-ext-authz", "-deny-due-to-bad-CUSTOM-action"


class Provider(NamedTuple):
    """An extension provider that authorises."""

    name: str
    kind: str
    """One of `KINDS`."""
    host: str
    port: int
    said: Json
    """Its fields."""

    @property
    def cluster(self) -> str:
        """Where its requests go."""
        return cluster_name(self.port, "", self.host)

    @property
    def status_on_error(self) -> int:
        """What a client gets when it does not answer."""
        return int(self.said.get("statusOnError") or 403)

    @property
    def fails_open(self) -> bool:
        """Whether requests pass when it does not answer."""
        return bool(self.said.get("failOpen"))


def provider(push: Push, name: str) -> Provider:
    """A provider by its name; ValueError says why it cannot be used."""
    known = push.mesh.get("extensionProviders") or ()
    listed = next((one for one in known if one.get("name") == name), None)
    if listed is None:
        names = " ".join(sorted(one["name"] for one in known))
        raise ValueError(f"extension provider {name} not found, available providers are [{names}]")
    kind = next((one for one in KINDS if one in listed), "")
    if not kind:
        raise ValueError(f"unsupported extension provider: {name}")
    said = listed[kind] or {}
    port = said.get("port") or 0
    if not 1 <= int(port) <= 65535:
        raise ValueError(f"port must be in the range [1, 65535], found: {port}")
    host = str(said.get("service") or "").rpartition("/")[2]
    if not host:
        raise ValueError("service must not be empty")
    if host not in push.services:
        raise ValueError(f"could not find service {host} in Istio service registry")
    return Provider(name, kind, host, int(port), said)


def customs(push: Push, peer: Peer) -> list[Object]:
    """The CUSTOM policies for a workload, the oldest first."""
    policies = push.of("authorizationpolicies")
    return [one for one in policies if action_of(one) == "CUSTOM" and applies(one, peer)]


def provider_for(push: Push, policies: Iterable[Object]) -> Provider:
    """The provider of a workload's CUSTOM policies; ValueError when there is no usable one."""
    names = sorted({(one["spec"].get("provider") or {}).get("name") or "" for one in policies})
    if len(names) > 1:
        raise ValueError("all extension providers must be the same for a specific workload, found "
                         f"multiple different providers: [{' '.join(names)}]")  # fmt: skip
    return provider(push, names[0])


class Passed(NamedTuple):
    """A request that goes on: what the provider has said, and the headers with which it does."""

    said: str
    headers: Headers


def external(push: Push, peer: Peer, call: Call, answer: Answered | None) -> Judged | Passed:
    """What external authorization makes of a request; `answer` once the provider was asked."""
    policies = customs(push, peer)
    rules = ((name_of(one), matching_rule(one, peer)) for one in policies)
    found = next(((name, rule) for name, rule in rules if rule is not None), None)
    if found is None:
        return Passed("", call.headers)
    name, rule = found
    try:
        used = provider_for(push, policies)
    except ValueError as error:
        return _bad(peer, name, rule, str(error))
    if not peer.http and used.kind == HTTP:
        return Passed("", call.headers)
    if answer is None:
        text = f"{name} asks {used.name} at {used.host}:{used.port}"
        return Judged(text, False, ask=consult(push, used, peer, call))
    return _answered(used, peer, call, answer)


def _bad(peer: Peer, policy: str, rule: int, problem: str) -> Judged:
    """A policy whose provider cannot be used refuses what it matches."""
    namespace, _, name = policy.partition("/")
    details = f"{PREFIX}-ns[{namespace}]-policy[{name}]-rule[{rule}]{BAD}"
    denied = "RBAC: access denied"
    text = f"{denied} ({policy} has no authoriser: {problem})"
    flag, body = ("RBAC", denied) if peer.http else (UNAUTHORIZED, "")
    return Judged(text, False, 403 if peer.http else 0, flag, body,
                  details=f"rbac_access_denied_matched_policy[{details}]")  # fmt: skip


def consult(push: Push, used: Provider, peer: Peer, call: Call) -> Consult:
    """The question to a provider about a request."""
    service = push.services[used.host]
    timeout = parse_duration(used.said.get("timeout") or TIMEOUT)
    given = {name.lower(): value for name, value in call.headers.items()}
    where = (service.address, used.port)
    if used.kind == GRPC:
        return Consult(used.cluster, where, "POST", used.host, CHECK, given, timeout)
    query = urlsplit(call.url).query
    path = f"{used.said.get('pathPrefix') or ''}{call.target.path}"
    wanted = (*ALWAYS_SENT, *(used.said.get("includeRequestHeadersInCheck") or ()),
              *(used.said.get("includeHeadersInCheck") or ()))  # fmt: skip
    headers = {**picked(given, wanted), **(used.said.get("includeAdditionalHeadersInCheck") or {})}
    return Consult(used.cluster, where, call.method, peer.host,
                   f"{path}?{query}" if query else path, headers, timeout)  # fmt: skip


def picked(headers: Headers, wanted: Iterable[str]) -> dict[str, str]:
    """The headers whose names are listed; an entry may begin or end with `*`."""
    patterns = [one.lower() for one in wanted]
    return {
        name: value for name, value in headers.items()
        if any(matches_text(one, name) for one in patterns)
    }  # fmt: skip


def _answered(used: Provider, peer: Peer, call: Call, answer: Answered) -> Judged | Passed:
    """What a provider's answer means."""
    response = {name.lower(): value for name, value in answer.response.items()}
    if answer.status == 200:
        added = picked(response, used.said.get("headersToUpstreamOnAllow") or ())
        return Passed(f"{used.name} allows it", {**_without(call.headers, added), **added})
    if not 0 < answer.status < 500:
        told = f"answers {answer.status}" if answer.status else "does not answer"
        if used.fails_open:
            return Passed(f"{used.name} {told} and fails open", call.headers)
        return _refused(peer, f"{used.name} {told}", used.status_on_error, "ext_authz_error")
    listed = used.said.get("headersToDownstreamOnDeny") or ()
    shown = picked(response, (*ALWAYS_RETURNED, *listed)) if listed else response
    return _refused(peer, f"{used.name} refuses it", answer.status, "ext_authz_denied",
                    answer.body, shown)  # fmt: skip


def _without(headers: Headers, names: Iterable[str]) -> dict[str, str]:
    gone = set(names)
    return {name: value for name, value in headers.items() if name.lower() not in gone}


def _refused(
    peer: Peer, text: str, status: int, details: str, body: str = "",
    response: Headers = NO_HEADERS,
) -> Judged:  # fmt: skip
    if not peer.http:
        return Judged(f"{text}: the connection is closed", False, flag=UNAUTHORIZED,
                      details=details)  # fmt: skip
    return Judged(f"{text}: {status}", False, status, UNAUTHORIZED, body, details=details,
                  response=response)  # fmt: skip
