"""nftables mode: the maps and chains of one Service as `nft list` shows them.

Source: Kubernetes 1.36 `pkg/proxy/nftables/proxier.go`.

Unlike the real one: only what belongs to one Service is told, in one listing; session affinity and
`loadBalancerSourceRanges` are left out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from kubelearn.network.endpoints import Backend
from kubelearn.network.proxy_modes.lines import Way, endpoints_of
from kubelearn.network.service_ports import CLUSTER_IP, NODE_PORT


def chain(kind: str, way: Way, extra: str = "") -> str:
    """The name of a chain: a hash, then namespace, name, protocol and port in clear."""
    protocol = way.protocol.lower()
    digest = hashlib.sha256(f"{way.name}{protocol}{extra}".encode()).digest()
    code = base64.b32encode(digest).decode()[:8]
    namespace, name = way.rule.service
    return f"{kind}-{code}-{namespace}/{name}/{protocol}/{way.rule.port_name}{extra}"


def listing(ways: Sequence[Way]) -> str:
    """The table `ip kube-proxy`, as far as it is about one port of a Service."""
    cluster = [way for way in ways if way.rule.place == CLUSTER_IP]
    outer = [way for way in ways if way.rule.place != CLUSTER_IP]
    lines: list[str] = []
    for name, empty in (("service", False), ("no-endpoint", True)):
        some = [way for way in ways if (not way.rule.backends if empty else _is_used(way))]
        lines += _map(f"{name}-ips", [way for way in some if way.rule.place != NODE_PORT])
        lines += _map(f"{name}-nodeports", [way for way in some if way.rule.place == NODE_PORT])
    backends = endpoints_of(cluster)
    lines += _service(cluster[0], "service", backends)
    if outer:
        lines += _external(cluster[0], outer)
    for backend in dict.fromkeys([*backends, *endpoints_of(outer)]):
        lines += _endpoint(cluster[0], backend)
    lines += ["chain mark-for-masquerade {", "\tmeta mark set meta mark or 0x4000", "}"]
    lines += ["chain reject-chain {", "\treject", "}"]
    return "table ip kube-proxy {\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


def _is_used(way: Way) -> bool:
    """Whether there is an endpoint for somebody: pods get through where nobody else does."""
    outer = way.rule.place != CLUSTER_IP
    return bool(way.rule.backends) or (outer and way.rule.any_endpoints)


def _map(name: str, ways: list[Way]) -> list[str]:
    if not ways:
        return []
    rows = []
    for way in ways:
        kind = "service" if way.rule.place == CLUSTER_IP else "external"
        place = f"{way.address} . " if way.address else ""
        key = f"{place}{way.protocol.lower()} . {way.port}"
        verdict = f"goto {chain(kind, way)}"
        if name.startswith("no-endpoint"):
            verdict = "drop" if way.rule.any_endpoints else "goto reject-chain"
        rows.append(f"\t\t{key} : {verdict},")
    key = "inet_proto . inet_service"
    if name.endswith("-ips"):
        key = f"ipv4_addr . {key}"
    return [
        f"map {name} {{", f"\ttype {key} : verdict", "\telements = {", *rows, "\t}", "}",
    ]  # fmt: skip


def _service(way: Way, kind: str, backends: tuple[Backend, ...]) -> list[str]:
    lines = [f"chain {chain(kind, way)} {{"]
    if kind == "service":
        lines.append(
            f"\tip daddr {way.address} {way.protocol.lower()} dport {way.port} ip saddr != "
            "10.244.0.0/16 jump mark-for-masquerade"
        )
    if backends:
        goto = ", ".join(
            f"{at} : goto {_endpoint_chain(way, one)}" for at, one in enumerate(backends)
        )
        lines.append(f"\tnumgen random mod {len(backends)} vmap {{ {goto} }}")
    return [*lines, "}"]


def _external(way: Way, outer: list[Way]) -> list[str]:
    lines = [f"chain {chain('external', way)} {{"]
    if not outer[0].local:
        lines += ["\tjump mark-for-masquerade", f"\tgoto {chain('service', way)}", "}"]
        return lines
    lines.append(f"\tip saddr 10.244.0.0/16 goto {chain('service', way)}")
    lines.append("\tfib saddr type local jump mark-for-masquerade")
    lines.append(f"\tfib saddr type local goto {chain('service', way)}")
    lines += [f"\tgoto {chain('local', way)}", "}"]
    return [*lines, *_service(way, "local", endpoints_of(outer))]


def _endpoint_chain(way: Way, backend: Backend) -> str:
    return chain("endpoint", way, f"__{backend.address}/{backend.port}")


def _endpoint(way: Way, backend: Backend) -> list[str]:
    protocol = way.protocol.lower()
    return [
        f"chain {_endpoint_chain(way, backend)} {{",
        f"\tip saddr {backend.address} jump mark-for-masquerade",
        f"\tmeta l4proto {protocol} dnat to {backend.address}:{backend.port}",
        "}",
    ]
