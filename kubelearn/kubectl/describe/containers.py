"""Containers of pods and of pod templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.api.objects import Object, get_path
from kubelearn.api.quantity import milli, value
from kubelearn.kubectl.describe.page import NONE, Page, moment
from kubelearn.kubectl.describe.probes import probe_text

PROBES = {"Liveness": "livenessProbe", "Readiness": "readinessProbe", "Startup": "startupProbe"}


def write_containers(
    page: Page, title: str, containers: list[Object], pod: Object | None = None, level: int = 0
) -> None:
    """All containers of one sort; `pod` also tells their states."""
    found = get_path(pod or {}, "status", STATUSES.get(title, ""), default=()) or ()
    statuses = {one["name"]: one for one in found}
    page.line(f"{'  ' * level}{title}:")
    for container in containers:
        page.line(f"{' ' * level}{container['name']}:", 1)
        status = statuses.get(container["name"])
        _basics(page, container, status)
        _words(page, container)
        if status is not None:
            _states(page, status)
        write_resources(page, container.get("resources"), 2)
        for name, field in PROBES.items():
            if field in container:
                page.line(f"{name}:\t{probe_text(container[field])}", 2)
        _env_from(page, container)
        _environment(page, container, pod)
        _mounts(page, container)


STATUSES = {
    "Init Containers": "initContainerStatuses",
    "Containers": "containerStatuses",
    "Ephemeral Containers": "ephemeralContainerStatuses",
}
"""Title → field of a pod's status."""


def _basics(page: Page, container: Object, status: Object | None) -> None:
    if status is not None:
        page.line(f"Container ID:\t{status.get('containerID', '')}", 2)
    page.line(f"Image:\t{container.get('image', '')}", 2)
    if status is not None:
        page.line(f"Image ID:\t{status.get('imageID', '')}", 2)
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        text = ", ".join(_port(one, field) for one in container.get("ports") or ())
        page.line(f"{title}{'s' if ',' in text else ''}:\t{text or NONE}", 2)
    profile = get_path(container, "securityContext", "seccompProfile")
    if profile:
        page.line(f"SeccompProfile:\t{profile['type']}", 2)


def _port(port: Object, field: str) -> str:
    text = f"{port.get(field, 0)}/{port.get('protocol', 'TCP')}"
    return f"{text} ({port['name']})" if port.get("name") else text


def _words(page: Page, container: Object) -> None:
    for title, field in (("Command", "command"), ("Args", "args")):
        if container.get(field):
            page.line(f"{title}:", 2)
            for word in container[field]:
                for line in word.split("\n"):
                    page.line(line, 3)


def _states(page: Page, status: Object) -> None:
    _state(page, "State", status.get("state") or {})
    if "terminated" in (status.get("lastState") or {}):
        _state(page, "Last State", status["lastState"])
    page.line(f"Ready:\t{status.get('ready', False)}", 2)
    page.line(f"Restart Count:\t{status.get('restartCount', 0)}", 2)


def _state(page: Page, title: str, state: Mapping[str, Any]) -> None:
    if "running" in state:
        page.line(f"{title}:\tRunning", 2)
        page.line(f"Started:\t{moment(state['running'].get('startedAt'))}", 3)
        return
    ended = state.get("terminated")
    page.line(f"{title}:\t{'Waiting' if ended is None else 'Terminated'}", 2)
    told = (state.get("waiting") or {}) if ended is None else ended
    if told.get("reason"):
        page.line(f"Reason:\t{told['reason']}", 3)
    if ended is None:
        return
    if ended.get("message"):
        page.line(f"Message:\t{ended['message']}", 3)
    page.line(f"Exit Code:\t{ended.get('exitCode', 0)}", 3)
    if ended.get("signal"):
        page.line(f"Signal:\t{ended['signal']}", 3)
    page.line(f"Started:\t{moment(ended.get('startedAt'))}", 3)
    page.line(f"Finished:\t{moment(ended.get('finishedAt'))}", 3)


