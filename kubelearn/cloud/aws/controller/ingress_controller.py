"""Ingresses of class alb → application load balancers; those of one group share one.

Source: aws-load-balancer-controller 3.5 `controllers/ingress/group_controller.go`,
`pkg/ingress/model_builder.go`, `model_build_target_group.go`.

Unlike the real one: no security groups and no WAF; annotations on what is absent are read by
nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from kubelearn.api.objects import Key, Object, get_path, is_terminating, key_of
from kubelearn.api.store import Record
from kubelearn.cloud.aws.acm import Certificates
from kubelearn.cloud.aws.controller import (
    bindings,
    check_limits,
    idle_timeouts,
    ingresses,
    pairings,
    rule_limits,
    targets,
    watching,
)
from kubelearn.cloud.aws.controller.annotations import (
    INGRESS_PREFIX,
    AnnotationError,
    Annotations,
    DeployError,
    boolean,
    number,
    stripped,
)
from kubelearn.cloud.aws.controller.group_attributes import attributes
from kubelearn.cloud.aws.controller.groups import agreed, application_attributes, group_scheme
from kubelearn.cloud.aws.controller.health_checks import check_port
from kubelearn.cloud.aws.controller.ingress_rules import (
    ListenerTask,
    Member,
    NoService,
    default_of,
    rules_of,
)
from kubelearn.cloud.aws.controller.installation import CLUSTER_NAME, is_installed, runs
from kubelearn.cloud.aws.controller.listen_ports import (
    HTTP,
    HTTPS,
    ListenPort,
    listen_ports,
    ssl_redirect,
)
from kubelearn.cloud.aws.controller.names import given_name, group_name, load_balancer_name
from kubelearn.cloud.aws.controller.prerouting import before
from kubelearn.cloud.aws.controller.service_controller import told, zones_for
from kubelearn.cloud.aws.controller.services import target_port
from kubelearn.cloud.aws.elb import LoadBalancers
from kubelearn.cloud.aws.elb.model import APPLICATION, GRPC, Balancer, Check, Group, Listener
from kubelearn.cloud.aws.elb.names import dns_name, region_of
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

INGRESSES = "ingresses.networking.k8s.io"
CLASSES = "ingressclasses.networking.k8s.io"
CONTROLLER = "ingress.k8s.aws/alb"
COMPONENT = "ingress"
FINALIZER = "ingress.k8s.aws/resources"
GROUP_FINALIZER = "group.ingress.k8s.aws/"
VERSIONS = ("HTTP1", "HTTP2", GRPC)
"""What a balancer may speak to targets."""
CHECKED = {GRPC: ("/AWS.ALB/healthcheck", "12")}
"""Version → what is asked for in a health check, and what counts as healthy."""
HTTP2, FORWARDED = "routing.http2.enabled", "routing.http.xff_header_processing.mode"
MODES = ("append", "preserve", "remove")
"""What becomes of X-Forwarded-For."""
NUMBERS = {
    "healthcheck-interval-seconds": "interval",
    "healthcheck-timeout-seconds": "timeout",
    "healthy-threshold-count": "healthy",
    "unhealthy-threshold-count": "unhealthy",
}


def _of_service(reconciler: Any, record: Record) -> Iterable[Key]:
    """All Ingresses of the namespace of a Service, slice or Secret: any may name it."""
    if not is_installed(reconciler.context.api):
        return ()
    return [key for key in reconciler.every() if key[0] == record.key[0]]


class IngressController:
    """Keeps one application load balancer for each group of Ingresses."""

    name: ClassVar[str] = "aws-ingress"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(INGRESSES),
        Mapped("services", _of_service),
        Mapped("secrets", _of_service),
        Mapped(targets.SLICES, _of_service),
        Mapped("nodes", watching.node_changed),
        Mapped("deployments.apps", watching.installed),
    )
    wires: ClassVar[dict[str, str]] = {"elb": "elb", "acm": "acm"}
    explains: ClassVar[tuple[str, ...]] = (INGRESSES,)
    elb: LoadBalancers
    acm: Certificates

    def __init__(self, context: Context) -> None:
        self.context = context

    def every(self) -> list[Key]:
        """All Ingresses."""
        return [key_of(one) for one in self.context.api.list(INGRESSES)]

    def reconcile(self, key: Key) -> int | None:
        """Bring the balancer of the group of an Ingress in line with all its members."""
        ingress = self.context.api.find(INGRESSES, *key)
        if ingress is None or not is_installed(self.context.api):
            return None
        if not self._is_own(ingress) and not _finalizer(ingress):
            return None
        if not runs(self.context.api):
            return 5 * SECOND
        try:
            groups = self._build(ingress)
        except AnnotationError as error:
            recorder = self.context.recorder
            recorder.event(ingress, "Warning", error.reason, error.message, COMPONENT)
            return error.again
        closed = bindings.open_gates(self.context.api, self.elb, groups)
        return bindings.LOOK_AGAIN * SECOND if closed else None

    def _is_own(self, ingress: Object) -> bool:
        """Whether its class is one of this controller's."""
        legacy = (ingress["metadata"].get("annotations") or {}).get("kubernetes.io/ingress.class")
        if legacy is not None:
            return bool(legacy == "alb")
        found = self.context.api.find(CLASSES, None, ingress["spec"].get("ingressClassName") or "")
        return found is not None and found["spec"].get("controller") == CONTROLLER

    def _is_anothers(self, ingress: Object) -> bool:
        """Whether its class is one of another controller's."""
        found = self.context.api.find(CLASSES, None, ingress["spec"].get("ingressClassName") or "")
        return found is not None and found["spec"].get("controller") != CONTROLLER

    # The model

    def _build(self, ingress: Object) -> list[Group]:
        group = group_of(ingress)
        members = self._members(group)
        for one in self.context.api.list(INGRESSES):
            left = is_terminating(one) or not self._is_own(one)
            if group_of(one) == group and left and _finalizer(one):
                self._let_go(one)
        if not members:
            self._drop_others(group, "")
            return []
        name = self._name(group, ingress)
        balancer, groups = self._balancer(name, members)
        self._drop_others(group, name)
        self.elb.put(balancer)
        self.elb.put_groups(name, list(groups.values()))
        bindings.bind(self.context.api, name, list(groups.values()))
        for member in members:
            self._tell(member.ingress, balancer)
        return list(groups.values())

    def _drop_others(self, group: str, name: str) -> None:
        """Delete what a group had before under another name, and what belongs to no group now."""
        own = [one for one in self.context.api.list(INGRESSES) if self._is_own(one)]
        living = {owner_of(group_of(one)) for one in own if not is_terminating(one)}
        for one in list(self.elb.balancers.values()):
            gone = one.owner == owner_of(group) or one.owner not in living
            if one.kind == APPLICATION and one.name != name and gone:
                self.elb.delete(one.name)
                bindings.bind(self.context.api, one.name, ())

    def _members(self, group: str) -> list[Member]:
        """The Ingresses of a group that live, in the order of their rules."""
        found = {}
        for one in self.context.api.list(INGRESSES):
            if group_of(one) == group and self._is_own(one) and not is_terminating(one):
                order = annotations_of(one).get("group.order")
                found[ingresses.Member(*key_of(one), order)] = Member(one, annotations_of(one))
        return [found[member] for member in ingresses.ordered(found)]

    def _name(self, group: str, ingress: Object) -> str:
        members = self._members(group) or [Member(ingress, annotations_of(ingress))]
        said = [member.annotations for member in members]
        scheme, given = group_scheme(said), agreed(said, "load-balancer-name", "load balancer name")
        if given:
            return given_name(given)
        if "/" not in group:
            return group_name(group, (CLUSTER_NAME, group, scheme))
        return load_balancer_name(*key_of(ingress), (CLUSTER_NAME, group, scheme))

    def _balancer(self, name: str, members: list[Member]) -> tuple[Balancer, dict[str, Group]]:
        scheme = group_scheme([member.annotations for member in members])
        groups: dict[str, Group] = {}

        def group_for(member: Member, service: str, port: Any) -> str:
            made = self._group(member, service, port)
            groups[made.name] = made
            return made.name

        listed = listen_ports(self.acm, members)
        redirect = ssl_redirect(members, listed)

        def asks(member: Member) -> list[Any]:
            return before(member, self.context.api)

        said = application_attributes(member.annotations for member in members)
        idle, http2 = idle_timeouts.of_requests(said), boolean(said.get(HTTP2, "true"), HTTP2)
        forwarded = said.get(FORWARDED, MODES[0])
        if forwarded not in MODES:
            raise DeployError(f"{FORWARDED}={forwarded}: it must be one of {', '.join(MODES)}")

        def listener(one: ListenPort) -> Listener:
            task = ListenerTask(one.members, one.listener, group_for, redirect, asks)
            return Listener(
                one.port, one.protocol, rules=rules_of(task), default=default_of(task),
                certificates=one.certificates, idle=idle, forwarded=forwarded,
                http2=http2,
            )  # fmt: skip

        listeners = tuple(map(listener, listed))
        rule_limits.check(name, listeners)
        pairings.check(listeners, groups)
        zones = zones_for(self.elb, self.context, name, scheme)
        if len(zones) < 2:
            raise AnnotationError("unable to resolve at least 2 subnets in different zones")
        dns = dns_name(name, APPLICATION, scheme, region_of(zones[0].name))
        hosts = tuple(dict.fromkeys(host for member in members for host in _hosts(member.ingress)))
        return (
            Balancer(
                name,
                APPLICATION,
                scheme,
                dns,
                zones,
                listeners,
                True,
                names=hosts,
                owner=owner_of(group_of(members[0].ingress)),
            ),
            groups,
        )

    def _group(self, member: Member, service: str, port: Any) -> Group:
        """The target group of an Ingress for a port of a Service: no other Ingress uses it."""
        namespace, name = key_of(member.ingress)
        found = self.context.api.find("services", namespace, service)
        if found is None:
            raise NoService(f'Service "{service}" not found')
        # What a Service says of its target group goes over what the Ingress says of all.
        said = {**member.annotations, **annotations_of(found)}
        number_or_name = [port, int(port)] if str(port).isdecimal() else [port]
        ports = [one for one in found["spec"]["ports"]
                 if one["port"] in number_or_name or one.get("name") == port]  # fmt: skip
        if not ports:
            raise AnnotationError(f"unable to find port {port} on service {namespace}/{service}")
        kind = said.get("target-type", "instance")
        if kind not in ("instance", "ip"):
            raise AnnotationError(f"unknown targetType: {kind}")
        if kind == "ip":
            port_name = ports[0].get("name", "")
            listed = targets.addresses(self.context.api, namespace, service, port_name)
        elif not ports[0].get("nodePort"):
            raise AnnotationError(
                f"service type must be either 'NodePort' or 'LoadBalancer': {namespace}/{service}"
            )
        else:
            listed = targets.instances(self.context.api, ports[0]["nodePort"])
        protocol = _one_of(said, "backend-protocol", "backend protocol", (HTTP, HTTPS))
        version = _one_of(said, "backend-protocol-version", "backend protocol version", VERSIONS)
        hashed = (
            CLUSTER_NAME, group_of(member.ingress), namespace, name, found["metadata"]["uid"],
            str(port), str(target_port(kind, ports[0])), kind, protocol, version,
        )  # fmt: skip
        return Group(
            load_balancer_name(namespace, service, hashed),
            kind,
            _check(said, kind, found["spec"]["ports"], version),
            listed,
            protocol,
            version,
            keeps_source=False,
            service=f"{namespace}/{service}:{ports[0]['port']}",
            attributes=attributes(said),
        )

    # Telling

    def _tell(self, ingress: Object, balancer: Balancer) -> None:
        """Write address and finalizer of a member."""
        key, wanted = key_of(ingress), finalizer_of(ingress)
        kept = ingress["metadata"].get("finalizers", [])
        if wanted not in kept:
            more = {"metadata": {"finalizers": [*kept, wanted]}}
            self.context.api.patch(INGRESSES, *key, more)
        status = {"loadBalancer": {"ingress": [{"hostname": balancer.dns}]}}
        if get_path(ingress, "status", "loadBalancer") == status["loadBalancer"]:
            return
        self.context.api.patch_status(INGRESSES, *key, status)
        text = "Successfully reconciled"
        self.context.recorder.event(ingress, "Normal", "SuccessfullyReconciled", text, COMPONENT)

    def _let_go(self, ingress: Object) -> None:
        left = [one for one in ingress["metadata"].get("finalizers", ())
                if one != _finalizer(ingress)]  # fmt: skip
        self.context.api.patch(INGRESSES, *key_of(ingress), {"metadata": {"finalizers": left}})

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """The rules of the balancer, and what it thinks of its targets."""
        if self._is_anothers(obj):
            return []
        try:
            found = self.elb.balancers.get(self._name(group_of(obj), obj))
        except AnnotationError as error:
            return [Reason("AWS Load Balancer Controller", error.message)]
        if found is None:
            return [Reason("AWS Load Balancer Controller", self._idle(obj))]
        lines = [f"{found.name} ({found.scheme}) has the name {found.dns}"]
        for one in found.listeners:
            names = ", ".join(name for arn in one.certificates for name in self.acm.names_of(arn))
            lines += [f"port {one.port}, {one.protocol}, certificates for {names}"] * bool(names)
            lines += [_rule(one, rule, self.elb) for rule in (*one.rules, one.last)]
        groups = [one for one in self.elb.groups.values() if one.balancer == found.name]
        lines += [text for group in groups for text in told(self.elb, group)]
        return [Reason("application load balancer", text) for text in lines]

    def _idle(self, ingress: Object) -> str:
        """Why an Ingress has no balancer."""
        if not is_installed(self.context.api):
            return 'nobody acts on Ingresses here: install("aws-load-balancer-controller")'
        uid, namespace = ingress["metadata"]["uid"], ingress["metadata"]["namespace"]
        told = self.context.api.list("events", namespace)
        about = [one for one in told if one["involvedObject"].get("uid") == uid]
        last = max(about, key=lambda one: str(one["lastTimestamp"]), default=None)
        if self._is_own(ingress) and last is not None and last["type"] == "Warning":
            return f"{last['reason']}: {last['message']}"
        name = ingress["spec"].get("ingressClassName")
        return f"class {name!r} is not of this controller, or no pod of it is ready"


