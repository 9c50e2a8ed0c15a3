"""iptables mode: the chains of one Service as `iptables-save -t nat` has them; a packet's walk.

Source: Kubernetes 1.36 `pkg/proxy/iptables/proxier.go` (servicePortPolicyClusterChain,
writeServiceToEndpointRules, portProtoHash).

Unlike the real one: only the chains of one Service are told, as kube-proxy hands them to
iptables-restore (saved again, probabilities have a digit more), and without the firewall chain of
`loadBalancerSourceRanges`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence

from kubelearn.network.endpoints import Backend
from kubelearn.network.proxy_modes.lines import Way, endpoints_of
from kubelearn.network.service_ports import CLUSTER_IP, NODE_PORT, Rule
from kubelearn.sim.clock import SECOND

POD_RANGE = "10.244.0.0/16"


def chain(prefix: str, name: str, protocol: str, extra: str = "") -> str:
    """The name of a chain: a hash of Service port and protocol (and endpoint) in base 32."""
    digest = hashlib.sha256(f"{name}{protocol.lower()}{extra}".encode()).digest()
    return f"{prefix}{base64.b32encode(digest).decode()[:16]}"


def probability(position: int, count: int) -> str:
    """The chance that the rule at a position (from 0) takes a packet that has come to it."""
    return f"{1.0 / (count - position):0.10f}"


def chosen(count: int, draw: Callable[[int], float]) -> int:
    """Walk the rules of a Service's chain, a number in [0, 1) for each: which one jumps."""
    for position in range(count - 1):
        if draw(position) < float(probability(position, count)):
            return position
    return count - 1


def walked(rule: Rule, backend: Backend, protocol: str = "TCP") -> tuple[str, ...]:
    """The chains that a packet goes through from KUBE-SERVICES to its endpoint."""
    name = f"{'/'.join(rule.service)}:{rule.port_name}".rstrip(":")
    place = f"{backend.address}:{backend.port}"
    outer = rule.place != CLUSTER_IP
    way = ["KUBE-SERVICES"]
    way += ["KUBE-NODEPORTS"] if rule.place == NODE_PORT else []
    way += [chain("KUBE-EXT-", name, protocol)] if outer else []
    way.append(chain("KUBE-SVL-" if rule.local else "KUBE-SVC-", name, protocol))
    return (*way, chain("KUBE-SEP-", name, protocol, place))


def saved(ways: Sequence[Way]) -> str:
    """The rules of one port of a Service on a node, in the order in which a packet meets them."""
    first = ways[0]
    usable = [way for way in ways if way.rule.backends or _passes_pods(way)]
    outer = [way for way in usable if way.rule.place != CLUSTER_IP]
    lines = [_entry(way, _chain_of(way)) for way in usable]
    lines += _external(first, outer) if outer else []
    for local in (False, True):
        backends = endpoints_of([way for way in ways if way.rule.local is local])
        lines += _service(first, backends, local=local) if backends else []
    for backend in endpoints_of(list(ways)):
        lines += _endpoint(first, backend)
    lines.append("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000")
    refused = [_refusal(way) for way in ways if not way.rule.backends]
    return (_table("filter", refused) if refused else "") + _table("nat", lines)


def _table(name: str, lines: list[str]) -> str:
    words = [line.split() for line in lines]
    chains = {each[1] for each in words} | {each[-1] for each in words if "KUBE-" in each[-1]}
    head = [f":{one} - [0:0]" for one in sorted(chains)]
    return "\n".join([f"*{name}", *head, *lines, "COMMIT"]) + "\n"


def _passes_pods(way: Way) -> bool:
    """Whether pods and the node itself get through where nobody else does."""
    return way.rule.place != CLUSTER_IP and way.rule.any_endpoints


def _chain_of(way: Way) -> str:
    """The chain to which a packet for this address jumps."""
    if way.rule.place != CLUSTER_IP:
        return chain("KUBE-EXT-", way.name, way.protocol)
    return _policy_chain(way, local=way.rule.local)


def _policy_chain(way: Way, *, local: bool) -> str:
    return chain("KUBE-SVL-" if local else "KUBE-SVC-", way.name, way.protocol)


def _refusal(way: Way) -> str:
    """What becomes of packets without an endpoint: REJECT, or DROP when others have some."""
    protocol, local = way.protocol.lower(), way.rule.any_endpoints
    outer = way.rule.place != CLUSTER_IP
    place = f"-d {way.address}/32" if way.address else "-m addrtype --dst-type LOCAL"
    why = f'"{way.name} has no {"local " if local else ""}endpoints"'
    end = "DROP" if local else "REJECT --reject-with icmp-port-unreachable"
    return (
        f"-A KUBE-{'EXTERNAL-' if outer else ''}SERVICES {place} -p {protocol} -m comment "
        f"--comment {why} -m {protocol} --dport {way.port} -j {end}"
    )


