"""Services of type LoadBalancer → network load balancers.

Source: aws-load-balancer-controller 3.5 `controllers/service/service_controller.go`,
`pkg/service/model_builder.go`, `pkg/deploy`.

Unlike the real one: all zones of the cluster's nodes have a subnet; no security groups, UDP ports
are left out; annotations on what is absent are read by nobody.
"""

from __future__ import annotations

from typing import ClassVar

from kubelearn.api.objects import Key, Object, get_path, is_terminating, key_of
from kubelearn.cloud.aws.acm import Certificates
from kubelearn.cloud.aws.controller import (
    attributes,
    bindings,
    certificates,
    check_limits,
    idle_timeouts,
    services,
    targets,
    watching,
)
from kubelearn.cloud.aws.controller.annotations import (
    SERVICE_PREFIX,
    AnnotationError,
    Annotations,
    stripped,
    words,
)
from kubelearn.cloud.aws.controller.health_checks import HealthCheck, health_check
from kubelearn.cloud.aws.controller.installation import CLUSTER_NAME, is_installed, runs
from kubelearn.cloud.aws.controller.names import given_name, load_balancer_name
from kubelearn.cloud.aws.controller.weighted import Forwarding, forwarding
from kubelearn.cloud.aws.elb import LoadBalancers, slow_start
from kubelearn.cloud.aws.elb.anomalies import Record
from kubelearn.cloud.aws.elb.model import (
    DRAINING,
    INTERNAL,
    INTERNET_FACING,
    NETWORK,
    UNHEALTHY_DRAINING,
    Balancer,
    Check,
    Group,
    Listener,
    Target,
    Zone,
)
from kubelearn.cloud.aws.elb.names import dns_name, region_of, zone_addresses
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

FINALIZER = "service.k8s.aws/resources"
COMPONENT = "service"
HOSTNAME = "external-dns.alpha.kubernetes.io/hostname"