def annotations_of(obj: Object) -> dict[str, str]:
    """The controller's annotations of an Ingress, or of a Service behind it, by short names."""
    return stripped(obj["metadata"].get("annotations") or {}, INGRESS_PREFIX)


def group_of(ingress: Object) -> str:
    """The group of an Ingress; one without stands alone, as namespace/name."""
    name = annotations_of(ingress).get("group.name", "")
    return name if name and ingresses.is_group_name(name) else "/".join(key_of(ingress))


def owner_of(group: str) -> str:
    """How a balancer names the group that it is for."""
    return f"ingress:{group}"


def finalizer_of(ingress: Object) -> str:
    """What keeps an Ingress until its balancer is gone."""
    group = group_of(ingress)
    return FINALIZER if "/" in group else f"{GROUP_FINALIZER}{group}"


def _finalizer(ingress: Object) -> str:
    held = ingress["metadata"].get("finalizers") or ()
    return next((one for one in held if one.startswith((FINALIZER, GROUP_FINALIZER))), "")


def _hosts(ingress: Object) -> list[str]:
    hosts = (rule.get("host", "") for rule in ingress["spec"].get("rules") or ())
    return [host.lower() for host in hosts if host and not host.startswith("*")]


def _one_of(said: Annotations, name: str, words: str, allowed: tuple[str, ...]) -> str:
    """The value of an annotation; the first is its default."""
    found = said.get(name, allowed[0])
    if found not in allowed:
        raise AnnotationError(f"{words} must be within [{', '.join(allowed)}]: {found}")
    return found


