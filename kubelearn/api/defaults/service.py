"""Defaults of Services and Endpoints (`pkg/apis/core/v1/defaults.go`, Kubernetes 1.36).

Cluster addresses, IP families and node ports are not defaults: the API server allocates them.
"""

from __future__ import annotations

from kubelearn.api.defaults.filling import each, fill, fill_empty, inside, without
from kubelearn.api.objects import Object
from kubelearn.api.validation.service_types import is_externally_accessible

AFFINITY_SECONDS = 10800
"""How long a client sticks to its pod, when it is not said: three hours."""


def default_service(service: Object) -> Object:
    """A cluster-internal Service of TCP ports that does not care who asks."""
    service = inside(service, "spec", _spec)
    balanced = service["spec"]["type"] == "LoadBalancer"
    return inside(service, "status", lambda status: _status(status, balanced))


def _spec(spec: Object) -> Object:
    spec = fill_empty(spec, {"type": "ClusterIP"})
    spec = each(_affinity(spec), "ports", _port)
    if is_externally_accessible(spec):
        spec = fill_empty(spec, {"externalTrafficPolicy": "Cluster"})
    if spec["type"] in ("ClusterIP", "NodePort", "LoadBalancer"):
        spec = fill(spec, {"internalTrafficPolicy": "Cluster"})
    if spec["type"] == "LoadBalancer":
        spec = fill(spec, {"allocateLoadBalancerNodePorts": True})
    return spec


def _affinity(spec: Object) -> Object:
    spec = fill_empty(spec, {"sessionAffinity": "None"})
    if spec["sessionAffinity"] == "None":
        return without(spec, "sessionAffinityConfig")
    if spec["sessionAffinity"] != "ClientIP":
        return spec
    seconds = {"timeoutSeconds": AFFINITY_SECONDS}
    return inside(
        spec,
        "sessionAffinityConfig",
        lambda config: inside(config, "clientIP", lambda client: fill(client, seconds)),
    )


def _port(port: Object) -> Object:
    port = fill(fill_empty(port, {"protocol": "TCP"}), {"port": 0})
    return fill_empty(port, {"targetPort": port["port"]})


def _status(status: Object, balanced: bool) -> Object:
    return inside(
        status,
        "loadBalancer",
        lambda balancer: each(balancer, "ingress", _ingress) if balanced else balancer,
    )


def _ingress(ingress: Object) -> Object:
    return fill(ingress, {"ipMode": "VIP"}) if ingress.get("ip") else ingress


def default_endpoints(endpoints: Object) -> Object:
    """Ports speak TCP."""
    return each(
        endpoints,
        "subsets",
        lambda subset: each(subset, "ports", lambda port: fill_empty(port, {"protocol": "TCP"})),
    )


def default_endpointslice(endpointslice: Object) -> Object:
    """Ports have the name "" and speak TCP (`pkg/apis/discovery/v1/defaults.go`)."""
    endpointslice = fill(endpointslice, {"endpoints": None, "ports": None})
    endpointslice = each(endpointslice, "endpoints", lambda point: fill(point, {"conditions": {}}))
    return each(endpointslice, "ports", lambda port: fill(port, {"name": "", "protocol": "TCP"}))