class ServiceController:
    """Keeps one network load balancer for each Service that it takes."""

    name: ClassVar[str] = "aws-service"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own("services"),
        Mapped(targets.SLICES, watching.slice_service),
        Mapped(targets.SLICES, watching.sharing),
        Mapped("services", watching.sharing),
        Mapped("nodes", watching.node_changed),
        Mapped("deployments.apps", watching.installed),
    )
    wires: ClassVar[dict[str, str]] = {"elb": "elb", "acm": "acm"}
    explains: ClassVar[tuple[str, ...]] = ("services",)
    elb: LoadBalancers
    acm: Certificates

    def __init__(self, context: Context) -> None:
        self.context = context

    def every(self) -> list[Key]:
        """All Services that it may have to do with."""
        found = self.context.api.list("services")
        return [key_of(one) for one in found if one["spec"].get("type") == "LoadBalancer"]

    def reconcile(self, key: Key) -> int | None:
        """Bring the balancer of a Service in line with it."""
        service = self.context.api.find("services", *key)
        if service is None or not is_installed(self.context.api):
            return None
        annotations = annotations_of(service)
        spec = service["spec"]
        wanted = services.is_supported(
            spec.get("type", ""), annotations, spec.get("loadBalancerClass")
        )
        if not wanted and FINALIZER not in service["metadata"].get("finalizers", ()):
            return None
        if not runs(self.context.api):
            return 5 * SECOND
        if is_terminating(service) or not wanted:
            self._clean(service)
            return None
        try:
            groups = self._build(service, annotations)
        except AnnotationError as error:
            self._event(service, "Warning", error.reason, error.message)
            return error.again
        closed = bindings.open_gates(self.context.api, self.elb, groups)
        return bindings.LOOK_AGAIN * SECOND if closed else None

    def _event(self, service: Object, kind: str, reason: str, text: str) -> None:
        self.context.recorder.event(service, kind, reason, text, COMPONENT)

    def _clean(self, service: Object) -> None:
        for balancer in self._owned(service):
            self.elb.delete(balancer)
            bindings.bind(self.context.api, balancer, ())
        left = [one for one in service["metadata"].get("finalizers", ()) if one != FINALIZER]
        self.context.api.patch("services", *key_of(service), {"metadata": {"finalizers": left}})
        if not is_terminating(service):
            self.context.api.patch_status("services", *key_of(service), {"loadBalancer": {}})

    def _owned(self, service: Object) -> list[str]:
        """The balancers of a Service."""
        mine = "/".join(key_of(service))
        return [one.name for one in self.elb.balancers.values() if one.owner == mine]

    # The model

    def _build(self, service: Object, annotations: Annotations) -> list[Group]:
        finalizers = service["metadata"].get("finalizers", [])
        spec, key = service["spec"], key_of(service)
        if not services.ports_fit(spec["ports"]):
            raise AnnotationError("ports of one number need different protocols")
        listeners, groups = self._listeners(service, annotations)
        balancer = self._balancer(service, annotations, listeners)
        if FINALIZER not in finalizers:
            more = {"metadata": {"finalizers": [*finalizers, FINALIZER]}}
            self.context.api.patch("services", *key, more)
        for old in self._owned(service):
            if old != balancer.name:
                self.elb.delete(old)
                bindings.bind(self.context.api, old, ())
        self.elb.put(balancer)
        self.elb.put_groups(balancer.name, groups)
        bindings.bind(self.context.api, balancer.name, groups)
        status = {"loadBalancer": {"ingress": [{"hostname": balancer.dns}]}}
        if get_path(service, "status", "loadBalancer") != status["loadBalancer"]:
            self.context.api.patch_status("services", *key, status)
            self._event(service, "Normal", "SuccessfullyReconciled", "Successfully reconciled")
        return groups

    def _balancer(
        self, service: Object, annotations: Annotations, listeners: list[Listener]
    ) -> Balancer:
        scheme = scheme_of(annotations)
        metadata = service["metadata"]
        name = given_name(annotations.get("name", "")) or load_balancer_name(
            metadata["namespace"], metadata["name"], (CLUSTER_NAME, metadata["uid"], scheme)
        )
        wanted = attributes.load_balancer_attributes(annotations)
        zones = zones_for(self.elb, self.context, name, scheme)
        named = (metadata.get("annotations") or {}).get(HOSTNAME, "")
        return Balancer(
            name,
            NETWORK,
            scheme,
            dns_name(name, NETWORK, scheme, region_of(zones[0].name)),
            zones,
            tuple(listeners),
            wanted.get("load_balancing.cross_zone.enabled") == "true",
            names=tuple(one.strip().lower() for one in named.split(",") if one.strip()),
            owner="/".join(key_of(service)),
        )

    def _tls(self, service: Object, annotations: Annotations) -> tuple[tuple[str, ...], list[int]]:
        """The certificates of a Service, and the ports on which TLS ends with them."""
        shown = tuple(words(annotations.get(certificates.SSL_CERT, "")))
        certificates.check_imported(self.acm, shown)
        wanted = words(annotations.get("ssl-ports", ""))
        secure = services.tls_listeners(wanted, service["spec"]["ports"])
        return shown, secure if shown else []

    def _listeners(
        self, service: Object, annotations: Annotations
    ) -> tuple[list[Listener], list[Group]]:
        """The listeners of a Service, and all target groups that they forward to."""
        shown, secure = self._tls(service, annotations)
        made: list[Listener] = []
        groups: dict[str, Group] = {}
        for port in filter(_is_tcp, service["spec"]["ports"]):
            protocol = "TLS" if port["port"] in secure else "TCP"
            how = forwarding(service, protocol, port["port"])
            found = self._shares(service, annotations, port, protocol, how)
            groups |= {group.name: group for group, _ in found}
            named = tuple((group.name, weight) for group, weight in found)
            arns = shown if protocol == "TLS" else ()
            idle = idle_timeouts.of_flows(annotations, protocol, port["port"])
            made.append(
                Listener(port["port"], protocol, named, how.sticky, certificates=arns, idle=idle)
            )
        return made, list(groups.values())

    def _shares(
        self,
        service: Object,
        annotations: Annotations,
        port: Object,
        protocol: str,
        how: Forwarding,
    ) -> list[tuple[Group, int]]:
        """The target groups of a listener with their weights, the Service's own first."""
        ends = protocol == "TLS" and annotations.get("backend-protocol") != "ssl"
        own = "TCP" if ends else protocol
        found = [(self._group(service, annotations, port, own), how.weight)]
        for one in how.others:
            other = self.context.api.find("services", key_of(service)[0], one.service)
            if other is None:
                raise AnnotationError(f'Service "{one.service}" not found')
            behind = services.named_port(other, one.port)
            spoken = "TCP" if one.plain else protocol
            group = self._group(other, annotations, behind, spoken, service["metadata"]["uid"])
            found.append((group, one.weight))
        return found

    def _group(
        self, service: Object, annotations: Annotations, port: Object, protocol: str, base: str = ""
    ) -> Group:
        spec, (namespace, name) = service["spec"], key_of(service)
        kind = services.target_type(
            annotations,
            spec["type"],
            port.get("nodePort", 0),
            allocates=spec.get("allocateLoadBalancerNodePorts", True),
        )
        local = spec.get("externalTrafficPolicy") == "Local"
        how = health_check(
            annotations,
            kind,
            spec["ports"],
            local=local,
            node_port=spec.get("healthCheckNodePort", 0),
        )
        if kind == "instance":
            found = targets.instances(self.context.api, port["nodePort"])
        else:
            found = targets.addresses(self.context.api, namespace, name, port.get("name", ""))
        wanted = attributes.target_group_attributes(annotations, port["port"])
        hashed = (CLUSTER_NAME, base, service["metadata"]["uid"], str(port["port"]), kind)
        return Group(
            load_balancer_name(namespace, name, hashed),
            kind,
            check_of(how),
            found,
            protocol,
            keeps_source=services.keeps_client_address(kind, wanted),
            service=f"{namespace}/{name}:{port['port']}",
            attributes=services.group_attributes(wanted, protocol),
        )

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What the balancer of a Service thinks of its targets."""
        if obj["spec"].get("type") != "LoadBalancer":
            return []
        owned = self._owned(obj)
        if not owned:
            return [Reason("load balancer", nobody(self.context))]
        found = [one for one in self.elb.groups.values() if one.balancer in owned]
        return [Reason("network load balancer", text) for g in found for text in told(self.elb, g)]


def annotations_of(service: Object) -> dict[str, str]:
    """The controller's annotations of a Service, by their short names."""
    return stripped(service["metadata"].get("annotations") or {}, SERVICE_PREFIX)


