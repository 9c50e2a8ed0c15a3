"""The rules of a node's kube-proxy for one Service, as the tools on that node show them."""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.network.endpoints import Backend
from kubelearn.network.kube_proxy import KubeProxies
from kubelearn.network.proxy_modes import iptables, ipvs, nftables
from kubelearn.network.proxy_modes.ipvs import VirtualServer
from kubelearn.network.proxy_modes.lines import Way
from kubelearn.network.service_ports import ANY_NODE, HEALTH, NODE_PORT, Sender, policy_of
from kubelearn.sim.clock import SECOND

OUTSIDE = Sender("outside")


def rules_text(
    proxies: KubeProxies,
    node: str,
    namespace: str,
    name: str,
    active: Callable[[Backend], int] = lambda _: 0,
) -> str:
    """What iptables-save, `ipvsadm -Ln` or `nft list` shows for a Service on a node.

    NotFound when there is no such Service or node; the text is empty when it has no rules.
    """
    service = proxies.context.api.get("services", namespace, name)
    proxies.context.api.get("nodes", None, node)
    ways = _ways(proxies, node, (namespace, name), policy_of(service["spec"]).external_local)
    if proxies.mode.name == "ipvs":
        return ipvs.listing([_server(proxies, node, way) for way in ways], active) if ways else ""
    write = {"iptables": iptables.saved, "nftables": nftables.listing}[proxies.mode.name]
    ports = dict.fromkeys((way.rule.port_name, way.protocol) for way in ways)
    return "".join(
        write([way for way in ways if (way.rule.port_name, way.protocol) == port]) for port in ports
    )


def _ways(proxies: KubeProxies, node: str, service: tuple[str, str], local: bool) -> list[Way]:
    table, found = proxies.tables.get(node, {}), []
    for address, (protocol, port) in proxies.addresses.get(service, ()):
        if address == HEALTH or (protocol, port) not in table.get(address, {}):
            continue
        asked = proxies.own_address(node) if address == ANY_NODE else address
        rule = proxies.rule(node, asked, port, protocol, OUTSIDE)
        if rule is not None:
            shown = "" if rule.place == NODE_PORT else address
            found.append(Way(shown, port, protocol, rule, local))
    return found


def _server(proxies: KubeProxies, node: str, way: Way) -> VirtualServer:
    address = way.address or proxies.own_address(node)
    scheduler, timeout = proxies.mode.scheduler, way.rule.affinity // SECOND
    return VirtualServer(way.protocol, address, way.port, scheduler, timeout, way.rule.backends)
