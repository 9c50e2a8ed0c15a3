"""The checks of the pod security levels "baseline" and "restricted", in upstream's words.

Source: `staging/src/k8s.io/pod-security-admission/policy/check_*.go`, Kubernetes 1.36.

Unlike the real one: checks on host names in probes, SELinux options and AppArmor annotations are
absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from kubelearn.api.objects import Object, get_path

LEVELS: Final = ("privileged", "baseline", "restricted")
DEFAULT_CAPABILITIES: Final = frozenset(
    (
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    )
)  # fmt: skip
SAFE_SYSCTLS: Final = frozenset(
    (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    )
)
SAFE_VOLUMES: Final = frozenset(
    (
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
        "persistentVolumeClaim", "projected", "secret",
    )
)  # fmt: skip


def containers_of(spec: Object) -> list[Object]:
    """All containers in the order of the checks: init containers first."""
    fields = ("initContainers", "containers", "ephemeralContainers")
    return [container for field in fields for container in spec.get(field) or ()]


def _context(holder: Object, *path: str) -> object:
    return get_path(holder, "securityContext", *path)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _who(names: list[str], prefix: str = "") -> str:
    word = "container" if len(names) == 1 else "containers"
    return f"{prefix}{word} {_quoted(names)}"


def _named(spec: Object, test: Callable[[Object], bool]) -> list[str]:
    return [container["name"] for container in containers_of(spec) if test(container)]


def host_namespaces(spec: Object) -> str:
    """The namespaces of the node are not shared."""
    used = [name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    return f"host namespaces ({', '.join(f'{name}=true' for name in used)})" if used else ""


def privileged(spec: Object) -> str:
    """No container is privileged."""
    names = _named(spec, lambda c: bool(_context(c, "privileged")))
    if not names:
        return ""
    return f"privileged ({_who(names)} must not set securityContext.privileged=true)"


def _added(container: Object) -> list[str]:
    return get_path(container, "securityContext", "capabilities", "add") or []


def _extra_capabilities(spec: Object, allowed: frozenset[str]) -> str:
    names = _named(spec, lambda c: bool(set(_added(c)) - allowed))
    extra = sorted({each for c in containers_of(spec) for each in _added(c)} - allowed)
    if not names:
        return ""
    return f"{_who(names)} must not include {_quoted(extra)} in securityContext.capabilities.add"


def capabilities_baseline(spec: Object) -> str:
    """Only capabilities of the default set are added."""
    detail = _extra_capabilities(spec, DEFAULT_CAPABILITIES)
    return f"non-default capabilities ({detail})" if detail else ""


def capabilities_restricted(spec: Object) -> str:
    """All capabilities are dropped; only NET_BIND_SERVICE may be added."""
    keeping = _named(
        spec,
        lambda c: "ALL" not in (get_path(c, "securityContext", "capabilities", "drop") or ()),
    )
    details = []
    if keeping:
        details.append(f'{_who(keeping)} must set securityContext.capabilities.drop=["ALL"]')
    extra = _extra_capabilities(spec, frozenset(("NET_BIND_SERVICE",)))
    if extra:
        details.append(extra)
    return f"unrestricted capabilities ({'; '.join(details)})" if details else ""


def host_path_volumes(spec: Object) -> str:
    """No directory of the node is mounted."""
    names = [volume["name"] for volume in spec.get("volumes") or () if volume.get("hostPath")]
    word = "volume" if len(names) == 1 else "volumes"
    return f"hostPath volumes ({word} {_quoted(names)})" if names else ""


def host_ports(spec: Object) -> str:
    """No port of the node is taken."""
    names = _named(spec, lambda c: any(port.get("hostPort") for port in c.get("ports") or ()))
    ports = {p["hostPort"] for c in containers_of(spec) for p in c.get("ports") or ()
             if p.get("hostPort")}  # fmt: skip
    if not names:
        return ""
    verb = "uses" if len(names) == 1 else "use"
    word = "hostPort" if len(ports) == 1 else "hostPorts"
    return f"hostPort ({_who(names)} {verb} {word} {', '.join(map(str, sorted(ports)))})"


def proc_mount(spec: Object) -> str:
    """The default masks of /proc stay."""
    names = _named(spec, lambda c: _context(c, "procMount") not in (None, "Default"))
    kinds = sorted({str(_context(c, "procMount")) for c in containers_of(spec)
                    if c["name"] in names})  # fmt: skip
    if not names:
        return ""
    return f"procMount ({_who(names)} must not set securityContext.procMount to {_quoted(kinds)})"


def _seccomp(holder: Object) -> str:
    return get_path(holder, "securityContext", "seccompProfile", "type") or ""


def _bad_seccomp(spec: Object) -> list[str]:
    setters = []
    if _seccomp(spec) == "Unconfined":
        setters.append("pod")
    names = _named(spec, lambda c: _seccomp(c) == "Unconfined")
    if names:
        setters.append(_who(names))
    return setters


def seccomp_baseline(spec: Object) -> str:
    """Nobody runs without a seccomp profile on purpose."""
    setters = _bad_seccomp(spec)
    if not setters:
        return ""
    who = " and ".join(setters)
    return (
        f'seccompProfile ({who} must not set securityContext.seccompProfile.type to "Unconfined")'
    )


def seccomp_restricted(spec: Object) -> str:
    """Each container has a seccomp profile, of its own or of the pod."""
    if bad := seccomp_baseline(spec):
        return bad
    names = [] if _seccomp(spec) else _named(spec, lambda c: not _seccomp(c))
    if not names:
        return ""
    who = _who(names, "pod or ")
    return (
        f"seccompProfile ({who} must set securityContext.seccompProfile.type to "
        '"RuntimeDefault" or "Localhost")'
    )


def sysctls(spec: Object) -> str:
    """Only safe kernel parameters are set."""
    given = get_path(spec, "securityContext", "sysctls") or ()
    names = [each["name"] for each in given if each["name"] not in SAFE_SYSCTLS]
    return f"forbidden sysctls ({', '.join(names)})" if names else ""


def windows_host_process(spec: Object) -> str:
    """No container is a process of a Windows node."""
    path = ("windowsOptions", "hostProcess")
    names = _named(spec, lambda c: bool(_context(c, *path)))
    setters = ["pod"] if _context(spec, *path) else []
    setters += [_who(names)] if names else []
    if not setters:
        return ""
    field = "securityContext.windowsOptions.hostProcess=true"
    return f"hostProcess ({' and '.join(setters)} must not set {field})"


def privilege_escalation(spec: Object) -> str:
    """No process can gain more rights than its parent."""
    names = _named(spec, lambda c: _context(c, "allowPrivilegeEscalation") is not False)
    if not names:
        return ""
    field = "securityContext.allowPrivilegeEscalation=false"
    return f"allowPrivilegeEscalation != false ({_who(names)} must set {field})"


def restricted_volumes(spec: Object) -> str:
    """Only volume types that belong to the cluster are used."""
    bad = [(v["name"], kind) for v in spec.get("volumes") or ()
           for kind in v if kind != "name" and kind not in SAFE_VOLUMES]  # fmt: skip
    if not bad:
        return ""
    kinds = sorted({kind for _, kind in bad})
    one = len(bad) == 1
    volumes = f"volume{'' if one else 's'} {_quoted(name for name, _ in bad)}"
    word = "type" if len(kinds) == 1 else "types"
    verb = "uses" if one else "use"
    return f"restricted volume types ({volumes} {verb} restricted volume {word} {_quoted(kinds)})"


def run_as_non_root(spec: Object) -> str:
    """The image's user must not be root."""
    field = "securityContext.runAsNonRoot"
    explicit = ["pod"] if _context(spec, "runAsNonRoot") is False else []
    names = _named(spec, lambda c: _context(c, "runAsNonRoot") is False)
    explicit += [_who(names)] if names else []
    if explicit:
        return f"runAsNonRoot != true ({' and '.join(explicit)} must not set {field}=false)"
    if _context(spec, "runAsNonRoot"):
        return ""
    names = _named(spec, lambda c: _context(c, "runAsNonRoot") is None)
    return f"runAsNonRoot != true ({_who(names, 'pod or ')} must set {field}=true)" if names else ""


