"""The states in which a pod is drawn: a letter, an outline and colours for each.

Colours only repeat what letter and outline say. Each state has its two colours, ink on fill, for
the light and for the dark theme; their contrast is at least 4.5:1 and the hues keep apart for
colour-blind eyes (blue, yellow, orange and purple after Okabe and Ito; no red beside green). Calm
states are pale, states that need somebody are solid.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kubelearn.api.objects import Object, get_path, is_terminating, is_true


class Paint(NamedTuple):
    """Two colours, #rrggbb: the letter's and the box's."""

    ink: str
    fill: str


class State(NamedTuple):
    """How pods of one state look."""

    letter: str
    label: str
    meaning: str
    outline: str
    """solid, dashed or dotted."""
    light: Paint
    dark: Paint


STATES: dict[str, State] = {
    "running": State(
        "R", "running", "all containers run and are ready",
        "solid", Paint("#0a4a6b", "#d8eaf4"), Paint("#a9d8f2", "#123a50"),
    ),
    "unready": State(
        "U", "not ready", "runs, but gets no traffic: not ready",
        "solid", Paint("#5f4300", "#ffe9b0"), Paint("#ffd773", "#4a3700"),
    ),
    "starting": State(
        "S", "starting", "has a node; its containers are being made",
        "dashed", Paint("#0b5d8a", "#ffffff"), Paint("#7cc4ee", "#15181d"),
    ),
    "pending": State(
        "P", "pending", "no node yet",
        "dotted", Paint("#565b66", "#ffffff"), Paint("#b3b9c4", "#15181d"),
    ),
    "terminating": State(
        "T", "terminating", "asked to go; in its grace period",
        "dashed", Paint("#6a3382", "#efe3f3"), Paint("#dcb4ee", "#3b2447"),
    ),
    "completed": State(
        "C", "completed", "all containers ended well",
        "solid", Paint("#4f545e", "#e7e8ec"), Paint("#b9bec8", "#2c3038"),
    ),
    "image": State(
        "I", "image error", "its image cannot be pulled",
        "dashed", Paint("#8f2d00", "#ffe3d3"), Paint("#ffb38c", "#54240d"),
    ),
    "crashing": State(
        "X", "crashing", "a container ended badly and will be started again",
        "solid", Paint("#ffffff", "#b93a00"), Paint("#2b0e00", "#ff9a66"),
    ),
    "failed": State(
        "F", "failed", "ended badly and will not be started again",
        "solid", Paint("#ffffff", "#7a1030"), Paint("#33000f", "#ff8fae"),
    ),
    "unknown": State(
        "?", "unknown", "its node does not answer",
        "solid", Paint("#ffffff", "#3f444d"), Paint("#1b1e24", "#d6dae1"),
    ),
}  # fmt: skip
"""Every state, in the order in which legends and charts show them."""

CALM = ("running", "completed")
"""States in which nobody has to do anything."""

IMAGE_REASONS = frozenset(
    {
        "ErrImageNeverPull",
        "ErrImagePull",
        "ImageInspectError",
        "ImagePullBackOff",
        "InvalidImageName",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    }
)
"""Waiting reasons about images (`pkg/kubelet/images/types.go`, Kubernetes 1.36)."""

CRASH_REASONS = frozenset(
    {
        "ContainerCannotRun",
        "ContainerStatusUnknown",
        "CrashLoopBackOff",
        "CreateContainerConfigError",
        "CreateContainerError",
        "CreatePodSandboxError",
        "Error",
        "KillContainerError",
        "OOMKilled",
        "PostStartHookError",
        "PreCreateHookError",
        "RunContainerError",
        "StartError",
    }
)
"""Reasons that follow from a container that could not be run or ended badly."""


def state_of(pod: Object, status: str) -> str:
    """The drawn state of a pod; `status` is what kubectl prints for it."""
    phase = get_path(pod, "status", "phase", default="Pending")
    if status == "Unknown" or phase == "Unknown":
        return "unknown"
    if is_terminating(pod):
        return "terminating"
    if phase in ENDED:
        return ENDED[phase]
    trouble = _trouble(status.removeprefix("Init:"))
    if trouble:
        return trouble
    if phase == "Running":
        return "running" if is_true(pod, "Ready") else "unready"
    return "starting" if pod.get("spec", {}).get("nodeName") else "pending"


ENDED = {"Succeeded": "completed", "Failed": "failed"}


def _trouble(reason: str) -> str | None:
    if reason in IMAGE_REASONS:
        return "image"
    if reason in CRASH_REASONS or reason.startswith(("ExitCode:", "Signal:")):
        return "crashing"
    return None


def count_states(states: Iterable[str]) -> dict[str, int]:
    """How often each state occurs, in the order of `STATES`."""
    found: dict[str, int] = {}
    for state in states:
        found[state] = found.get(state, 0) + 1
    return {name: found[name] for name in STATES if name in found}
