"""Windows pods: options, HostProcess containers, and what each system forbids.

Source: `validateWindowsSecurityContextOptions`, `validateWindowsHostProcessPod`, `validateOS`,
`validateLinux`, `validateWindows` in `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import re
from typing import Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.pod.options import PodOptions
from kubelearn.api.validation.pod.visit import containers_with_path

SYSTEMS: Final = ("linux", "windows")
CREDENTIAL_KIB: Final = 64
DOMAIN_LENGTH: Final = 256
USER_LENGTH: Final = 104
NETBIOS: Final = r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}'
DNS_LABEL: Final = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
DOMAIN: Final = rf"{DNS_LABEL}(?:\.{DNS_LABEL})*"
WRONG_IN_USER: Final = r'["/\\:;|=,+*?<>@\[\]]'
NOT_ON_WINDOWS: Final = "cannot be set for a windows pod"
NOT_ON_LINUX: Final = "windows options cannot be set for a linux pod"
POD_FIELDS: Final = (
    ("securityContext", "appArmorProfile"),
    ("securityContext", "seLinuxOptions"),
    ("hostUsers",),
    ("hostPID",),
    ("hostIPC",),
    ("securityContext", "seccompProfile"),
    ("securityContext", "fsGroup"),
    ("securityContext", "fsGroupChangePolicy"),
    ("securityContext", "sysctls"),
    ("shareProcessNamespace",),
    ("securityContext", "runAsUser"),
    ("securityContext", "runAsGroup"),
    ("securityContext", "supplementalGroups"),
    ("securityContext", "supplementalGroupsPolicy"),
    ("securityContext", "seLinuxChangePolicy"),
)
"""Fields of a pod that Windows does not have."""
TRUE_ONLY: Final = frozenset({("hostPID",), ("hostIPC",)})
CONTAINER_FIELDS: Final = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)
"""Fields of a container's security context that Windows does not have."""


def validate_windows_options(options: Object | None, path: str) -> list[FieldError]:
    """The `windowsOptions` of a security context."""
    options = options or {}
    errors: list[FieldError] = []
    name, spec = options.get("gmsaCredentialSpecName"), options.get("gmsaCredentialSpec")
    if name is not None:
        place = child(path, "gmsaCredentialSpecName")
        errors += [invalid(place, name, text) for text in names.dns1123_subdomain(name)]
    if spec is not None:
        errors += _credential_spec(spec, child(path, "gmsaCredentialSpec"))
    user = options.get("runAsUserName")
    if user is not None:
        place = child(path, "runAsUserName")
        errors += [invalid(place, user, text) for text in _user_name(user)]
    return errors


def validate_host_process(spec: Object, options: PodOptions, path: str) -> list[FieldError]:
    """All containers are HostProcess containers on the host's network, or none is."""
    pod = get_path(spec, "securityContext", "windowsOptions", "hostProcess")
    errors: list[FieldError] = []
    kinds = []
    for container, place in containers_with_path(spec, path):
        own = get_path(container, "securityContext", "windowsOptions", "hostProcess")
        if pod is not None and own is not None and pod != own:
            shown = str(pod).lower()
            text = f"pod hostProcess value must be identical if both are specified, was {shown}"
            where = child(place, "securityContext", "windowsOptions", "hostProcess")
            errors.append(invalid(where, own, text))
        kinds.append(bool(pod if own is None else own))
    return errors + _all_on_host(spec, kinds, options, path) if any(kinds) else errors


def validate_os(spec: Object, path: str) -> list[FieldError]:
    """The pod's operating system, and the fields that it does not have."""
    os = spec.get("os")
    if os is None:
        return []
    name, place = os.get("name") or "", child(path, "os")
    if not name:
        return [required(child(place, "name"))]
    if name not in SYSTEMS:
        return [not_supported(place, name, SYSTEMS)]
    return _linux(spec, path) if name == "linux" else _windows(spec, path)


def _credential_spec(spec: str, path: str) -> list[FieldError]:
    if not spec:
        return [invalid(path, spec, "gmsaCredentialSpec cannot be an empty string")]
    if len(spec.encode()) <= CREDENTIAL_KIB * 1024:
        return []
    return [invalid(path, spec, f"gmsaCredentialSpec size must be under {CREDENTIAL_KIB} KiB")]


def _user_name(name: str) -> list[str]:
    if not name:
        return ["runAsUserName cannot be an empty string"]
    if re.search(r"[\x00-\x1f\x7f]", name):
        return ["runAsUserName cannot contain control characters"]
    if name.count("\\") > 1:
        return ["runAsUserName cannot contain more than one backslash"]
    domain, backslash, user = name.rpartition("\\")
    return (_domain(domain) if backslash else []) + _user(user)


def _domain(domain: str) -> list[str]:
    errors = []
    if len(domain) >= DOMAIN_LENGTH:
        errors.append(f"runAsUserName's Domain length must be under {DOMAIN_LENGTH} characters")
    if not re.fullmatch(NETBIOS, domain) and not re.fullmatch(DOMAIN, domain):
        errors.append("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
    return errors


def _user(user: str) -> list[str]:
    errors = []
    if not user:
        errors.append("runAsUserName's User cannot be empty")
    elif len(user) > USER_LENGTH:
        text = f"runAsUserName's User length must not be longer than {USER_LENGTH} characters"
        errors.append(text)
    if re.fullmatch("[. ]+", user):
        errors.append("runAsUserName's User cannot contain only periods or spaces")
    if re.search(WRONG_IN_USER, user):
        errors.append(
            "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"
        )
    return errors


def _all_on_host(
    spec: Object, kinds: list[bool], options: PodOptions, path: str
) -> list[FieldError]:
    errors = []
    if not all(kinds):
        text = (
            "If pod contains any hostProcess containers then all containers must be "
            "HostProcess containers"
        )
        errors.append(invalid(path, "", text))
    if not spec.get("hostNetwork"):
        text = "hostNetwork must be true if pod contains any hostProcess containers"
        errors.append(invalid(child(path, "hostNetwork"), False, text))
    if not options.allow_privileged:
        text = "hostProcess containers are disallowed by cluster policy"
        errors.append(forbidden(path, text))
    return errors


def _linux(spec: Object, path: str) -> list[FieldError]:
    places = [path] if get_path(spec, "securityContext", "windowsOptions") is not None else []
    places += [
        place
        for container, place in containers_with_path(spec, path)
        if get_path(container, "securityContext", "windowsOptions") is not None
    ]
    return [
        forbidden(child(place, "securityContext", "windowsOptions"), NOT_ON_LINUX)
        for place in places
    ]


def _windows(spec: Object, path: str) -> list[FieldError]:
    errors = []
    for names_ in POD_FIELDS:
        value = get_path(spec, *names_)
        if value is not None and (value or names_ not in TRUE_ONLY) and value != []:
            errors.append(forbidden(child(path, *names_), NOT_ON_WINDOWS))
    for container, place in containers_with_path(spec, path):
        context = container.get("securityContext") or {}
        errors += [
            forbidden(child(place, "securityContext", name), NOT_ON_WINDOWS)
            for name in CONTAINER_FIELDS
            if context.get(name) is not None
        ]
    return errors
