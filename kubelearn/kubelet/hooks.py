"""How long the lifecycle hooks of a container take.

`sleep: {seconds: 5}` and commands that can be followed (`sh -c "sleep 5"`) take their time, others
and HTTP hooks none. Source: `pkg/kubelet/lifecycle/handlers.go`.

Unlike the real one: hooks never fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.api.commands import Unknown, exit_of
from kubelearn.sim.clock import HOUR, SECOND


def hook_time(container: Mapping[str, Any], name: str) -> int:
    """Nanoseconds that a container's "preStop" or "postStart" takes; 0 without one."""
    hook = (container.get("lifecycle") or {}).get(name)
    if not hook:
        return 0
    if "sleep" in hook:
        return int(hook["sleep"]["seconds"]) * SECOND
    command = (hook.get("exec") or {}).get("command")
    if not command:
        return 0
    try:
        end = exit_of(command)
    except Unknown:
        return 0
    return HOUR if end is None else end.after
