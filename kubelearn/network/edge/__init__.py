"""The edge of a cluster: proxies that take requests for many Services at one address.

All of them are nginx; what differs is the objects from which their configuration follows. A new
kind is its file and one line in `ROUTERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.network.edge.gateway_fabric.controller import Classes, Gateways, Routes
from kubelearn.network.edge.gateway_fabric.router import GatewayRouter
from kubelearn.network.edge.ingress_nginx.controller import IngressNginx
from kubelearn.network.edge.ingress_nginx.router import IngressRouter
from kubelearn.network.edge.proxies import EdgeProxies, Router
from kubelearn.runtime.part import Context

ROUTERS: tuple[type[Router], ...] = (IngressRouter, GatewayRouter)
"""What makes configurations, in the order in which they are asked whose pod one is."""


def edge_proxies(context: Context) -> EdgeProxies:
    """The part that decides for all proxies at the edge."""
    return EdgeProxies(context, ROUTERS)


EDGE: tuple[Callable[[Context], EdgeProxies], ...] = (edge_proxies,)
"""The parts of the edge."""

EDGE_CONTROLLERS: dict[str, Callable[[Context], Any]] = {
    "ingress-nginx": IngressNginx,
    "nginx-gateway-classes": Classes,
    "nginx-gateway": Gateways,
    "nginx-gateway-routes": Routes,
}
"""The controllers of add-ons whose proxies stand at the edge."""