def run_as_user(spec: Object) -> str:
    """Nobody asks for the user root."""
    setters = ["pod"] if _context(spec, "runAsUser") == 0 else []
    names = _named(spec, lambda c: _context(c, "runAsUser") == 0)
    setters += [_who(names)] if names else []
    return f"runAsUser=0 ({' and '.join(setters)} must not set runAsUser=0)" if setters else ""


BASELINE: Final[dict[str, Callable[[Object], str]]] = {
    "capabilities_baseline": capabilities_baseline,
    "hostNamespaces": host_namespaces,
    "hostPathVolumes": host_path_volumes,
    "hostPorts": host_ports,
    "privileged": privileged,
    "procMount": proc_mount,
    "seccompProfile_baseline": seccomp_baseline,
    "sysctls": sysctls,
    "windowsHostProcess": windows_host_process,
}
"""The checks of the level "baseline", in the order of their texts."""

RESTRICTED: Final[dict[str, Callable[[Object], str]]] = {
    "allowPrivilegeEscalation": privilege_escalation,
    "capabilities_restricted": capabilities_restricted,
    "restrictedVolumes": restricted_volumes,
    "runAsNonRoot": run_as_non_root,
    "runAsUser": run_as_user,
    "seccompProfile_restricted": seccomp_restricted,
}
"""What "restricted" adds."""

OVERRIDDEN: Final = ("capabilities_baseline", "hostPathVolumes", "seccompProfile_baseline")
"""Baseline checks that a stricter one replaces."""


def violations(spec: Object, level: str) -> str:
    """What a pod spec breaks of a level, joined as in the refusal; "" if nothing."""
    checks: list[Callable[[Object], str]] = []
    if level == "baseline":
        checks = list(BASELINE.values())
    elif level == "restricted":
        checks = [check for name, check in BASELINE.items() if name not in OVERRIDDEN]
        checks += RESTRICTED.values()
    return ", ".join(filter(None, (check(spec) for check in checks)))
