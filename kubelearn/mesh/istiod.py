"""istiod: watches services and Istio's objects and pushes what follows from them to all proxies.

Changes are collected until 100 ms pass without another, 10 s at most; then there is a push.
Source: istio `pilot/pkg/xds/discovery.go` (debounce), `pilot/pkg/features` (PILOT_DEBOUNCE_AFTER,
PILOT_DEBOUNCE_MAX), `security/pkg/k8s/controller` (istio-ca-root-cert), 1.27.

Unlike the real one: computing a push takes no time, its way to the proxies always 5 ms.
"""

from __future__ import annotations

from typing import ClassVar

import yaml

from kubelearn.api.admission.istio_injection import ISTIOD
from kubelearn.api.objects import Key, Object, get_path
from kubelearn.api.store import Record
from kubelearn.mesh.analysis import analyze
from kubelearn.mesh.certificates import Certificates
from kubelearn.mesh.jwks import Jwks, fetched_rules, source_of
from kubelearn.mesh.legible import problem
from kubelearn.mesh.proxies import Proxies
from kubelearn.mesh.push import ROOT, Push
from kubelearn.mesh.registry import (
    Endpoint,
    Service,
    endpoints_of,
    entry_endpoints,
    entry_services,
    service_of,
)
from kubelearn.mesh.root_certificate import ROOT_CERTIFICATE
from kubelearn.mesh.route_status import ROUTES, explained, write_statuses
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

DEBOUNCE, DEBOUNCE_MAX = 100 * MILLISECOND, 10 * SECOND
WAY = 5 * MILLISECOND
WATCH_LATENCY = MILLISECOND
SLICES = "endpointslices.discovery.k8s.io"
ISTIO = {
    "networking.istio.io": (
        "virtualservices", "destinationrules", "gateways", "serviceentries", "sidecars",
    ),
    "security.istio.io": (
        "peerauthentications", "authorizationpolicies", "requestauthentications",
    ),
    "telemetry.istio.io": ("telemetries",),
    "gateway.networking.k8s.io": ("httproutes",),
}  # fmt: skip
"""The kinds that istiod acts on, by API group."""
AUTHENTICATIONS = "requestauthentications.security.istio.io"
RESOURCES = tuple(f"{kind}.{group}" for group, kinds in ISTIO.items() for kind in kinds)
EXPLAINED = tuple(one for one in RESOURCES if one.endswith(".istio.io"))
WORKLOAD = (ROOT, "istiod")
VALIDATORS = "validatingwebhookconfigurations.admissionregistration.k8s.io"
VALIDATOR = "istiod-default-validator"
SETTINGS = (ROOT, "istio")
"""The ConfigMap with the settings of the mesh."""
ROOT_CERT = "istio-ca-root-cert"
NO_CERT = ("kube-system", "kube-public", "kube-node-lease")


