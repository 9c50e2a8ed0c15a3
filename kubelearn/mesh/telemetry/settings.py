"""What Telemetry objects and the mesh's settings ask of a proxy: log lines, and spans.

Source: istio `pilot/pkg/model/telemetry.go` (applicableTelemetries, mergeLogs, Tracing),
`telemetry_logging.go`; `pkg/config/mesh/mesh.go` (DefaultMeshConfig: provider envoy), 1.27.

Unlike the real one: log lines go to the container's output in Istio's own format, and spans to
OpenTelemetry or Zipkin; other providers are as if there were none. Tags of one's own on spans are
left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.mesh.push import ROOT, Push
from kubelearn.mesh.telemetry.metrics import Overrides, overrides

Json = Mapping[str, Any]
STDOUT = "/dev/stdout"
DEFAULT_SAMPLING = 1.0
"""Percent of the requests whose spans are reported when nothing is said (PILOT_TRACE_SAMPLING)."""
TRACERS = ("opentelemetry", "zipkin")


class Tracing(NamedTuple):
    """How a proxy traces."""

    tracer: str
    """One of `TRACERS`."""
    service: str
    """The host of its collector."""
    port: int
    percent: float


class Watching(NamedTuple):
    """What a proxy tells, as the client's and as the server's."""

    logs: tuple[tuple[str, ...], tuple[str, ...]]
    """For each line of a request the expression that has to be true for it; "" = always."""
    tracing: tuple[Tracing | None, Tracing | None]
    metrics: tuple[Overrides | None, Overrides | None]
    """What is changed of its metrics; None = none are counted."""


CLIENT, SERVER = 0, 1
MODES = ("CLIENT", "SERVER")


def watching(push: Push, namespace: str, labels: Mapping[str, str]) -> Watching:
    """What a proxy tells, by the objects that are about it."""
    found = applicable(push, namespace, labels)
    logs = tuple(_logs(push, found, mode) for mode in MODES)
    tracing = tuple(_tracing(push, found, mode) for mode in MODES)
    metrics = tuple(overrides(push, found, mode) for mode in MODES)
    return Watching((logs[CLIENT], logs[SERVER]), (tracing[CLIENT], tracing[SERVER]),
                    (metrics[CLIENT], metrics[SERVER]))  # fmt: skip


def applicable(push: Push, namespace: str, labels: Mapping[str, str]) -> list[Json]:
    """The specs for a proxy: of the root namespace, its own, and its workload; the last wins."""
    found = []
    for place in dict.fromkeys((ROOT, namespace)):
        wide = next((one for one in _in(push, place) if not _selector(one)), None)
        found += [wide] if wide is not None else []
    own = (one for one in _in(push, namespace)
           if _selector(one) and _selector(one).items() <= labels.items())  # fmt: skip
    found += list(own)[:1]
    return [one.get("spec") or {} for one in found]


def _in(push: Push, namespace: str) -> Iterator[Object]:
    """Those of a namespace that do not name what they are about: that is never a sidecar."""
    for one in push.of("telemetries"):
        spec = one.get("spec") or {}
        aimed = spec.get("targetRefs") or spec.get("targetRef")
        if one["metadata"]["namespace"] == namespace and not aimed:
            yield one


def _selector(telemetry: Object) -> Mapping[str, str]:
    spec = telemetry.get("spec") or {}
    return (spec.get("selector") or {}).get("matchLabels") or {}


def _concerns(entry: Json, mode: str) -> bool:
    said = (entry.get("match") or {}).get("mode") or "CLIENT_AND_SERVER"
    return said in (mode, "CLIENT_AND_SERVER")


def _names(entry: Json) -> list[str]:
    return [one["name"] for one in entry.get("providers") or ()]


def _logs(push: Push, specs: list[Json], mode: str) -> tuple[str, ...]:
    """The lines that are written of each request: one for each provider."""
    default: list[str] = (push.mesh.get("defaultProviders") or {}).get("accessLogging") or []
    levels = [spec["accessLogging"] for spec in specs if spec.get("accessLogging")]
    if not levels and not default:
        return ("",) if push.mesh.get("accessLogFile") == STDOUT else ()
    in_scope, filters = default, dict[str, str]()
    for level in levels:
        names = [name for entry in level for name in _names(entry)]
        in_scope = list(dict.fromkeys(names)) or in_scope
        for entry in level:
            said = (entry.get("filter") or {}).get("expression") or ""
            filters |= dict.fromkeys(_names(entry), said)
    lines = {} if levels else dict.fromkeys(default, "")
    parent = default
    for entry in (entry for level in levels for entry in level):
        parent = _names(entry) or parent
        for name in parent if _concerns(entry, mode) else ():
            if entry.get("disabled"):
                lines.pop(name, None)
            elif name in in_scope:
                lines[name] = filters.get(name, "")
    return tuple(said for name, said in sorted(lines.items()) if _writes(push, name))


def _writes(push: Push, name: str) -> bool:
    """Whether a provider is a log on the container's output; "envoy" is there by itself."""
    provider = provider_of(push.mesh, name)
    if provider is None:
        return name == "envoy"
    return (provider.get("envoyFileAccessLog") or {}).get("path") == STDOUT


def provider_of(mesh: Json, name: str) -> Json | None:
    """An extension provider by its name."""
    providers = mesh.get("extensionProviders") or ()
    return next((one for one in providers if one.get("name") == name), None)


def _tracing(push: Push, specs: list[Json], mode: str) -> Tracing | None:
    """How spans are reported; None when they are not."""
    names: list[str] = (push.mesh.get("defaultProviders") or {}).get("tracing") or []
    percent, off = DEFAULT_SAMPLING, False
    for spec in specs:
        for entry in spec.get("tracing") or ():
            if _concerns(entry, mode):
                names = _names(entry) or names
                percent = float(entry.get("randomSamplingPercentage", percent))
                off = entry.get("disableSpanReporting", off)
    return None if off or not names else _tracer(push, names[0], percent)


def _tracer(push: Push, name: str, percent: float) -> Tracing | None:
    """The collector of a provider; None when there is no such Service in the mesh."""
    provider = provider_of(push.mesh, name) or {}
    for kind in TRACERS:
        said = provider.get(kind) or {}
        service = push.services.get(said.get("service") or "")
        if service is not None and service.port(int(said.get("port") or 0)) is not None:
            return Tracing(kind, service.host, int(said["port"]), percent)
    return None
