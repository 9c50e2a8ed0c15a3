"""How Go prints internal structs in errors: its own names, unset pointers as null.

Only the structs that some error shows are here.

Source: `pkg/apis/core/types.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from kubelearn.api.objects import Object


class Part(NamedTuple):
    """A field of an internal struct."""

    go: str
    name: str
    """The field's name in YAML."""
    shape: tuple[Any, ...] | None = None
    """The fields of the struct behind it."""
    zero: Any = None
    """What is printed when it is not set."""


CAPABILITIES: Final = (Part("Add", "add"), Part("Drop", "drop"))
SELINUX: Final = tuple(
    Part(name.capitalize(), name, zero="") for name in ("user", "role", "type", "level")
)
WINDOWS: Final = (
    Part("GMSACredentialSpecName", "gmsaCredentialSpecName"),
    Part("GMSACredentialSpec", "gmsaCredentialSpec"),
    Part("RunAsUserName", "runAsUserName"),
    Part("HostProcess", "hostProcess"),
)
PROFILE: Final = (Part("Type", "type", zero=""), Part("LocalhostProfile", "localhostProfile"))
SECURITY_CONTEXT: Final = (
    Part("Capabilities", "capabilities", CAPABILITIES),
    Part("Privileged", "privileged"),
    Part("SELinuxOptions", "seLinuxOptions", SELINUX),
    Part("WindowsOptions", "windowsOptions", WINDOWS),
    Part("RunAsUser", "runAsUser"),
    Part("RunAsGroup", "runAsGroup"),
    Part("RunAsNonRoot", "runAsNonRoot"),
    Part("ReadOnlyRootFilesystem", "readOnlyRootFilesystem"),
    Part("AllowPrivilegeEscalation", "allowPrivilegeEscalation"),
    Part("ProcMount", "procMount"),
    Part("SeccompProfile", "seccompProfile", PROFILE),
    Part("AppArmorProfile", "appArmorProfile", PROFILE),
)
RESOURCE_CLAIM: Final = (
    Part("Name", "name", zero=""),
    Part("ResourceClaimName", "resourceClaimName"),
    Part("ResourceClaimTemplateName", "resourceClaimTemplateName"),
)
NODE_REQUIREMENT: Final = (
    Part("Key", "key", zero=""),
    Part("Operator", "operator", zero=""),
    Part("Values", "values"),
)
NODE_TERM: Final = (
    Part("MatchExpressions", "matchExpressions", NODE_REQUIREMENT),
    Part("MatchFields", "matchFields", NODE_REQUIREMENT),
)
POD_IP: Final = (Part("IP", "ip", zero=""),)


def internal(obj: Object | None, shape: Sequence[Part]) -> Object | None:
    """A struct under Go's names; None stays None."""
    return None if obj is None else {part.go: _value(obj.get(part.name), part) for part in shape}


def internal_list(objects: Sequence[Object] | None, shape: Sequence[Part]) -> list[Any] | None:
    """A list of structs; an empty one is a nil slice."""
    return [internal(obj, shape) for obj in objects] if objects else None


def _value(value: Any, part: Part) -> Any:
    if value is None:
        return part.zero
    if part.shape is None:
        return value
    return (
        internal_list(value, part.shape) if isinstance(value, list) else internal(value, part.shape)
    )
