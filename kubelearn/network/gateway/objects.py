"""The objects of Gateway API in a cluster: which routes belong to which listeners.

Source: kubernetes-sigs/gateway-api v1.5 `apis/v1/gateway_types.go`, `httproute_types.go`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kubelearn.api import selectors
from kubelearn.api.objects import Key, Object, get_path, key_of
from kubelearn.network.gateway.hostnames import intersects

GROUP = "gateway.networking.k8s.io"


class Objects(NamedTuple):
    """Routes, grants and Services that a gateway may use."""

    routes: tuple[Object, ...]
    grants: tuple[Object, ...] = ()
    namespaces: Mapping[str, Mapping[str, str]] = {}
    """The labels of each namespace."""
    services: frozenset[Key] | None = None
    """The Services that exist; None = all that are named."""

    @classmethod
    def of(cls, objects: Iterable[Object], **more: object) -> Objects:
        """Sorted out of a list of objects; the oldest routes first."""
        listed = list(objects)
        routes = sorted((one for one in listed if one["kind"] == "HTTPRoute"), key=_age)
        grants = tuple(one for one in listed if one["kind"] == "ReferenceGrant")
        return cls(tuple(routes), grants, **more)  # type: ignore[arg-type]

    def attached(self, gateway: Object, listener: Object) -> list[Object]:
        """The routes that a listener accepts."""
        return [one for one in self.routes if self.problem(one, gateway, listener) == ""]

    def problem(self, route: Object, gateway: Object, listener: Object) -> str:
        """Why a listener does not accept a route: the reason of condition Accepted; "" if it does.

        "-" when the route does not name the gateway at all.
        """
        home = route["metadata"].get("namespace", "default")
        refs = [
            one
            for one in route["spec"].get("parentRefs") or ()
            if (one.get("namespace", home), one["name"]) == key_of(gateway)
        ]
        if not refs:
            return "-"
        if not any(_names(one, listener) for one in refs):
            return "NoMatchingParent"
        if not self._allows(gateway, listener, home):
            return "NotAllowedByListeners"
        names = route["spec"].get("hostnames") or [""]
        if not any(intersects(name, listener.get("hostname", "")) for name in names):
            return "NoMatchingListenerHostname"
        return ""

    def _allows(self, gateway: Object, listener: Object, namespace: str) -> bool:
        """Whether a listener takes routes (of this kind) of a namespace."""
        kinds = get_path(listener, "allowedRoutes", "kinds")
        if kinds and not any(one["kind"] == "HTTPRoute" for one in kinds):
            return False
        given = get_path(listener, "allowedRoutes", "namespaces", default={}) or {}
        where = given.get("from", "Same")
        if where == "Selector":
            labels = dict(self.namespaces.get(namespace, {}))
            return bool(selectors.of(given.get("selector") or {}).matches(labels))
        return where == "All" or (where == "Same" and namespace == key_of(gateway)[0])

    def may_refer(self, home: str, target: Key) -> bool:
        """Whether routes of a namespace may name a Service of another: a ReferenceGrant."""
        if home == target[0]:
            return True
        source = {"group": GROUP, "kind": "HTTPRoute", "namespace": home}
        return any(
            grant["metadata"].get("namespace", "default") == target[0]
            and source in grant["spec"]["from"]
            and any(_grants(to, target[1]) for to in grant["spec"]["to"])
            for grant in self.grants
        )

    def backend_problem(self, home: str, ref: Object) -> str:
        """The reason why a backend cannot be used; "" when it can."""
        if (ref.get("group", ""), ref.get("kind", "Service")) != ("", "Service"):
            return "InvalidKind"
        target = (ref.get("namespace", home), ref["name"])
        if not self.may_refer(home, target):
            return "RefNotPermitted"
        known = self.services is None or target in self.services
        return "" if known else "BackendNotFound"


def attached_routes(objects: Objects, gateway: Object) -> dict[str, int]:
    """`attachedRoutes` of each listener of a gateway."""
    listeners = gateway["spec"]["listeners"]
    return {one["name"]: len(objects.attached(gateway, one)) for one in listeners}


def _age(route: Object) -> tuple[str, str, str]:
    metadata = route["metadata"]
    created = metadata.get("creationTimestamp") or ""
    return created, metadata.get("namespace", "default"), metadata["name"]


def _names(ref: Object, listener: Object) -> bool:
    section, port = ref.get("sectionName"), ref.get("port")
    return section in (None, listener["name"]) and port in (None, listener["port"])


def _grants(to: Object, name: str) -> bool:
    return (
        to.get("group", "") == "" and to.get("kind") == "Service" and to.get("name", name) == name
    )
