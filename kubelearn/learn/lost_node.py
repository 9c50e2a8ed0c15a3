"""The same accident behind different doors: a node dies while requests come from outside.

A *door* is how users come in: the port of a node, or the name of a load balancer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from kubelearn.api.objects import Object, get_path
from kubelearn.cluster import Cluster
from kubelearn.network.addresses import node_address

BALANCER = "service.beta.kubernetes.io/aws-load-balancer-"
SETTLE = "60s"
"""Until a changed balancer has changed its targets and has checked them."""


def door(cluster: Cluster, reference: str, node: str = "", namespace: str = "default") -> str:
    """The URL of a Service or an Ingress from outside: its balancer's name, or a node's port."""
    obj = cluster.object(reference, namespace)
    name = f"{obj['kind']} {obj['metadata']['name']}"
    if node:
        ports = [port.get("nodePort") for port in obj["spec"].get("ports") or ()]
        if not any(ports):
            raise ValueError(f"{name} opens no port on nodes")
        return f"http://{node_address(cluster.object(f'node/{node}'))}:{ports[0]}/"
    found = get_path(obj, "status", "loadBalancer", "ingress", default=None) or ()
    if not found:
        raise ValueError(f"{name} has no load balancer{_why_none(obj)}")
    return f"http://{found[0]['hostname']}/"


def _why_none(obj: Object) -> str:
    """Why no balancer's name is known, and what to do, as the end of a sentence."""
    kind = obj["spec"].get("type", "") if obj["kind"] == "Service" else ""
    if kind in ("", "LoadBalancer"):
        return " yet: let more time pass with cluster.run(...), or read its events"
    if kind == "NodePort":
        return ': it is of type NodePort, so name a node, such as node="worker-1"'
    return f": it is of type {kind}, and only a LoadBalancer or a NodePort leads in from outside"


def lose_a_node(
    cluster: Cluster, *urls: str, node: str = "worker-2", rate: float = 20, until: str = "160s",
    timeout: str = "12s",
) -> Cluster:  # fmt: skip
    """A fork in which a node dies after 20 s of requests from the internet.

    The requests, `rate` a second, are shared evenly by the URLs; they come until a time, and then
    the run goes on until the last one has ended.
    """
    if not urls:
        raise ValueError(
            'say where requests go: lose_a_node(cluster, door(cluster, "service/web"))'
        )
    twin = cluster.fork()
    for url in urls:
        twin.load(url, rate=rate / len(urls), duration=until, timeout=timeout)
    twin.run("20s")
    twin.fail.node(node)
    twin.run(until)
    return twin


# Settings


def _annotation(name: str, value: Any) -> Object:
    return {"metadata": {"annotations": {f"{BALANCER}{name}": str(value)}}}


def _crosses(value: bool) -> Object:
    return _annotation("attributes", f"load_balancing.cross_zone.enabled={str(value).lower()}")


SETTINGS: dict[str, Callable[[Any], Object]] = {
    "policy": lambda value: {"spec": {"externalTrafficPolicy": value}},
    "targets": lambda value: _annotation("nlb-target-type", value),
    "interval": lambda value: _annotation("healthcheck-interval", value),
    "failures": lambda value: _annotation("healthcheck-unhealthy-threshold", value),
    "cross_zone": _crosses,
}
"""What can be tried at a Service of type LoadBalancer → the change that it takes."""


def with_settings(cluster: Cluster, service: str, **settings: Any) -> Cluster:
    """A fork with other settings at a Service, after they have taken effect.

    `policy="Local"`, `targets="ip"`, `interval=5` (seconds), `failures=2`, `cross_zone=True`.
    Raises ValueError when the balancer's controller does not take them.
    """
    twin = cluster.fork()
    before = _warnings(twin, service)
    for name, value in settings.items():
        if name not in SETTINGS:
            raise ValueError(f"there is no setting {name!r}: choose of {', '.join(SETTINGS)}")
        twin.patch(service, SETTINGS[name](value), style="merge")
    twin.run(SETTLE)
    refused = sorted(_warnings(twin, service) - before)
    if refused:
        raise ValueError(f"these settings do not work: {settings!r}: {refused[0]}")
    return twin


def _warnings(cluster: Cluster, service: str) -> set[str]:
    """What controllers have said against a Service so far."""
    events, about = cluster.api.list("events"), cluster.object(service)["metadata"]["uid"]
    warnings = [one for one in events if one["type"] == "Warning"]
    return {one["message"] for one in warnings if one["involvedObject"].get("uid") == about}


class WhatIf:
    """Sliders over the settings of a Service; each choice loses the node anew."""

    def __init__(
        self, cluster: Cluster, service: str, choices: Mapping[str, Sequence[Any]]
    ) -> None:
        self.cluster, self.service = cluster.fork(), service
        self.choices = choices
        self._known: dict[tuple[Any, ...], Any] = {}

    def run(self, **settings: Any) -> Any:
        """The picture of the accident with these settings; each is run once."""
        chosen = tuple(settings.items())
        if chosen not in self._known:
            twin = with_settings(self.cluster, self.service, **settings)
            self._known[chosen] = lose_a_node(twin, door(twin, self.service)).show("failover")
        return self._known[chosen]

    def _first(self) -> Any:
        return self.run(**{name: values[0] for name, values in self.choices.items()})

    def __repr__(self) -> str:
        return repr(self._first())

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget; the picture of the first choice for viewers that have none."""
        first = self._first()
        plain = {"text/html": first._repr_html_(), "text/plain": repr(first)}
        if find_spec("anywidget") is None:
            return plain
        from kubelearn.widgets.what_if import WhatIfView  # only where the widget library is

        view = WhatIfView(self.run, self.choices, (self.cluster.lock,))
        data, *metadata = _pair(view._repr_mimebundle_(**options))
        return (data | plain, *metadata) if metadata else data | plain


def _pair(bundle: Any) -> tuple[Any, ...]:
    if bundle is None:
        return ({},)
    return bundle if isinstance(bundle, tuple) else (bundle,)


def what_if(cluster: Cluster, service: str, **choices: Sequence[Any]) -> WhatIf:
    """Try settings with sliders: `what_if(cluster, "service/web", interval=(5, 10, 30))`."""
    unknown = [name for name in choices if name not in SETTINGS]
    if unknown or not choices:
        given = f"there is no setting {unknown[0]!r}" if unknown else "nothing is to be tried"
        known = f"choose of {', '.join(SETTINGS)}, each with its values"
        raise ValueError(f"{given}: {known}, such as interval=(5, 10)")
    for name, values in choices.items():
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise ValueError(f"{name}={values!r}: give all values to try, such as interval=(5, 10)")
    return WhatIf(cluster, service, choices)