class Istiod:
    """The control plane of the mesh; asleep until its Deployment is there."""

    name = "istiod"
    state: ClassVar[tuple[str, ...]] = ("slices", "read")
    wires: ClassVar[dict[str, str]] = {
        "proxies": "proxies", "certificates": Certificates.name, "jwks": Jwks.name,
    }  # fmt: skip
    explains: ClassVar[tuple[str, ...]] = (*EXPLAINED, ROUTES)
    proxies: Proxies
    certificates: Certificates
    jwks: Jwks

    def __init__(self, context: Context) -> None:
        self.context = context
        self.slices: dict[Key, tuple[Object, tuple[Endpoint, ...]]] = {}
        self.read: dict[tuple[str, Key], tuple[Object, str]] = {}
        """(resource, key) → object and what keeps it from being used."""
        self.version = 0
        self.up = False
        self.due: int | None = None
        """When the next push is, if nothing more changes."""
        self.made: Push | None = None
        """The last push."""
        self.first: int | None = None
        """Since when changes are collected."""
        self.held = False
        """Whether a push waits for keys of issuers."""
        watched = ("services", SLICES, "namespaces", "configmaps", *RESOURCES)
        context.api.store.watch(self.name, watched, self.deliver, WATCH_LATENCY)

    @property
    def installed(self) -> bool:
        """Whether there is an istiod in this cluster at all."""
        return self.context.api.store.get("services", WORKLOAD) is not None

    def deliver(self, records: list[Record]) -> None:
        """Take note of changes."""
        if not self.installed and not self.up:
            return
        self._look_for_itself()
        if not self.up:
            return
        for record in records:
            if record.resource == "namespaces" and record.old is None and record.new is not None:
                self._root_cert(record.key[1])
        if any(_concerns(record) for record in records):
            self._collect()

    def _look_for_itself(self) -> None:
        """Come up with the first ready pod, go with the last."""
        ready = ISTIOD.answers(self.context.api)
        if ready == self.up:
            return
        self.up = ready
        self.certificates.turn(ready)
        if not ready:
            self.due = self.first = None
            self.held = False
            self.proxies.lost(self.context.clock.now)
            return
        for namespace in self.context.api.list("namespaces"):
            self._root_cert(namespace["metadata"]["name"])
        self._fail_closed()
        self._collect()

    def _fail_closed(self) -> None:
        """From the first time on that istiod is there nothing is written that it has not seen."""
        configuration = self.context.api.find(VALIDATORS, None, VALIDATOR)
        if configuration is None:
            return
        webhooks = [{**one, "failurePolicy": "Fail"} for one in configuration["webhooks"]]
        self.context.api.patch(VALIDATORS, None, VALIDATOR, {"webhooks": webhooks})

    def _root_cert(self, namespace: str) -> None:
        """Every namespace gets the certificate that its proxies trust."""
        api = self.context.api
        if namespace in NO_CERT or api.find("configmaps", namespace, ROOT_CERT) is not None:
            return
        if api.find("namespaces", None, namespace) is None:
            return
        metadata = {"name": ROOT_CERT, "namespace": namespace,
                    "labels": {"istio.io/config": "true"}}  # fmt: skip
        api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
                    "data": {"root-cert.pem": ROOT_CERTIFICATE}})  # fmt: skip

    # Pushing

    def _collect(self) -> None:
        """Wait a little longer for more changes, but not for ever."""
        now = self.context.clock.now
        waiting = self.due is not None
        if self.first is None:
            self.first = now
        self.due = min(now + DEBOUNCE, self.first + DEBOUNCE_MAX)
        if not waiting:
            self.context.clock.at(self.due, self.settle)

    def settle(self) -> None:
        """Push, unless something has changed meanwhile."""
        now = self.context.clock.now
        if self.due is None:
            return
        if now < self.due:
            self.context.clock.at(self.due, self.settle)
            return
        self.due = self.first = None
        self.held = True
        if self.jwks.ready(fetched_rules(self._rules(AUTHENTICATIONS))):
            self.fetched()

    def fetched(self) -> None:
        """Push, now that the keys of issuers are there or cannot be had."""
        if not self.held or not self.up:
            return
        self.held = False
        self.version += 1
        self.made = self.snapshot()
        write_statuses(self.context.api, self.made)
        self.context.clock.after(WAY, self.send)

    def changed(self) -> None:
        """Keys of an issuer have changed."""
        if self.up:
            self._collect()

    def send(self) -> None:
        """The push reaches the proxies."""
        if self.up:
            self.proxies.lost(None)
        if self.made is not None:
            self.proxies.receive(self.made)

    def snapshot(self) -> Push:
        """Everything as it is now, for all proxies."""
        api = self.context.api
        services: dict[str, Service] = {}
        hosts: dict[Key, str] = {}
        for obj in api.list("services"):
            made = service_of(obj)
            services[made.host] = made
            hosts[made.namespace, made.name] = made.host
        endpoints = self._endpoints(hosts)
        rules = {kind: self._rules(f"{kind}.{group}") for group, kinds in ISTIO.items()
                 for kind in kinds}  # fmt: skip
        for entry in rules["serviceentries"]:
            for one in entry_services(entry):
                services.setdefault(one.host, one)
                endpoints.setdefault(one.host, entry_endpoints(entry))
        mesh = mesh_settings(api.find("configmaps", *SETTINGS))
        found = Push(self.version, self.context.clock.now, services, endpoints, rules, mesh,
                     self.jwks.keys())  # fmt: skip
        return found.after(self.made)

    def _endpoints(self, hosts: dict[Key, str]) -> dict[str, tuple[Endpoint, ...]]:
        """The endpoints of all services; those of slices that are the same are not read again."""
        api = self.context.api
        found: dict[str, tuple[Endpoint, ...]] = {}
        kept: dict[Key, tuple[Object, tuple[Endpoint, ...]]] = {}
        for key, one in sorted(api.store.items(SLICES).items()):
            old = self.slices.get(key)
            made = old[1] if old is not None and old[0] is one else endpoints_of(one, api.find)
            kept[key] = (one, made)
            name = (one["metadata"].get("labels") or {}).get("kubernetes.io/service-name", "")
            host = hosts.get((key[0], name))
            if host is not None and made:
                found[host] = (*found.get(host, ()), *made)
        self.slices = kept
        return found

    def _rules(self, resource: str) -> tuple[Object, ...]:
        """The objects of a kind that can be used, the oldest first."""
        kind = resource.partition(".")[0]
        used = []
        for key, obj in self.context.api.store.items(resource).items():
            old = self.read.get((resource, key))
            if old is None or old[0] is not obj:
                old = self.read[resource, key] = (obj, problem(kind, obj))
            if not old[1]:
                used.append(obj)
        return tuple(sorted(used, key=_age))

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """Since when proxies work with an object."""
        if resource == ROUTES:
            return explained(obj)
        if not self.installed:
            return [Reason("kubelearn", NOBODY.format(kind=obj["kind"]))]
        if not self.up:
            text = "istiod has no ready pod: proxies keep the configuration that they have"
            return [Reason("istiod", text)]
        metadata = obj["metadata"]
        key = (metadata["namespace"], metadata["name"])
        found = self.read.get((resource, key))
        if found is not None and found[0] is obj and found[1]:
            return [Reason("istiod", f"proxies do not get it, it cannot be used: {found[1]}")]
        reasons = self._without_keys(obj) if resource == AUTHENTICATIONS else []
        reasons += [Reason("istioctl analyze", f"{one.level} [{one.code}] {one.text}")
                    for one in analyze(self.context.api)
                    if (one.kind, one.key) == (obj["kind"], key)]  # fmt: skip
        push = self.proxies.push
        kind = resource.partition(".")[0]
        if push is not None and any(one is obj for one in push.of(kind)):
            text = f"push {push.version} brought it to the proxies"
            return [*reasons, Reason("istiod", text, push.time)]
        return [*reasons, Reason("istiod", "the next push brings it to the proxies")]

    def _without_keys(self, obj: Object) -> list[Reason]:
        """The rules of a RequestAuthentication whose keys cannot be had."""
        problems = [(rule, self.jwks.problems.get(source_of(rule)))
                    for rule in fetched_rules([obj])]  # fmt: skip
        text = "no keys of issuer {}, so its tokens are refused: {}"
        return [Reason("istiod", text.format(rule["issuer"], why)) for rule, why in problems if why]


NOBODY = (
    "nothing in this cluster acts on {kind} objects yet: it is stored and can be read, "
    'but there is no istiod: install("istio")'
)


def _concerns(record: Record) -> bool:
    """Whether a change is one of what is pushed."""
    if record.resource == "configmaps":
        return record.key == SETTINGS
    if record.resource == ROUTES and record.old is not None and record.new is not None:
        return bool(record.old["spec"] != record.new["spec"])  # not what was told of it
    return record.resource != "namespaces"


def mesh_settings(configmap: Object | None) -> Object:
    """The settings in a ConfigMap; none when they cannot be read."""
    text = get_path(configmap or {}, "data", "mesh", default="")
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def _age(obj: Object) -> tuple[str, str, str]:
    metadata = obj["metadata"]
    return metadata.get("creationTimestamp") or "", metadata["name"], metadata["namespace"]