def write_resources(page: Page, resources: Object | None, level: int) -> None:
    """Limits and requests."""
    for title, field in (("Limits", "limits"), ("Requests", "requests")):
        found = (resources or {}).get(field) or {}
        if found:
            page.line(f"{title}:", level)
        for name in sorted(found):
            page.line(f"{name}:\t{found[name]}", level + 1)


def _env_from(page: Page, container: Object) -> None:
    if not container.get("envFrom"):
        return
    page.line("Environment Variables from:", 2)
    for one in container["envFrom"]:
        kind, field = ("ConfigMap", "configMapRef") if "configMapRef" in one else SECRET
        found = one.get(field) or {}
        prefix = f" with prefix '{one['prefix']}'" if one.get("prefix") else ""
        optional = str(found.get("optional", False)).lower()
        page.line(f"{found.get('name', '')}\t{kind}{prefix}\tOptional: {optional}", 3)


SECRET = ("Secret", "secretRef")


def _environment(page: Page, container: Object, pod: Object | None) -> None:
    variables = container.get("env") or ()
    page.line("Environment:" if variables else f"Environment:\t{NONE}", 2)
    for one in variables:
        name, source = one["name"], one.get("valueFrom")
        if source is None:
            first, *rest = one.get("value", "").split("\n")
            page.line(f"{name}:\t{first}", 3)
            for line in rest:
                page.line(f"\t{line}", 3)
        else:
            page.line(f"{name}:\t{_origin(source, container, pod)}", 3)


def _origin(source: Object, container: Object, pod: Object | None) -> str:
    """Where the value of a variable comes from."""
    if "fieldRef" in source:
        field = source["fieldRef"]
        return f"{_of_field(field['fieldPath'], pod)} ({field['apiVersion']}:{field['fieldPath']})"
    if "resourceFieldRef" in source:
        asked = source["resourceFieldRef"]
        return f"{_of_resource(asked, container)} ({asked['resource']})"
    field, what = ("secretKeyRef", "in secret") if "secretKeyRef" in source else CONFIG
    found = source[field]
    optional = str(found.get("optional", False)).lower()
    return f"<set to the key '{found['key']}' {what} '{found['name']}'>\tOptional: {optional}"


CONFIG = ("configMapKeyRef", "of config map")
OF_POD = ("metadata.name", "metadata.namespace", "metadata.uid")


def _of_field(path: str, pod: Object | None) -> str:
    """Fields of the metadata are resolved, those of the status only the node tells."""
    if pod is None:
        return ""
    if path in OF_POD:
        return str(pod["metadata"].get(path.partition(".")[2], ""))
    field, _, key = path.removesuffix("']").partition("['")
    found = pod["metadata"].get(field.partition(".")[2]) or {}
    return str(found.get(key, "")) if isinstance(found, dict) else ""


def _of_resource(asked: Object, container: Object) -> str:
    side, _, name = asked["resource"].partition(".")
    found = get_path(container, "resources", side, name)
    if found is None:
        return "node allocatable" if side == "limits" and name in ("cpu", "memory") else "0"
    return quotient(name, str(found), str(asked.get("divisor", "0")))


def quotient(name: str, text: str, divisor: str) -> str:
    """An amount in units of its divisor, rounded up; "0" stands for one core or byte."""
    parse = milli if name == "cpu" else value
    unit = parse(divisor) or (1000 if name == "cpu" else 1)
    return str(-(-parse(text) // unit))


def _mounts(page: Page, container: Object) -> None:
    mounts = sorted(container.get("volumeMounts") or (), key=lambda one: one["mountPath"])
    page.line("Mounts:" if mounts else f"Mounts:\t{NONE}", 2)
    for one in mounts:
        flags = "ro" if one.get("readOnly") else "rw"
        path = f',path="{one["subPath"]}"' if one.get("subPath") else ""
        page.line(f"{one['mountPath']} from {one['name']} ({flags}{path})", 3)
    devices = sorted(container.get("volumeDevices") or (), key=lambda one: one["devicePath"])
    if devices:
        page.line("Devices:" if mounts else f"Devices:\t{NONE}", 2)
    for one in devices:
        page.line(f"{one['devicePath']} from {one['name']}", 3)