def scheme_of(annotations: Annotations) -> str:
    """Either "internal", as by default, or "internet-facing"."""
    scheme = annotations.get("scheme", INTERNAL)
    if scheme not in (INTERNAL, INTERNET_FACING):
        raise AnnotationError(f"unknown scheme: {scheme}")
    return scheme


def zones_for(elb: LoadBalancers, context: Context, name: str, scheme: str) -> tuple[Zone, ...]:
    """The zones of a balancer with its addresses; they stay as they were at its creation."""
    if name in elb.balancers:
        return elb.balancers[name].zones
    found = targets.zones_of_nodes(context.api)
    if not found:
        raise AnnotationError("unable to resolve at least one subnet")
    taken = frozenset(
        address
        for one in elb.balancers.values()
        for zone in one.zones
        for address in (zone.address, zone.inner)
    )
    return zone_addresses(found, scheme, taken)


def check_of(how: HealthCheck) -> Check:
    """The check of a target group as the balancer runs it."""
    port = how.port if isinstance(how.port, int) else None
    made = Check(
        how.protocol, port, how.path, how.codes, how.interval * SECOND, how.timeout * SECOND,
        how.healthy, how.unhealthy,
    )  # fmt: skip
    return check_limits.checked(made, check_limits.NETWORK_CODES)


def told(elb: LoadBalancers, group: Group) -> list[str]:
    """The state of each target in words, also of those that drain."""
    lines = []
    for target in (*group.targets, *elb.draining_of(group.name)):
        health = elb.healths[group.name, target.name]
        why = f": {health.says}" if health.says else ""
        lines.append(
            f"target {target.name} ({target.zone}, port {target.port}) of {group.service} is "
            f"{health.state} since {health.since / SECOND:.1f} s{why}{_less(elb, group, target)}"
        )
    if group.attributes.proxy_protocol:
        lines.append(
            f"what is sent to {group.service} begins with a PROXY protocol header that names the "
            "client, health checks too: who does not expect it answers 400 or closes the connection"
        )
    return lines or [f"the target group of {group.service} has no registered targets"]


def _less(elb: LoadBalancers, group: Group, target: Target) -> str:
    """Why a target gets less than a full share; "" when it gets one."""
    place, now = (group.name, target.name), elb.context.clock.now
    if elb.healths[place].state == DRAINING:
        until = (elb.healths[place].since + group.attributes.delay) / SECOND
        what = "ends then" if elb.ends_all(group) else "goes on"
        return f"; gets nothing new, unused at {until:.1f} s, what is open to it {what}"
    if elb.healths[place].state == UNHEALTHY_DRAINING:
        until = (elb.healths[place].since + group.attributes.fading) / SECOND
        return f"; unhealthy at {until:.1f} s unless it recovers, what is open to it ends then"
    growing = slow_start.share(group, elb.healths[place], now)
    weight = elb.records.get(place, Record()).weight
    if growing < 1:
        return f"; in slow start, with {growing:.0%} of a full share"
    return f"; anomalous, its weight is {weight:.0%}" if weight < 1 else ""


def nobody(context: Context) -> str:
    """Why a Service has no load balancer."""
    if not is_installed(context.api):
        return (
            'no controller makes load balancers here: install("aws-load-balancer-controller"); '
            "until then the Service has its NodePort, and EXTERNAL-IP stays <pending>"
        )
    return (
        "the AWS Load Balancer Controller has not taken this Service: it takes those with "
        f"loadBalancerClass {services.CLASS}, which new Services get once it is installed"
    )


def _is_tcp(port: Object) -> bool:
    return bool(port.get("protocol", "TCP") == "TCP")
