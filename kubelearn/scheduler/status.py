"""What a plugin answers: a code and its reasons.

None stands for Success everywhere, so a filter that passes a node simply returns nothing
(`staging/src/k8s.io/kube-scheduler/framework/interface.go`, Kubernetes 1.36).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

MESSAGE_LIMIT = 1024
"""Bytes of the longest event text that the scheduler writes."""


class Code(StrEnum):
    """How a plugin's answer is to be taken."""

    SUCCESS = "Success"
    ERROR = "Error"
    UNSCHEDULABLE = "Unschedulable"
    """Not now; making room (preemption) may help."""
    UNRESOLVABLE = "UnschedulableAndUnresolvable"
    """Not now, and no preemption can help."""
    WAIT = "Wait"
    SKIP = "Skip"
    """The plugin has nothing to say about this pod."""


REJECTED = frozenset({Code.UNSCHEDULABLE, Code.UNRESOLVABLE})


class Status(NamedTuple):
    """A code, its reasons, and the plugin that gave them."""

    code: Code
    reasons: tuple[str, ...] = ()
    plugin: str = ""

    @property
    def message(self) -> str:
        """The reasons as one text."""
        return ", ".join(self.reasons)

    @property
    def rejected(self) -> bool:
        """Whether the pod was refused (and nothing broke)."""
        return self.code in REJECTED


SKIP = Status(Code.SKIP)


def unschedulable(*reasons: str) -> Status:
    """The node does not suit the pod now; removing pods from it could help."""
    return Status(Code.UNSCHEDULABLE, reasons)


def unresolvable(*reasons: str) -> Status:
    """The node does not suit the pod, and removing pods from it would not help."""
    return Status(Code.UNRESOLVABLE, reasons)


def code_of(status: Status | None) -> Code:
    """The code of an answer; None is Success."""
    return Code.SUCCESS if status is None else status.code


def truncate(message: str) -> str:
    """A text cut to the length of an event (`pkg/scheduler/schedule_one.go`, truncateMessage)."""
    raw = message.encode()
    if len(raw) <= MESSAGE_LIMIT:
        return message
    return raw[: MESSAGE_LIMIT - 4].decode(errors="ignore") + " ..."
