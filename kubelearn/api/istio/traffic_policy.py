"""Traffic policies of DestinationRules and of their subsets: their errors.

Source: istio `pkg/config/validation/validation.go` (validateTrafficPolicy) and
`pkg/config/validation/agent/validation.go` (ValidateTLS), 1.27.

Unlike the real one: credentialName with configmap:// is not looked at; a policy with nothing
but a retryBudget passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from kubelearn.api.istio.connection_pool import connection_pool
from kubelearn.api.istio.locality import locality_lb
from kubelearn.api.istio.names import duration, fqdn, ip_address, percent, port
from kubelearn.api.objects import Object

PORT_FIELDS = ("outlierDetection", "connectionPool", "loadBalancer", "tls")
MAGLEV_LIMIT = 5000011


def traffic_policy(policy: Object | None) -> Iterator[str]:
    """The errors of a trafficPolicy, none without one."""
    if policy is None:
        return
    tunnel, proxy_protocol = policy.get("tunnel"), policy.get("proxyProtocol")
    fields = (*PORT_FIELDS, "tunnel", "proxyProtocol", "retryBudget")
    if not policy.get("portLevelSettings") and not _any(policy, fields):
        yield "traffic policy must have at least one field"
        return
    if tunnel is not None and proxy_protocol is not None:
        yield "tunnel and proxyProtocol must not be set together"
        return
    yield from _for_ports(policy)
    for settings in policy.get("portLevelSettings") or []:
        yield from _port_level(settings)
    if tunnel is not None:
        yield from _tunnel(tunnel)


def _any(policy: Object, fields: tuple[str, ...]) -> bool:
    return any(policy.get(field) is not None for field in fields)


def _for_ports(policy: Object) -> Iterator[str]:
    yield from _outlier_detection(policy.get("outlierDetection"))
    yield from connection_pool(policy.get("connectionPool"))
    yield from _load_balancer(policy.get("loadBalancer") or {})
    yield from _client_tls(policy.get("tls") or {})


def _port_level(settings: Object | None) -> Iterator[str]:
    if settings is None:
        yield "traffic policy may not be null"
        return
    if settings.get("port") is None:
        yield "portTrafficPolicy must have valid port"
    if _any(settings, PORT_FIELDS):
        yield from _for_ports(settings)
    else:
        yield "port traffic policy must have at least one field"


def _outlier_detection(outlier: Object | None) -> Iterator[str]:
    outlier = outlier or {}
    yield from duration(outlier.get("baseEjectionTime"))
    local = outlier.get("consecutiveLocalOriginFailures") or 0
    if local > 0 and not outlier.get("splitExternalLocalOriginErrors"):
        yield (
            "outlier detection consecutive local origin failures is specified, "
            "but split external local origin errors is set to false"
        )
    yield from duration(outlier.get("interval"))
    yield from percent(outlier.get("maxEjectionPercent") or 0)
    yield from percent(outlier.get("minHealthPercent") or 0)


def _load_balancer(settings: Object) -> Iterator[str]:
    yield from _consistent_hash(settings.get("consistentHash") or {})
    yield from locality_lb(settings.get("localityLbSetting"))
    warmup = settings.get("warmup")
    if warmup is not None:
        yield from _warmup(warmup)


def _consistent_hash(settings: Object) -> Iterator[str]:
    cookie, maglev = settings.get("httpCookie"), settings.get("maglev")
    if cookie is not None and not cookie.get("name"):
        yield "name required for HttpCookie"
    if settings.get("minimumRingSize") and _any(settings, ("ringHash", "maglev")):
        yield "only one of MinimumRingSize or Maglev/Ringhash can be specified"
    if maglev is not None:
        yield from _maglev(int(maglev.get("tableSize") or 0))


def _maglev(size: int) -> Iterator[str]:
    if size == 0:
        yield "tableSize must be set for maglev"
    if size >= MAGLEV_LIMIT:
        yield f"tableSize must be less than {MAGLEV_LIMIT} for maglev"
    if not _prime(size):
        yield "tableSize must be a prime number for maglev"


def _prime(number: int) -> bool:
    """Whether it is a prime as Envoy counts them: 1 is one."""
    if 0 < number < 4:
        return True
    return number % 2 == 1 and all(number % one for one in range(3, isqrt(number) + 1, 2))


def _warmup(warmup: Object) -> Iterator[str]:
    if warmup.get("duration") is None:
        yield "duration is required"
    yield from duration(warmup.get("duration"))
    if (warmup.get("minimumPercent") or 0) > 100:
        yield "minimumPercent value should be less than or equal to 100"
    aggression = warmup.get("aggression")
    if aggression is not None and aggression < 1:
        yield "aggression should be greater than or equal to 1"


def _client_tls(tls: Object) -> Iterator[str]:
    mode, credential = tls.get("mode") or "DISABLE", tls.get("credentialName")
    if tls.get("insecureSkipVerify"):
        yield from _unverified(tls, mode)
    if mode in ("SIMPLE", "MUTUAL") and credential:
        files = ("clientCertificate", "caCertificates", "privateKey", "caCrl")
        if any(tls.get(field) for field in files):
            yield (
                "cannot specify client certificates or CA certificate or CA CRL "
                "If credentialName is set"
            )
    elif mode == "MUTUAL":
        if not tls.get("clientCertificate"):
            yield "client certificate required for mutual tls"
        if not tls.get("privateKey"):
            yield "private key required for mutual tls"


def _unverified(tls: Object, mode: str) -> Iterator[str]:
    said = bool(tls.get("caCertificates") or tls.get("subjectAltNames"))
    if mode == "SIMPLE" and (said or tls.get("credentialName")):
        yield (
            "cannot specify CaCertificates or CredentialName or SubjectAltNames "
            "when InsecureSkipVerify is set true"
        )
    if mode == "MUTUAL" and said:
        yield (
            "cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true"
        )


def _tunnel(tunnel: Object) -> Iterator[str]:
    if (tunnel.get("protocol") or "") not in ("", "CONNECT", "POST"):
        yield 'tunnel protocol must be "CONNECT" or "POST"'
    host = tunnel.get("targetHost") or ""
    wrong = [*fqdn(host), *ip_address(host)]
    if len(wrong) == 2:
        yield f"tunnel target host must be valid FQDN or IP address: {'; '.join(wrong)}"
    for error in port(tunnel.get("targetPort") or 0):
        yield f"tunnel target port is invalid: {error}"
