"""The attributes of a request that expressions can ask for.

Source: envoy `docs/root/intro/arch_overview/advanced/attributes.rst`, 1.40.
"""

from __future__ import annotations

from typing import Any

from kubelearn.mesh.telemetry.access_log import details_of
from kubelearn.mesh.telemetry.expressions import Attributes
from kubelearn.traffic.proxying import Passage


def attributes_of(one: Passage) -> Attributes:
    """By full name; those that the request does not have are left out."""
    headers = {name.lower(): value for name, value in one.headers.items()}
    web: dict[str, Any] = {}
    if not one.tcp:
        web = {
            "request.method": one.method,
            "request.path": one.path,
            "request.url_path": one.path.partition("?")[0],
            "request.host": one.host,
            "request.headers": headers,
            "request.protocol": "HTTP/1.1",
            "request.id": headers.get("x-request-id"),
            "request.referer": headers.get("referer"),
            "request.useragent": headers.get("user-agent"),
            "response.code": one.status or None,
        }
    found = {
        **web,
        "response.code_details": details_of(one),
        "connection.mtls": one.hop == "inbound" and one.tls == "mtls",
        "connection.requested_server_name": one.sni or None,
        "xds.cluster_name": one.cluster or None,
        "xds.route_name": one.route or None,
    }
    return {name: value for name, value in found.items() if value is not None}
