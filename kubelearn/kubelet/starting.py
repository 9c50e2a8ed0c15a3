"""Stages from a container's turn to its start: image, configuration, creation.

Source: `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (SyncPod), `kuberuntime_container.go`
(startContainer), `pkg/kubelet/images`, Kubernetes 1.36.

Unlike the real one: an image is pulled again at the exact end of its back-off, and ImagePullBackOff
shows from the first listing of containers after the failure. What a missing ConfigMap or Secret
holds back is retried every 10 to 15 s like any failed sync. Starts are drawn evenly between bounds.
"""

from __future__ import annotations

from kubelearn.api.app import problems
from kubelearn.api.images import pull_of
from kubelearn.kubelet import mounted, rows
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.hooks import hook_time
from kubelearn.kubelet.image_pulls import Attempt, attempt, failed, pulled_text
from kubelearn.kubelet.references import missing_configuration
from kubelearn.kubelet.restarts import is_sidecar
from kubelearn.kubelet.rows import ContainerRow
from kubelearn.kubelet.situation import Outcome, Situation
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.duration import parse_duration

BANDWIDTH = 50_000_000
"""Bytes a second of a pull."""
CREATION = (100 * MILLISECOND, 300 * MILLISECOND)
RESOLUTION = (400 * MILLISECOND, 900 * MILLISECOND)
"""To ask a registry; all that a pull takes when the node has the layers."""
CREATED = Event("Normal", "Created", "Container created")
STARTED = Event("Normal", "Started", "Container started")
SYNC_GAP = (10 * SECOND, 15 * SECOND)
"""To the next try of a pod whose sync failed (`pod_workers.go`, backOffPeriod)."""


def turn_came(s: Situation) -> bool:
    """Whether everything that must be before this container is there.

    Init containers run one after the other; regular containers start in order, each as soon as
    the one before has started or failed to.
    """
    if s.row.state != rows.SANDBOXED:
        return False
    if len(s.row.containers) == 1:
        return True
    before = min(s.index, s.inits)
    if not all(_initialized(s, index) for index in range(before)):
        return False
    return all(row.state not in rows.AFOOT for row in s.row.containers[s.inits : s.index])


def _initialized(s: Situation, index: int) -> bool:
    """Whether an init container lets the next one begin: ended well, or a sidecar started."""
    row = s.row.containers[index]
    if is_sidecar(s.pod["spec"]["initContainers"][index]):
        return row.started
    return row.state == rows.DONE and row.ready


def take_turn(s: Situation) -> Outcome:
    """Begin with the image."""
    own = s.own.entering(rows.IMAGE, s.now)
    return Outcome(own._replace(image="") if own.image else own)


def needs_configuration(s: Situation) -> bool:
    """Whether the environment refers to anything, or the annotations say something wrong."""
    container, annotations = s.container, s.pod["metadata"].get("annotations")
    if container.get("envFrom") or (annotations and problems(annotations)):
        return True
    return any(variable.get("valueFrom") for variable in container.get("env") or ())


def configuration_error(s: Situation) -> str:
    """Why the container cannot be created; "" when it can."""
    wrong = problems(s.pod["metadata"].get("annotations") or {})
    if wrong:
        return f"{wrong[0][0]}: {wrong[0][1]}"
    return missing_configuration(s.kubelet.context.api, s.pod, s.container)


def lacks_configuration(s: Situation) -> bool:
    """Whether something that the container's environment refers to is missing."""
    return bool(configuration_error(s))


def wait_for_configuration(s: Situation) -> Outcome:
    """CreateContainerConfigError."""
    message = configuration_error(s)
    own = s.own._replace(
        state=rows.CONFIG_WAIT, since=s.now, reason="CreateContainerConfigError", message=message
    )
    return Outcome(own, events=(Event("Warning", "Failed", f"Error: {message}"),))


def image_attempt(s: Situation) -> Attempt:
    """What the kubelet does about the image now."""
    if s.attempt is None:
        image, policy = s.container["image"], s.container.get("imagePullPolicy", "IfNotPresent")
        present = s.kubelet.has_image(s.row.node, image)
        s.attempt = attempt(image, policy, s.own.pulls, s.now, present=present)
    return s.attempt


def refuses_image(s: Situation) -> bool:
    """Whether the image cannot even be pulled: a bad name, or policy Never."""
    return bool(image_attempt(s).reason)


def refuse_image(s: Situation) -> Outcome:
    """InvalidImageName, ErrImageNeverPull, or back-off."""
    tried = image_attempt(s)
    own = s.own._replace(
        state=rows.PULL_WAIT, since=s.now, reason=tried.reason, message=tried.message
    )
    failed = Event("Warning", "Failed", f"Error: {tried.reason}")
    return Outcome(own, events=(*_told(tried), failed))


def _told(tried: Attempt) -> tuple[Event, ...]:
    return (tried.event,) if tried.event else ()