def _entry(way: Way, to: str) -> str:
    protocol = way.protocol.lower()
    if way.rule.place == NODE_PORT:
        return (
            f'-A KUBE-NODEPORTS -p {protocol} -m comment --comment "{way.name}" '
            f"-m {protocol} --dport {way.port} -j {to}"
        )
    word = "cluster" if way.rule.place == CLUSTER_IP else "external"
    return (
        f'-A KUBE-SERVICES -d {way.address}/32 -p {protocol} -m comment --comment "{way.name} '
        f'{word} IP" -m {protocol} --dport {way.port} -j {to}'
    )


def _external(first: Way, outer: list[Way]) -> list[str]:
    """KUBE-EXT: the sender's address is replaced, or only local endpoints are used."""
    external, service = _chain_of(outer[0]), _policy_chain(first, local=False)
    if not outer[0].local:
        comment = f'"masquerade traffic for {first.name} external destinations"'
        return [
            f"-A {external} -m comment --comment {comment} -j KUBE-MARK-MASQ",
            f"-A {external} -j {service}",
        ]
    pods = f'"pod traffic for {first.name} external destinations"'
    masquerade = f'"masquerade LOCAL traffic for {first.name} external destinations"'
    route = f'"route LOCAL traffic for {first.name} external destinations"'
    source = "-m addrtype --src-type LOCAL"
    end = [f"-A {external} -j {_policy_chain(first, local=True)}"]
    return [
        f"-A {external} -s {POD_RANGE} -m comment --comment {pods} -j {service}",
        f"-A {external} -m comment --comment {masquerade} {source} -j KUBE-MARK-MASQ",
        f"-A {external} -m comment --comment {route} {source} -j {service}",
        *(end if endpoints_of(outer) else []),
    ]


def _service(first: Way, backends: tuple[Backend, ...], *, local: bool) -> list[str]:
    protocol, service = first.protocol.lower(), _policy_chain(first, local=local)
    marked = (
        f"-A {service} ! -s {POD_RANGE} -d {first.address}/32 -p {protocol} -m comment --comment "
        f'"{first.name} cluster IP" -m {protocol} --dport {first.port} -j KUBE-MARK-MASQ'
    )
    # Only the chain of the ClusterIP marks what comes from outside the pods' range.
    return [*([marked] if local is first.rule.local else []), *_spread(first, service, backends)]


def _spread(first: Way, service: str, backends: tuple[Backend, ...]) -> list[str]:
    """One rule for each endpoint, all but the last with a probability."""
    lines: list[str] = []
    seconds = first.rule.affinity // SECOND
    for one in backends if seconds else ():
        lines.append(  # noqa: PERF401
            f'-A {service} -m comment --comment "{_told(first, one)}" -m recent --rcheck --seconds '
            f"{seconds} --reap --name {_sep(first, one)} --rsource -j {_sep(first, one)}"
        )
    for position, one in enumerate(backends):
        chance = (
            f" -m statistic --mode random --probability {probability(position, len(backends))}"
            if position < len(backends) - 1
            else ""
        )
        comment = f'"{_told(first, one)}"'
        lines.append(f"-A {service} -m comment --comment {comment}{chance} -j {_sep(first, one)}")
    return lines


def _told(first: Way, backend: Backend) -> str:
    return f"{first.name} -> {backend.address}:{backend.port}"


def _sep(first: Way, backend: Backend) -> str:
    place = f"{backend.address}:{backend.port}"
    return chain("KUBE-SEP-", first.name, first.protocol, place)


def _endpoint(first: Way, backend: Backend) -> list[str]:
    """KUBE-SEP: a pod that reaches itself is masqueraded; then the destination is replaced."""
    name, comment = _sep(first, backend), f'-m comment --comment "{first.name}"'
    protocol = first.protocol.lower()
    kept = f" -m recent --set --name {name} --rsource" if first.rule.affinity else ""
    target = f"{backend.address}:{backend.port}"
    return [
        f"-A {name} -s {backend.address}/32 {comment} -j KUBE-MARK-MASQ",
        f"-A {name} -p {protocol} {comment}{kept} -m {protocol} -j DNAT --to-destination {target}",
    ]
