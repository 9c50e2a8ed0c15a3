"""The control plane of NGINX Gateway Fabric: provisions Gateways and writes all conditions.

Source: nginx-gateway-fabric 2.2 `internal/controller/handler.go`,
`internal/controller/status/prepare_requests.go`.

Unlike the real one: all GatewayClasses of the controller are served, not only the one called
nginx; routes of other kinds than HTTPRoute are stored and read by nobody.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.conditions import timed
from kubelearn.api.objects import Key, Object, get_path, key_of
from kubelearn.api.store import Record
from kubelearn.api.times import timestamp
from kubelearn.network.edge.gateway_fabric import conditions, provisioned, reading
from kubelearn.network.gateway import Objects
from kubelearn.network.gateway.objects import GROUP
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

KINDS = [{"group": GROUP, "kind": "HTTPRoute"}, {"group": GROUP, "kind": "GRPCRoute"}]


def _all(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """Every object of the reconciled kind."""
    api = reconciler.context.api
    return [key_of(one) for one in api.list(reconciler.resource)] if api else ()


def _control_plane(reconciler: Any, record: Record) -> Iterable[Key]:
    """Everything, when the control plane has changed."""
    return _all(reconciler, record) if record.key == reading.PLACE else ()


def _watching(resource: str, *others: str) -> tuple[Watch, ...]:
    mapped = tuple(Mapped(other, _all, needs=resource) for other in others)
    own = Mapped("deployments.apps", _control_plane, needs=resource)
    return (Own(resource), *mapped, own)


class Writer(ABC):
    """What the three have in common: they act while the control plane runs."""

    resource: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Bring the status of an object in line."""
        api = self.context.api
        if not reading.is_installed(api) or not reading.runs(api):
            return None
        found = api.find(self.resource, *key)
        if found is not None and not found["metadata"].get("deletionTimestamp"):
            self.write(found)
        return None

    @abstractmethod
    def write(self, obj: Object) -> None:
        """Write what is to be said of an object."""

    def put(self, obj: Object, status: Object) -> None:
        """Write a status, if it says anything new."""
        self.context.api.patch_status(self.resource, *key_of(obj), status)

    def timed(self, new: list[Object], old: Object) -> list[Object]:
        """Conditions with their times; `old` holds those from before."""
        now = timestamp(self.context.clock.now)
        return timed(new, old.get("conditions") or (), now)


def _generation(obj: Object) -> int:
    return int(obj["metadata"].get("generation", 1))


class Classes(Writer):
    """Accepts the GatewayClasses of the controller."""

    name: ClassVar[str] = "nginx-gateway-classes"
    resource: ClassVar[str] = reading.CLASSES
    watches: ClassVar[tuple[Watch, ...]] = _watching(reading.CLASSES)

    def write(self, obj: Object) -> None:
        """The two conditions of a class."""
        if obj["spec"].get("controllerName") == reading.CONTROLLER:
            made = conditions.of_class(_generation(obj))
            self.put(obj, {"conditions": self.timed(made, obj.get("status") or {})})


class Gateways(Writer):
    """Provisions Gateways and tells what became of their listeners."""

    name: ClassVar[str] = "nginx-gateway"
    resource: ClassVar[str] = reading.GATEWAYS
    watches: ClassVar[tuple[Watch, ...]] = _watching(
        reading.GATEWAYS, reading.CLASSES, reading.ROUTES, reading.GRANTS, "secrets", "services"
    )
    explains: ClassVar[tuple[str, ...]] = (reading.GATEWAYS,)

    def write(self, obj: Object) -> None:
        """Objects, addresses and conditions of a Gateway."""
        api = self.context.api
        if key_of(obj) not in [key_of(one) for one in reading.own_gateways(api)]:
            return
        objects, old = reading.objects_of(api), obj.get("status") or {}
        known = {one["name"]: one for one in old.get("listeners") or ()}
        listeners, ports = [], []
        for one in obj["spec"]["listeners"]:
            problem = reading.listener_problem(api, obj, one)
            if not problem[0]:
                ports.append(one["port"])
            made = conditions.of_listener(*problem, _generation(obj))
            listeners.append({
                "name": one["name"], "supportedKinds": KINDS,
                "attachedRoutes": len(objects.attached(obj, one)),
                "conditions": self.timed(made, known.get(one["name"], {})),
            })  # fmt: skip
        addresses = self._provision(obj, sorted(set(ports))) if ports else []
        made = conditions.of_gateway(len(ports), len(listeners), _generation(obj))
        status = {"addresses": addresses, "conditions": self.timed(made, old)}
        self.put(obj, {**status, "listeners": listeners})

    def _provision(self, gateway: Object, ports: list[int]) -> list[Object]:
        """Create or change Deployment and Service; the addresses of the Service."""
        api = self.context.api
        place = key_of(gateway)[0], provisioned.name_of(gateway)
        for resource, wanted in (
            ("deployments.apps", provisioned.deployment(gateway, ports)),
            ("services", provisioned.service(gateway, ports)),
        ):
            found = api.find(resource, *place)
            if found is None:
                api.create(wanted)
            elif _ports(found) != _ports(wanted):
                api.patch(resource, *place, {"spec": wanted["spec"]}, style="strategic")
        made = api.get("services", *place)
        given = get_path(made, "status", "loadBalancer", "ingress", default=[]) or []
        return [_address(one) for one in given]

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """The conditions of the Gateway and of its listeners."""
        if key_of(obj) not in [key_of(one) for one in reading.own_gateways(self.context.api)]:
            return [_idle("Gateway", f"of class {obj['spec'].get('gatewayClassName')!r}")]
        status = obj.get("status") or {}
        lines = [(one, "the Gateway") for one in status.get("conditions") or ()]
        for listener in status.get("listeners") or ():
            lines += [(one, f"listener {listener['name']}") for one in listener["conditions"]]
        return [Reason("NGINX Gateway Fabric", f"{what}: {one['message']} ({one['reason']})")
                for one, what in lines]  # fmt: skip