def must_pull(s: Situation) -> bool:
    """Whether the image is pulled."""
    return image_attempt(s).pull


def begin_pull(s: Situation) -> Outcome:
    """Join the queue of the node's puller, which pulls one image after the other."""
    begin = max(s.now, s.kubelet.pullers.get(s.row.node, s.now))
    took = pull_time(s)
    own = s.own.entering(rows.PULLING, s.now, begin + took, took)
    if own.reason:
        own = own._replace(reason="", message="")
    coming = "" if pull_error(s) else s.container["image"]
    return Outcome(own, events=_told(image_attempt(s)), puller=own.due, coming=coming)


def pull_time(s: Situation) -> int:
    """Nanoseconds from the first byte to the last."""
    said, image = s.app.pull, s.container["image"]
    if said not in ("", "missing", "denied"):
        return parse_duration(said)
    asked = s.draw("resolve", *RESOLUTION)
    pull = pull_of(image, said)
    if pull.error or s.kubelet.will_have_image(s.row.node, image):
        return asked
    speed = s.draw("bandwidth", BANDWIDTH * 8 // 10, BANDWIDTH * 12 // 10)
    return asked + pull.size * SECOND // speed


def until_due(s: Situation) -> int:
    """A step of known length."""
    return s.own.due - s.own.since


def pull_error(s: Situation) -> str:
    """What the registry says against the image; "" when it has it."""
    return pull_of(s.container["image"], s.app.pull).error


def pull_fails(s: Situation) -> bool:
    """Whether the pull ends badly."""
    return bool(pull_error(s))


def fail_pull(s: Situation) -> Outcome:
    """ErrImagePull; the back-off of this image and pod grows."""
    image, error = s.container["image"], pull_error(s)
    own = s.own._replace(
        state=rows.PULL_WAIT,
        since=s.now,
        reason="ErrImagePull",
        message=error,
        pulls=failed(s.own.pulls, error, s.now),
    )
    told = Event("Warning", "Failed", f'Failed to pull image "{image}": {error}')
    return Outcome(own, events=(told, Event("Warning", "Failed", "Error: ErrImagePull")))


def end_pull(s: Situation) -> Outcome:
    """The node has the image."""
    image = s.container["image"]
    waited = s.now - s.own.since
    text = pulled_text(image, s.own.code, waited, pull_of(image).size)
    return Outcome(_creating(s), events=(Event("Normal", "Pulled", text),), image=image)


def image_retry(s: Situation) -> int:
    """When an image that could not be pulled may be tried again, after the state was entered."""
    return max(s.own.pulls.backoff.until(s.own.pulls.failed) - s.own.since, 0)


def backs_off_image(s: Situation) -> bool:
    """Whether a failed pull has to be waited for."""
    return s.own.reason in ("ErrImagePull", "ImagePullBackOff")


def next_sync(s: Situation) -> int:
    """When the kubelet looks at a pod again that it could not get on with."""
    return s.draw(f"sync-{s.own.since}", *SYNC_GAP)


def sync_before_retry(s: Situation) -> int | None:
    """The next look, if it comes before the image may be pulled again.

    The first look after a failure comes with the next listing of containers.
    """
    first = s.own.reason == "ErrImagePull"
    gap = s.relist(s.own.since + 1) - s.own.since if first else next_sync(s)
    return gap if gap < image_retry(s) else None


def remind_of_image(s: Situation) -> Outcome:
    """ImagePullBackOff: too early for another pull."""
    return refuse_image(s)


def use_image(s: Situation) -> Outcome:
    """The node has the image and may use it."""
    return Outcome(_creating(s), events=_told(image_attempt(s)))


def _creating(s: Situation) -> ContainerRow:
    """The container is created, which takes its time."""
    return s.own.entering(rows.CREATING, s.now, s.now + s.draw("create", *CREATION))


def until_noticed(s: Situation) -> int:
    """Creation, the postStart hook, and the list of containers in which the kubelet sees it run."""
    return s.relist(s.own.due + hook_time(s.container, "postStart")) - s.own.since


def start(s: Situation) -> Outcome:
    """The container runs; without a startup probe it counts as started."""
    container = s.container
    mounted.started(s.kubelet, s.pod, container)
    s.kubelet.launcher.launched(s.pod, s.index, s.own.due)
    started = "startupProbe" not in container
    last = s.own.last
    own = ContainerRow(
        state=rows.RUNNING,
        since=s.now,
        image=container["image"],
        started_at=s.own.due,
        started=started,
        ready=started and "readinessProbe" not in container and (not s.is_init or s.is_sidecar),
        restarts=s.own.restarts if last is None else s.own.restarts + 1,
        last=last,
        before=s.own.before,
        backoff=s.own.backoff,
        pulls=s.own.pulls,
        workers=s.kubelet.fresh_workers(container, s.own.workers),
    )
    pod = s.row if s.is_init or s.row.initialized else s.row._replace(initialized=True)
    return Outcome(own, pod, events=(CREATED, STARTED))
