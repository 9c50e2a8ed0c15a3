"""The controller of ingress-nginx: events and the address in the status of its Ingresses.

Source: ingress-nginx 1.13 `internal/ingress/controller/store/store.go` (event handlers),
`internal/ingress/status/status.go` (statusAddressFromService).

Unlike the real one: the status follows at once, not within 60 s; all pods of the controller
together give one event.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.admission.ingress_nginx import CLASSES, INGRESSES, is_own
from kubelearn.api.objects import Key, Object, get_path, is_true, key_of
from kubelearn.api.server import APIServer
from kubelearn.api.store import Record
from kubelearn.network.edge.ingress_nginx import locations
from kubelearn.network.edge.ingress_nginx.classes import PLACE, ingresses
from kubelearn.network.edge.upstreams import Upstream, hosts_of
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

SELECTOR = "app.kubernetes.io/name=ingress-nginx,app.kubernetes.io/component=controller"
COMPONENT = "nginx-ingress-controller"


def _published(reconciler: Any, record: Record) -> Iterable[Key]:
    """Everything, when the Service has changed whose address all have."""
    return reconciler.every() if record.key == PLACE else ()


def _pod_changed(reconciler: Any, record: Record) -> Iterable[Key]:
    """Everything, when a pod of the controller becomes ready."""
    before, now = ((one is not None and is_true(one, "Ready")) for one in (record.old, record.new))
    return reconciler.every() if record.key[0] == PLACE[0] and before != now else ()


def _class_changed(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    return reconciler.every()  # type: ignore[no-any-return]


class IngressNginx:
    """Tells Ingresses of its class where they can be reached."""

    name: ClassVar[str] = "ingress-nginx"
    state: ClassVar[tuple[str, ...]] = ("synced",)
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(INGRESSES),
        Mapped("services", _published),
        Mapped("pods", _pod_changed, needs=INGRESSES),
        Mapped(CLASSES, _class_changed, needs=INGRESSES),
    )
    explains: ClassVar[tuple[str, ...]] = (INGRESSES,)

    def __init__(self, context: Context) -> None:
        self.context = context
        self.synced: dict[Key, str] = {}
        """Ingress → the version that was seen last."""

    def every(self) -> list[Key]:
        """All Ingresses of the controller."""
        return [key_of(one) for one in ingresses(self.context.api)]

    def reconcile(self, key: Key) -> int | None:
        """Note what is new of an Ingress, and write its address."""
        api = self.context.api
        ingress = api.find(INGRESSES, *key)
        if ingress is None or not is_own(api, ingress):
            self.synced.pop(key, None)
            return None
        if not any(is_true(pod, "Ready") for pod in api.list("pods", PLACE[0], SELECTOR)):
            return None
        version = ingress["metadata"]["resourceVersion"]
        if self.synced.get(key) != version:
            self.synced[key] = version
            recorder = self.context.recorder
            recorder.event(ingress, "Normal", "Sync", "Scheduled for sync", COMPONENT)
        listed = published(api)
        if listed != (get_path(ingress, "status", "loadBalancer", "ingress", default=[]) or []):
            api.patch_status(INGRESSES, *key, {"loadBalancer": {"ingress": listed}})
        return None

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """Which upstream each path leads to, and how many endpoints are behind it."""
        api = self.context.api
        if not is_own(api, obj):
            return []
        lines = []
        for rule in locations.rules_of(obj):
            for one in (rule.get("http") or {}).get("paths") or ():
                service = one["backend"].get("service") or {}
                port = service.get("port") or {}
                number = str(port.get("number") or port.get("name") or "")
                upstream = Upstream(obj["metadata"]["namespace"], service.get("name", ""), number)
                count = len(hosts_of(api, upstream))
                place = f"{rule.get('host') or '*'}{one.get('path') or '/'}"
                lines.append(f"{place} goes to {upstream}: {count} ready endpoints"
                             + ("" if count else ", so requests get 503"))  # fmt: skip
        return [Reason("ingress-nginx", text) for text in lines]


def published(api: APIServer) -> list[Object]:
    """The addresses of the controller's Service, as Ingresses tell them."""
    service = api.find("services", *PLACE)
    if service is None:
        return []
    if service["spec"].get("type") == "LoadBalancer":
        given = get_path(service, "status", "loadBalancer", "ingress", default=[]) or []
        outside = [{"ip": address} for address in service["spec"].get("externalIPs") or ()]
        return [*given, *outside]
    return [{"ip": service["spec"]["clusterIP"]}]