def _idle(kind: str, which: str) -> Reason:
    """What is said of an object that is no business of the controller."""
    text = f"nothing in this cluster acts on {kind} objects {which}"
    return Reason("NGINX Gateway Fabric", text)


def _ports(obj: Object) -> list[int]:
    """The ports of a Service, or of the nginx in a Deployment."""
    if obj["kind"] == "Service":
        return [one["port"] for one in obj["spec"]["ports"]]
    ports = obj["spec"]["template"]["spec"]["containers"][0]["ports"]
    return [one["containerPort"] for one in ports]


def _address(ingress: Object) -> Object:
    if ingress.get("hostname"):
        return {"type": "Hostname", "value": ingress["hostname"]}
    return {"type": "IPAddress", "value": ingress["ip"]}


class Routes(Writer):
    """Tells routes whether their Gateways take them and their backends are there."""

    name: ClassVar[str] = "nginx-gateway-routes"
    resource: ClassVar[str] = reading.ROUTES
    watches: ClassVar[tuple[Watch, ...]] = _watching(
        reading.ROUTES, reading.GATEWAYS, reading.GRANTS, "services", "namespaces"
    )
    explains: ClassVar[tuple[str, ...]] = (reading.ROUTES,)

    def write(self, obj: Object) -> None:
        """One entry for each parent that is a Gateway of the controller."""
        api, home = self.context.api, key_of(obj)[0]
        gateways = {key_of(one): one for one in reading.own_gateways(api)}
        objects = reading.objects_of(api)
        refs, old = _unresolved(objects, obj), get_path(obj, "status", "parents", default=[])
        parents = [one for one in old if one["controllerName"] != reading.CONTROLLER]
        for ref in obj["spec"].get("parentRefs") or ():
            gateway = gateways.get((ref.get("namespace", home), ref["name"]))
            if gateway is None:
                continue
            known: Object = next((one for one in old if one["parentRef"] == ref), {})
            made = conditions.of_route(self._problem(objects, obj, ref, gateway), refs,
                                       _generation(obj))  # fmt: skip
            parents.append({"parentRef": ref, "controllerName": reading.CONTROLLER,
                            "conditions": self.timed(made, known)})  # fmt: skip
        if parents != old:
            self.put(obj, {"parents": parents})

    def _problem(self, objects: Objects, route: Object, ref: Object, gateway: Object) -> str:
        """Why no listener takes a route by this reference; "" when one does."""
        only = {**route, "spec": {**route["spec"], "parentRefs": [ref]}}
        listeners = gateway["spec"]["listeners"]
        valid = reading.valid_listeners(self.context.api, gateway)
        if not valid:
            return "InvalidGateway"
        found = [objects.problem(only, gateway, one) for one in listeners]
        if "" in found:
            taken = [one for one, problem in zip(listeners, found, strict=True) if not problem]
            return "" if any(one in valid for one in taken) else "InvalidListener"
        return next((one for one in RANK if one in found), "NoMatchingParent")

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """The conditions at each parent."""
        written = get_path(obj, "status", "parents", default=[])
        parents = [one for one in written if one["controllerName"] == reading.CONTROLLER]
        if not parents and not written:
            return [_idle("HTTPRoute", "without a Gateway of one of its classes")]
        return [
            Reason("NGINX Gateway Fabric",
                   f"at {one['parentRef']['name']}: {each['message']} ({each['reason']})")
            for one in parents for each in one["conditions"]
        ]  # fmt: skip


RANK = ("NoMatchingListenerHostname", "NotAllowedByListeners", "NoMatchingParent")
"""Which reason is told when listeners refuse for different ones."""
TELLS = {
    "InvalidKind": '.kind: Unsupported value: "{kind}": supported values: "Service"',
    "RefNotPermitted": ".namespace: Forbidden: Backend ref to Service {namespace}/{name} "
                       "not permitted by any ReferenceGrant",
    "BackendNotFound": '.name: Not found: "{name}"',
}  # fmt: skip
"""What is said of a backend, behind its place."""


def _unresolved(objects: Objects, route: Object) -> tuple[str, str]:
    """Reason and message of the first backend that cannot be used."""
    home = key_of(route)[0]
    for number, rule in enumerate(route["spec"].get("rules") or ()):
        for index, ref in enumerate(rule.get("backendRefs") or ()):
            reason = objects.backend_problem(home, ref)
            if reason:
                named = {"namespace": home, "kind": "Service", **ref}
                place = f"spec.rules[{number}].backendRefs[{index}]"
                return reason, place + TELLS[reason].format(**named)
    return "", ""
