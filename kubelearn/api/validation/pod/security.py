"""Security contexts of containers and of pods.

Source: `ValidateSecurityContext`, `validatePodSpecSecurityContext` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.pod.internal import SECURITY_CONTEXT, internal
from kubelearn.api.validation.pod.options import SpecFacts
from kubelearn.api.validation.pod.profiles import validate_apparmor, validate_seccomp
from kubelearn.api.validation.pod.visit import containers_with_path
from kubelearn.api.validation.pod.windows import validate_windows_options

PROC_MOUNTS: Final = ("Default", "Unmasked")
CHANGE_POLICIES: Final = ("Always", "OnRootMismatch")
GROUP_POLICIES: Final = ("Merge", "Strict")
SELINUX_POLICIES: Final = ("Recursive",)
"""MountOption needs a feature gate that is off by default (`SELinuxMount`)."""
SYSCTL_SEGMENT: Final = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
SYSCTL: Final = rf"^({SYSCTL_SEGMENT}[\./])*{SYSCTL_SEGMENT}$"
SYSCTL_LENGTH: Final = 253
IPC_SYSCTLS: Final = ("kernel.shm", "kernel.msg", "fs.mqueue.")
NET_SYSCTL: Final = "net."
HOST_USERS_TEXT: Final = "when `hostUsers` is false"


def validate_security_context(
    context: Object | None, facts: SpecFacts, path: str
) -> list[FieldError]:
    """The `securityContext` of one container."""
    if context is None:
        return []
    errors = []
    if context.get("privileged") and not facts.options.allow_privileged:
        errors.append(forbidden(child(path, "privileged"), "disallowed by cluster policy"))
    errors += _ids(context, ("runAsUser", "runAsGroup"), path)
    errors += _proc_mount(context.get("procMount"), facts, child(path, "procMount"))
    errors += validate_seccomp(context.get("seccompProfile"), child(path, "seccompProfile"))
    errors += _escalation(context, path)
    errors += validate_windows_options(context.get("windowsOptions"), child(path, "windowsOptions"))
    return errors + validate_apparmor(
        context.get("appArmorProfile"), child(path, "appArmorProfile")
    )


def validate_pod_security_context(spec: Object, path: str) -> list[FieldError]:
    """The `securityContext` of the pod, with the host namespaces that the pod uses."""
    context = spec.get("securityContext") or {}
    place = child(path, "securityContext")
    errors = _ids(context, ("fsGroup", "runAsUser", "runAsGroup"), place)
    for position, group in enumerate(context.get("supplementalGroups") or ()):
        where = index(child(place, "supplementalGroups"), position)
        errors += [invalid(where, group, message) for message in names.user_id(group)]
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        text = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(invalid(child(place, "shareProcessNamespace"), True, text))
    errors += _sysctls(context.get("sysctls") or (), spec, child(place, "sysctls"))
    errors += _choice(context, "fsGroupChangePolicy", CHANGE_POLICIES, place)
    errors += validate_seccomp(context.get("seccompProfile"), child(place, "seccompProfile"))
    windows = context.get("windowsOptions")
    errors += validate_windows_options(windows, child(place, "windowsOptions"))
    errors += validate_apparmor(context.get("appArmorProfile"), child(place, "appArmorProfile"))
    errors += _choice(context, "supplementalGroupsPolicy", GROUP_POLICIES, place)
    return errors + _choice(context, "seLinuxChangePolicy", SELINUX_POLICIES, place)


def validate_host_users(spec: Object, path: str) -> list[FieldError]:
    """A pod in its own user namespace shares no other namespace with the host."""
    if spec.get("hostUsers") is not False:
        return []
    fields = (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
    errors = [
        forbidden(child(path, shown), HOST_USERS_TEXT) for name, shown in fields if spec.get(name)
    ]
    for container, place in containers_with_path(spec, path):
        if container.get("volumeDevices"):
            errors.append(forbidden(child(place, "volumeDevices"), HOST_USERS_TEXT))
    return errors


def _ids(context: Object, fields: Sequence[str], path: str) -> list[FieldError]:
    return [
        invalid(child(path, name), context[name], message)
        for name in fields
        if context.get(name) is not None
        for message in names.user_id(context[name])
    ]


def _choice(context: Object, name: str, allowed: tuple[str, ...], path: str) -> list[FieldError]:
    value = context.get(name)
    if value is None or value in allowed:
        return []
    return [not_supported(child(path, name), value, allowed)]


def _proc_mount(mount: str | None, facts: SpecFacts, path: str) -> list[FieldError]:
    if mount is None:
        return []
    if mount not in PROC_MOUNTS:
        return [not_supported(path, mount, PROC_MOUNTS)]
    if mount == "Unmasked" and facts.host_users:
        return [invalid(path, mount, "`hostUsers` must be false to use `Unmasked`")]
    return []


def _escalation(context: Object, path: str) -> list[FieldError]:
    if context.get("allowPrivilegeEscalation") is not False:
        return []
    shown = internal(context, SECURITY_CONTEXT)
    errors = []
    if context.get("privileged"):
        text = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        errors.append(invalid(path, shown, text))
    for capability in (context.get("capabilities") or {}).get("add") or ():
        if capability == "CAP_SYS_ADMIN":
            text = (
                "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` "
                "CAP_SYS_ADMIN"
            )
            errors.append(invalid(path, shown, text))
    return errors


def _sysctls(sysctls: Sequence[Object], spec: Object, path: str) -> list[FieldError]:
    seen: set[str] = set()
    errors: list[FieldError] = []
    for position, sysctl in enumerate(sysctls):
        name, place = sysctl.get("name") or "", child(index(path, position), "name")
        if not name:
            errors.append(required(place))
        elif len(name) > SYSCTL_LENGTH or not re.match(SYSCTL, name):
            text = f"must have at most {SYSCTL_LENGTH} characters and match regex {SYSCTL}"
            errors.append(invalid(place, name, text))
        elif name in seen:
            errors.append(duplicate(place, name))
        errors += _host_sysctl(name, spec, place)
        seen.add(name)
    return errors


def _host_sysctl(name: str, spec: Object, path: str) -> list[FieldError]:
    dotted = name.replace("/", ".") if "/" in name.partition(".")[0] else name
    if spec.get("hostNetwork") and dotted.startswith(NET_SYSCTL):
        return [invalid(path, name, "may not be specified when 'hostNetwork' is true")]
    if spec.get("hostIPC") and (dotted.startswith(IPC_SYSCTLS) or dotted == "kernel.sem"):
        return [invalid(path, name, "may not be specified when 'hostIPC' is true")]
    return []
