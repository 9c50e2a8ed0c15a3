"""One pod as an endpoint of one Service: whether, with which address, ports, conditions, hints.

Source: kubernetes/endpointslice `utils.go`, `trafficdist/trafficdist.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kubelearn.api.objects import Object, get_path, is_terminating, is_true
from kubelearn.controllers.pods import TERMINAL

ZONE = "topology.kubernetes.io/zone"
SAME_ZONE = ("PreferClose", "PreferSameZone", "PreferSameNode")
"""Values of `spec.trafficDistribution` that keep requests in their zone."""


def is_included(pod: Object) -> bool:
    """Whether a pod has an address and has not ended; terminating pods stay until they have."""
    status = pod["status"]
    return bool(status.get("podIP")) and status.get("phase") not in TERMINAL


def endpoint_of(service: Object, pod: Object, node: Object | None) -> Object:
    """A pod as an endpoint."""
    metadata, spec = pod["metadata"], pod["spec"]
    serving, going = is_true(pod, "Ready"), is_terminating(pod)
    publish = service["spec"].get("publishNotReadyAddresses", False)
    endpoint: Object = {
        "addresses": addresses_of(pod),
        "conditions": {
            "ready": publish or (serving and not going),
            "serving": serving,
            "terminating": going,
        },
        "targetRef": reference_to(metadata),
    }
    if spec.get("nodeName"):
        endpoint["nodeName"] = spec["nodeName"]
    zone = get_path(node, "metadata", "labels", ZONE)
    if zone:
        endpoint["zone"] = zone
    if has_hostname(service, pod):
        endpoint["hostname"] = spec["hostname"]
    hints = hints_of(service["spec"].get("trafficDistribution"), endpoint)
    return {**endpoint, "hints": hints} if hints else endpoint


def addresses_of(pod: Object) -> list[str]:
    """The IPv4 addresses of a pod."""
    status = pod["status"]
    listed = [one["ip"] for one in status.get("podIPs") or ({"ip": status["podIP"]},)]
    return [address for address in listed if ":" not in address]


def reference_to(metadata: Object) -> Object:
    """The `targetRef` of a pod."""
    names = ("namespace", "name", "uid")
    return {"kind": "Pod", **{name: metadata[name] for name in names if name in metadata}}


def has_hostname(service: Object, pod: Object) -> bool:
    """Whether the pod has a name of its own below the name of this Service."""
    spec, metadata = pod["spec"], service["metadata"]
    same = spec.get("subdomain") == metadata["name"]
    return bool(spec.get("hostname")) and same and _namespace(pod) == _namespace(service)


def _namespace(obj: Object) -> str:
    return str(obj["metadata"].get("namespace", ""))


def hints_of(distribution: str | None, endpoint: Object) -> Object | None:
    """For whom an endpoint is meant; None when for everybody."""
    zone, ready = endpoint.get("zone"), get_path(endpoint, "conditions", "ready")
    if distribution not in SAME_ZONE or not zone or not ready:
        return None
    hints: Object = {"forZones": [{"name": zone}]}
    if distribution == "PreferSameNode" and endpoint.get("nodeName"):
        hints["forNodes"] = [{"name": endpoint["nodeName"]}]
    return hints


def ports_of(service: Object, pod: Object) -> list[Object]:
    """The ports of a Service as numbers on one pod, without names that it does not know."""
    resolved = []
    for port in service["spec"].get("ports") or ():
        number = find_port(pod, port)
        if number is not None:
            entry = {"name": port.get("name", ""), "port": number, "protocol": port["protocol"]}
            if port.get("appProtocol"):
                entry["appProtocol"] = port["appProtocol"]
            resolved.append(entry)
    return resolved


def resolver(service: Object) -> Callable[[Object], tuple[str, list[Object]]]:
    """A function pod → (key, ports): equal keys for equal ports.

    Only ports with names have to be looked up pod by pod.
    """
    ports = service["spec"].get("ports") or ()
    named = any(isinstance(port.get("targetPort"), str) for port in ports)
    fixed = [] if named else ports_of(service, {})

    def resolve(pod: Object) -> tuple[str, list[Object]]:
        if not named:
            return "", fixed
        found = ports_of(service, pod)
        return repr(found), found

    return resolve


def find_port(pod: Object, port: Object) -> int | None:
    """The number behind a port of a Service; None when the pod has no port of that name."""
    target = port.get("targetPort", port.get("port"))
    if isinstance(target, int):
        return target
    for container in _lasting_containers(pod["spec"]):
        for declared in container.get("ports") or ():
            same = declared.get("protocol", "TCP") == port["protocol"]
            if declared.get("name") == target and same:
                return int(declared["containerPort"])
    return None


def _lasting_containers(spec: Object) -> Sequence[Object]:
    """Regular containers, then sidecars."""
    inits = spec.get("initContainers") or ()
    sidecars = [one for one in inits if one.get("restartPolicy") == "Always"]
    return [*spec["containers"], *sidecars]
