"""One attempt to have a container's image on the node.

Source: `pkg/kubelet/images/image_manager.go` (EnsureImageExists), Kubernetes 1.36.

Unlike the real one: pull secrets are not looked at, and present images are not checked again for
their credentials (KubeletEnsureSecretPulledImages).
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.images import InvalidImageName, parse_image
from kubelearn.kubelet.backoff import INITIAL, LIMIT, Backoff
from kubelearn.kubelet.event import Event
from kubelearn.sim.clock import MILLISECOND
from kubelearn.sim.duration import format_duration


class Pulls(NamedTuple):
    """The memory of the pulls of one image for one pod; times in ns."""

    backoff: Backoff = Backoff()
    failed: int = 0
    error: str = ""
    """"Reason: message" of the last failure."""


class Attempt(NamedTuple):
    """What is done now: `pull`, or wait for `reason`, or (neither) go on with the image."""

    pull: bool = False
    reason: str = ""
    message: str = ""
    event: Event | None = None


def attempt(
    image: str,
    policy: str,
    pulls: Pulls,
    now: int,
    *,
    present: bool,
    inspect_error: str = "",
    limit: int = LIMIT,
) -> Attempt:
    """What the kubelet does about an image now."""
    try:
        parse_image(image)
    except InvalidImageName as error:
        text = f'Failed to apply default image tag "{image}": {error}'
        return _refused("InvalidImageName", text, "InspectFailed")
    if inspect_error and policy != "Always":
        text = f'Failed to inspect image "{image}": {inspect_error}'
        return _refused("ImageInspectError", text, "InspectFailed")
    if policy == "Never" and not present:
        text = f'Container image "{image}" is not present with pull policy of Never'
        return _refused("ErrImageNeverPull", text, "ErrImageNeverPull")
    if policy == "Never" or (policy == "IfNotPresent" and present):
        return Attempt(event=Event("Normal", "Pulled", present_text(image)))
    if pulls.backoff.waits(pulls.backoff.raised, now, limit):
        text = f'Back-off pulling image "{image}"'
        message = f"{text}: {pulls.error}" if pulls.error else text
        return Attempt(False, "ImagePullBackOff", message, Event("Normal", "BackOff", text))
    return Attempt(pull=True, event=Event("Normal", "Pulling", f'Pulling image "{image}"'))


def _refused(reason: str, message: str, event: str) -> Attempt:
    return Attempt(False, reason, message, Event("Warning", event, message))


def failed(
    pulls: Pulls, error: str, now: int, *, initial: int = INITIAL, limit: int = LIMIT
) -> Pulls:
    """The memory after a pull that failed now."""
    backoff = pulls.backoff.next(now, now, initial, limit)
    return Pulls(backoff, now, f"ErrImagePull: {error}")


def default_policy(image: str) -> str:
    """The pull policy when none is given: Always for `latest`, else IfNotPresent."""
    try:
        reference = parse_image(image)
    except InvalidImageName:
        return "IfNotPresent"
    return "Always" if reference.tag == "latest" and not reference.digest else "IfNotPresent"


def present_text(image: str) -> str:
    """The message of `Pulled` for an image that the node has."""
    return f'Container image "{image}" already present on machine and can be accessed by the pod'


def pulled_text(image: str, took: int, waited: int, size: int) -> str:
    """The message of `Pulled` for a pull that took `took` ns, `waited` with the queue."""
    took, waited = (time // MILLISECOND * MILLISECOND for time in (took, waited))
    times = f"{format_duration(took)} ({format_duration(waited)} including waiting)"
    return f'Successfully pulled image "{image}" in {times}. Image size: {size} bytes.'
