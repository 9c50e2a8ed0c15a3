"""What the rules of a pod depend on: options, and facts of the whole spec."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubelearn.api.objects import Object


@dataclass(frozen=True, slots=True)
class PodOptions:
    """Settings of pod validation (`PodValidationOptions`, `pkg/apis/core/validation`)."""

    is_pod: bool = False
    """A Pod is validated, not a template inside another object."""
    pod_name: str = ""
    """The pod's name, for the names of claims of generic ephemeral volumes."""
    allow_privileged: bool = False
    """The `--allow-privileged` flag of kube-apiserver; off is its default."""


@dataclass(frozen=True, slots=True)
class SpecFacts:
    """Facts of one pod spec that the rules of its containers ask for."""

    options: PodOptions
    volumes: dict[str, Object] = field(default_factory=dict)
    """The valid volumes by name."""
    claims: frozenset[str] = frozenset()
    """Names in `resourceClaims`."""
    grace_period: int | None = None
    """Seconds of `terminationGracePeriodSeconds`."""
    restart_policy: str = ""
    host_users: bool = True
    os: str | None = None
    """`os.name`; None without `os`."""
