"""Cluster: the public face of a world, in tables, texts and pictures."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from kubelearn import kubectl
from kubelearn.api.objects import Object
from kubelearn.api.tables.events import EVENTS
from kubelearn.api.tables.served import printer_for
from kubelearn.kubectl import Client, Reply
from kubelearn.kubelet import mounted
from kubelearn.mesh.analysis import analyze
from kubelearn.mesh.telemetry.query import BY, DURATION, grouped
from kubelearn.network.tls.certificates import Certificate
from kubelearn.progress import ProgressLine, onlookers
from kubelearn.sim.arguments import checked, no_such, shown, within
from kubelearn.sim.duration import parse_duration
from kubelearn.world import Answer, World
from kubelearn.world.explain import as_it_was
from kubelearn.world.proxy_secrets import proxy_secret
from kubelearn.world.references import Reference

if TYPE_CHECKING:
    import pandas as pd

    from kubelearn.server.http import Server

SELECTOR_FIELDS = {"matchLabels", "matchExpressions"}
VIEW_OPTIONS = ("names", "layout")
REPORTERS = ("source", "destination")
EVENT_COLUMNS = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "COUNT", "MESSAGE"]


class Cluster(World):
    """A running Kubernetes cluster: a control plane and workers, Ready at once.

    `nodes` workers over `zones` zones; `node={"cpu": "4", "memory": "16Gi", "pods": 110}` sizes
    them; `scheduler` is a KubeSchedulerConfiguration (path, YAML text or dict), `scheduler_plugins`
    the table of plugins that it may name. Equal seeds and equal commands give equal histories.
    """

    @checked
    def run(
        self,
        duration: str | float | None = None,
        *,
        until: Callable[[Self], Any] | None = None,
        limit: str | float = "1h",
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Let simulated time pass: `run("60s")`, or `run(until=lambda c: ...)`.

        With `until` the clock stops after the first event that makes it true; TimeoutError when
        that has not happened after `limit` (or `duration`). Ctrl-C (or "interrupt the kernel")
        stops it between two events; the cluster is whole and can go on. A long run writes a line
        of how far it is, unless `progress` is told instead.
        """
        with ProgressLine(onlookers()) as line:
            told = progress or line.reached
            return super().run(duration, until=until, limit=limit, progress=told)

    @checked
    def get(
        self,
        kind: str,
        namespace: str | None = None,
        selector: str | Mapping[str, Any] | None = None,
        *,
        wide: bool = False,
    ) -> pd.DataFrame:
        """Objects of a kind with kubectl's columns; all namespaces unless one is named."""
        import pandas as pd  # only who asks for a table pays for the library

        found = self.api.kinds.named(kind)
        printer = printer_for(self.api, found, found.version)
        heads = [column.name.upper() for column in printer.columns if wide or not column.wide]
        rows: list[list[Any]] = []
        for obj in self.api.list(found.resource, namespace, _selector(selector)):
            cells: list[Any] = list(printer.row(obj, self.clock.now, wide=wide))
            rows.append(cells)
            if found.namespaced and namespace is None:
                cells.insert(0, obj["metadata"]["namespace"])
        if found.namespaced and namespace is None:
            heads.insert(0, "NAMESPACE")
        return pd.DataFrame(rows, columns=heads)

    @checked
    def disk(self, reference: str, namespace: str = "default") -> list[str]:
        """What programs have written to a claim ("pvc/data-db-0") or a volume ("pv/NAME").

        Oldest first: the paths of the POST and PUT requests (annotation `kubelearn.dev/stores`).
        """
        found, disks = self.reference(reference, namespace), self.parts["disks"]
        if found.kind.resource == "persistentvolumes":
            return list(disks.of_volume(found.name))
        if found.kind.resource != "persistentvolumeclaims":
            raise ValueError(f"{reference!r} is no storage: name a claim, pvc/NAME, or pv/NAME")
        return list(disks.of_claim(found.namespace, found.name))

    @checked
    def files(
        self, reference: str, namespace: str = "default", *, container: str = ""
    ) -> dict[str, str]:
        """Path → text of the files that a pod has from ConfigMaps and Secrets at this moment.

        Of its first container unless one is named; {} while it has not started.
        """
        pod = self.object(reference, namespace)
        found, kubelets = mounted.container_named(pod, container), as_it_was(self).parts["kubelets"]
        return mounted.files(kubelets, pod, found)

    @checked
    def environment(
        self, reference: str, namespace: str = "default", *, container: str = ""
    ) -> dict[str, str]:
        """Name → value of the variables that a container's `env` and `envFrom` gave it."""
        pod = self.object(reference, namespace)
        found, kubelets = mounted.container_named(pod, container), as_it_was(self).parts["kubelets"]
        return mounted.environment(kubelets, pod, found)

    @checked
    def proxy_config(self, reference: str | Object, namespace: str = "default") -> Object:
        """The configuration of a pod's proxy, in Envoy's own JSON: `proxy_config("pod/web-0")`.

        It is one file that a real Envoy takes; ValueError when the pod has no proxy, or the proxy
        has not heard of istiod yet.
        """
        pod = self.object(reference, namespace)
        if pod["kind"] != "Pod":
            raise ValueError(f"{reference!r} is no pod: proxies stand beside pods, name one")
        found: Object = self.parts["proxies"].configuration(pod)
        return copy.deepcopy(found)

    @checked
    def proxy_secret(
        self, reference: str | Object, namespace: str = "default", *, output: str = ""
    ) -> Answer:
        """The certificates of a pod's proxy, as `istioctl proxy-config secret POD` prints them.

        `output="json"` gives them in PEM (base64); needs the package cryptography. ValueError when
        the pod has no proxy, or the proxy has no certificate yet.
        """
        return Answer(proxy_secret(as_it_was(self), self.object(reference, namespace), output))

    @checked
    def analyze(self, namespace: str | None = "default") -> Answer:
        """What `istioctl analyze` says of the objects of a namespace; None = of all.

        One line for each message, errors first: `Error [IST0101] (VirtualService default/web) …`.
        """
        found = [one for one in analyze(self.api) if namespace in (None, one.namespace)]
        where = "all namespaces" if namespace is None else f"namespace: {namespace}"
        nothing = f"\N{HEAVY CHECK MARK} No validation issues found when analyzing {where}."
        return Answer("\n".join(map(str, found)) or nothing)

    @checked
    def metrics(
        self,
        name: str = "istio_requests_total",
        *,
        by: Sequence[str] = BY,
        since: str | float | None = None,
        reporter: str = "source",
        **labels: str | Sequence[str],
    ) -> pd.DataFrame:
        """What proxies of the mesh have counted, summed by labels, as Prometheus would say it.

        `reporter` is "source" (the client's proxy) or "destination" (the server's); other labels
        choose too: `response_code="503"`. `since` a moment such as "90s" (of the last ten minutes,
        to 5 s), or since the beginning. "istio_request_duration_milliseconds" gives quantiles.
        """
        import pandas as pd

        if reporter not in REPORTERS:
            raise ValueError(no_such("reporter", reporter, REPORTERS))
        series = as_it_was(self).parts["telemetry"].series
        rows = series.totals if since is None else series.since(parse_duration(since))
        found = grouped(rows.items(), name, by, {"reporter": reporter, **labels})
        if name != DURATION:
            numbers = [[*group, tally.requests] for group, tally in found.items()]
            return pd.DataFrame(numbers, columns=[*by, "value"])
        shares = (0.5, 0.95, 0.99)
        times = [[*group, tally.requests, *(tally.quantile(share) for share in shares)]
                 for group, tally in found.items()]  # fmt: skip
        return pd.DataFrame(times, columns=[*by, "count", "p50", "p95", "p99"])

    @checked
    def import_certificate(self, certificate: Certificate, arn: str = "") -> str:
        """Import a certificate with its key into AWS Certificate Manager; returns its ARN.

        For `alb.ingress.kubernetes.io/certificate-arn` and `...aws-load-balancer-ssl-cert`. With
        the ARN of an older one it takes its place.
        """
        if not isinstance(certificate, Certificate):
            raise TypeError(
                f"certificate={shown(certificate)}: give what kl.Authority().issue('shop.example."
                "com') returns"
            )
        return str(self.command("import_certificate", certificate.chain, certificate.key, arn))

    @checked
    def kubectl(self, line: str, stdin: str = "") -> Answer:
        """The text that `kubectl LINE` prints; `stdin` is what `-f -` reads.

        A refusal is raised: an `APIError` of the API server, a ValueError of kubectl itself.
        """
        return Answer(kubectl.run(Client(self, self.send, stdin), line))

    @checked
    def send(
        self, method: str, path: str, *, body: Any = None, user: str | None = "",
        query: Mapping[str, Any] | None = None, groups: Sequence[str] = (), **options: Any,
    ) -> Reply:  # fmt: skip
        """The answer of the API server to one HTTP request; `send("GET", "/version").body`.

        Options: those of `Request`, such as `content_type`. Nothing is raised for refusals.
        """
        from kubelearn.server import Request, is_command, respond  # only who asks pays for it

        if not isinstance(body, bytes | str | Mapping | list | None):
            raise TypeError(f"body={shown(body)}: give what is JSON: a dict, a list or a text")
        _known(options, tuple(Request.__dataclass_fields__))
        request = Request(
            method, path, query or {}, body, user=user, groups=tuple(groups), **options
        )
        changes = is_command(request)
        answer = self.command("respond", respond, request) if changes else respond(self, request)
        return Reply(answer.code, answer.body, answer.warnings, answer.location)

    @checked
    def serve(
        self,
        *,
        time: str = "on demand",
        speed: float | None = None,
        port: int = 0,
        tls: bool = False,
    ) -> Server:
        """Let the real kubectl talk to this cluster, until `close()` of what is returned.

        Sets KUBECONFIG for `!kubectl` and prints the line to type in a terminal. `time` is "on
        demand" (passes while a client waits), "live" (always) or "frozen"; `speed` is in simulated
        seconds a second: 10 on demand, 1 live. `port` 0 takes a free one. `tls=True` speaks HTTPS
        and tells users by their tokens (needs the package cryptography).
        """
        from kubelearn.server.http import Server  # a browser's Python has no sockets

        within("port", port, 0, 65535)
        server = Server(self, time=time, speed=speed, port=port, tls=tls)
        print(server.command)  # noqa: T201 - the line is there to be copied
        return server

    @checked
    def events(self, reference: str | None = None, namespace: str | None = None) -> pd.DataFrame:
        """Events, oldest first: of one object ("pod/web-0"), of a namespace, or all."""
        import pandas as pd

        events = self.api.list("events", namespace)
        if reference is not None:
            about = self.reference(reference, namespace or "default")
            events = [event for event in events if _is_about(event, about)]
        events.sort(key=_moment)
        names = [column.name.upper() for column in EVENTS.columns]
        rows = [dict(zip(names, EVENTS.cells(e, self.clock.now), strict=True)) for e in events]
        return pd.DataFrame(rows, columns=EVENT_COLUMNS)

    @checked
    def show(
        self, view: str = "cluster", reference: Any = None, *, namespace: str = "default",
        since: str | float | None = None, **options: Any,
    ) -> Any:  # fmt: skip
        """The cluster as a live picture, with controls over time.

        Other views show this moment: "scores" (of a pod: `show("scores", "pod/web-0")`, else of
        the newest decision), "queue", "placement", "balance"; or what led to it, `since` a moment:
        "rollout" (of "deployment/web"), "autoscaling" (of "hpa/web"), "capacity", "disks",
        "failover" (of the newest loads); "path" shows a finished request, hop by hop, "trace"
        the spans that its proxies have reported, and "token" how a Spring Cloud Gateway has judged
        its token. Of the requests of a mesh: "graph" (live; the last
        minute, or `since`), "breaker" (of "service/web"); "connections" counts who could ask whom,
        "modes" compares sidecars with ambient mode.
        """
        if view != "cluster":
            from kubelearn.widgets.views import picture

            _known(options, ("namespace", "since"))
            return picture(self, view, reference, namespace, since)
        if reference is not None or since is not None:
            given = shown(since if reference is None else reference)
            raise TypeError(f"show() is of the whole cluster and all its time: leave {given} out")
        _known(options, VIEW_OPTIONS)
        try:
            from kubelearn.widgets import ClusterView
        except ModuleNotFoundError:  # such as a browser's Python: a still picture is better
            from kubelearn.widgets.still import Still

            return Still(self)
        return ClusterView(self, **options)


def _selector(given: str | Mapping[str, Any] | None) -> str | Mapping[str, Any] | None:
    """The selector; ValueError for a dict that would select everything by mistake."""
    if isinstance(given, Mapping) and not set(given) <= SELECTOR_FIELDS:
        raise ValueError(
            f"selector={shown(given)}: write labels as 'app=web', or "
            "{'matchLabels': {'app': 'web'}}"
        )
    return given


def _known(options: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in options:
        if name not in known:
            raise TypeError(no_such("option", name, known))


def _is_about(event: Object, reference: Reference) -> bool:
    about = event["involvedObject"]
    found = (about.get("kind"), about.get("namespace", ""), about.get("name"))
    return found == (reference.kind.kind, reference.namespace, reference.name)


def _moment(event: Object) -> tuple[str, int]:
    """When an event was seen last; events of one second are in the order of their writes."""
    seen = event.get("lastTimestamp") or event.get("eventTime") or ""
    return seen[:19], int(event["metadata"]["resourceVersion"])