def _check(said: Annotations, kind: str, ports: Sequence[Mapping[str, Any]], version: str) -> Check:
    path, codes = CHECKED.get(version, ("/", "200"))
    protocol = said.get("healthcheck-protocol", said.get("backend-protocol", HTTP))
    if protocol not in (HTTP, HTTPS):
        raise AnnotationError(f"healthCheckProtocol must be within [{HTTP}, {HTTPS}]")
    port = check_port(said, kind, ports)
    values = {"interval": 15, "timeout": 5, "healthy": 2, "unhealthy": 2}
    values |= {NUMBERS[name]: number(said[name], name) for name in NUMBERS if name in said}
    made = Check(
        protocol,
        port if isinstance(port, int) else None,
        said.get("healthcheck-path", path),
        said.get("success-codes", codes),
        values["interval"] * SECOND,
        values["timeout"] * SECOND,
        values["healthy"],
        values["unhealthy"],
        first=1,
    )
    return check_limits.checked(
        made, check_limits.GRPC_CODES if version == GRPC else check_limits.APPLICATION_CODES
    )


def _rule(listener: Listener, rule: Any, elb: LoadBalancers) -> str:
    wanted = [
        f"{one['field']} {' or '.join(map(str, one['values']))}" for one in rule["conditions"]
    ]
    action = rule["action"]
    first = "".join(f"{one['type']}, then " for one in action.get("before", ()))
    if action["type"] == "forward":
        names = [elb.groups[name].service for name, _ in action["groups"] if name in elb.groups]
        end = f"forward to {', '.join(names)}"
    else:
        end = f"{action['type']} {action['status']}"
    what = f"rule {rule['priority']}" if rule["priority"] else "default"
    return f"port {listener.port}, {what}: {', '.join(wanted) or 'all'}: {first}{end}"
