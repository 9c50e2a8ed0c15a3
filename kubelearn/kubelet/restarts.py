"""Whether a container is started again after it has ended.

Source: `pkg/kubelet/container/helpers.go` (ShouldContainerBeRestarted), `pkg/api/v1/pod/util.go`
(ContainerShouldRestart), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ALL_RESTARTING = "RestartingAllContainers"
"""The reason of containers that are restarted because of another one's exit."""


def is_sidecar(container: Mapping[str, Any]) -> bool:
    """Whether an init container is a sidecar: one that runs along with the pod."""
    return container.get("restartPolicy") == "Always"


def matching_rule(container: Mapping[str, Any], code: int) -> Mapping[str, Any] | None:
    """The first of a container's own `restartPolicyRules` for an exit code, or None."""
    for rule in container.get("restartPolicyRules") or ():
        codes = rule.get("exitCodes") or {}
        listed = code in (codes.get("values") or ())
        if listed == (codes.get("operator", "In") == "In"):
            found: Mapping[str, Any] = rule
            return found
    return None


def restarts_after(container: Mapping[str, Any], spec: Mapping[str, Any], code: int) -> bool:
    """Whether policies start a container again that ended with `code`.

    The container's own rules come first, then its own policy, then the pod's.
    """
    own = container.get("restartPolicy")
    if own is not None and matching_rule(container, code) is not None:
        return True
    policy = own or spec.get("restartPolicy", "Always")
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def init_restarts_after(container: Mapping[str, Any], spec: Mapping[str, Any], code: int) -> bool:
    """The same for a regular init container, for which Always means OnFailure."""
    return code != 0 and restarts_after(container, spec, code)


def restarts_after_probe(container: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
    """Whether a regular container that is stopped because of a probe is started again.

    Its `restartPolicyRules` are not asked, since it has no exit code yet
    (`pkg/kubelet/kuberuntime/kuberuntime_manager.go`, computePodActions).
    """
    policy = container.get("restartPolicy") or spec.get("restartPolicy", "Always")
    return bool(policy != "Never")


def should_restart(
    spec: Mapping[str, Any],
    container: Mapping[str, Any],
    latest: Mapping[str, Any] | None,
    *,
    deleting: bool,
) -> bool:
    """Whether the kubelet starts a container now.

    `latest` is its newest instance: `{"state": "running" | "exited" | "unknown", "exitCode": n}`,
    None when there never was one.
    """
    if deleting:
        return False
    if latest is None:
        return True
    if latest["state"] == "running":
        return False
    if latest["state"] in ("unknown", "created"):
        return True
    return restarts_after(container, spec, latest.get("exitCode", 0))
