"""What the metrics of an autoscaler ask for together, or why that cannot be said.

Source: `pkg/controller/podautoscaler/horizontal.go` (computeReplicasForMetrics,
validateAndParseSelector), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, TypeVar

from kubelearn.api import selectors
from kubelearn.api.objects import Key, Object, get_path, labels_of
from kubelearn.api.quantity import NANO, parse
from kubelearn.api.selector_text import SelectorError
from kubelearn.api.selectors import Selector
from kubelearn.controllers.podautoscaler.conditions import ACTIVE
from kubelearn.controllers.podautoscaler.decision import Considered
from kubelearn.controllers.podautoscaler.metric_sources import Question, Unavailable, ask
from kubelearn.controllers.podautoscaler.ratios import Tolerances
from kubelearn.controllers.podautoscaler.replica_calculator import PodSet
from kubelearn.controllers.podautoscaler.scale import Scale
from kubelearn.controllers.podautoscaler.sync import MetricsFailed, Sync

if TYPE_CHECKING:
    from kubelearn.controllers.podautoscaler.horizontal import HorizontalController

T = TypeVar("T")


def ask_metrics(scaler: HorizontalController, sync: Sync, scale: Scale) -> str:
    """Let every metric propose; returns the name of the one that asks for most."""
    selector = _selector(scaler, sync, scale)
    question = Question(scaler.metrics, sync.key[0], selector, _pods(scaler, sync, selector),
                        scale.present)  # fmt: skip
    specs, failures = sync.spec.get("metrics") or [], []
    sync.statuses, replicas, name = [], 0, ""
    for spec in specs:
        try:
            answer = ask(question, spec)
        except Unavailable as failure:
            scaler.warn(sync, failure.reason, failure.text)
            failures.append(failure)
            # Upstream leaves the status of a metric that failed empty, but in its place.
            sync.statuses.append({"type": ""})
            sync.metrics.append(Considered(_metric_name(spec), None, (failure.text,)))
            continue
        sync.statuses.append(answer.status)
        proposal = answer.proposal
        sync.metrics.append(Considered(answer.name, proposal.replicas, proposal.steps))
        if replicas == 0 or proposal.replicas > replicas:
            replicas, name = proposal.replicas, answer.name
    _judge(sync, failures, len(specs), replicas)
    text = f"the HPA was able to successfully calculate a replica count from {name}"
    sync.conditions.set(ACTIVE, True, "ValidMetricFound", text)
    sync.wanted = replicas
    return name


def _judge(sync: Sync, failures: list[Unavailable], count: int, replicas: int) -> None:
    """Refuse to go on when nothing is known, or when what is known would scale down."""
    if not failures:
        return
    first = failures[0]
    text = f"invalid metrics ({len(failures)} invalid out of {count}), first error is: "
    sync.error = text + first.wrapped
    if len(failures) >= count or replicas < sync.current:
        message = f"the HPA was unable to compute the replica count: {first.text}"
        sync.conditions.set(ACTIVE, False, first.reason, message)
        raise MetricsFailed(sync.error)


def _pods(scaler: HorizontalController, sync: Sync, selector: Selector) -> PodSet:
    pods = _rotated(scaler, sync, _selected(scaler, sync.key[0], selector))
    patience = scaler.config.patience
    return PodSet(pods, sync.current, sync.now, _tolerances(scaler, sync.spec), patience)


def _selected(scaler: HorizontalController, namespace: str, selector: Selector) -> list[Object]:
    pods = scaler.context.api.store.ordered("pods", namespace)
    return [pod for pod in pods if selector.matches(labels_of(pod))]


def _tolerances(scaler: HorizontalController, spec: Object) -> Tolerances:
    usual = scaler.config.tolerance
    if not scaler.config.configurable_tolerance:
        return Tolerances(usual, usual)
    found = (get_path(spec, "behavior", way, "tolerance") for way in ("scaleDown", "scaleUp"))
    return Tolerances(*(usual if t is None else parse(str(t)).nano / NANO for t in found))


def _selector(scaler: HorizontalController, sync: Sync, scale: Scale) -> Selector:
    """Which pods are meant; MetricsFailed when that is not clear."""
    if not scale.selector:
        scaler.warn(sync, "SelectorRequired", "selector is required")
        text = "the HPA target's scale is missing a selector"
        sync.conditions.set(ACTIVE, False, "InvalidSelector", text)
        raise MetricsFailed("selector is required")
    try:
        selector = selectors.parse(scale.selector)
    except SelectorError as error:
        text = "couldn't convert selector into a corresponding internal selector object: "
        _refuse(scaler, sync, "InvalidSelector", f"{text}{error}")
    scaler.claimed[sync.key] = scale.selector
    rivals = _rivals(scaler, sync, selector)
    if len(rivals) > 1:
        names = " ".join("/".join(key) for key in rivals)
        text = f"pods by selector {scale.selector} are controlled by multiple HPAs: [{names}]"
        _refuse(scaler, sync, "AmbiguousSelector", text)
    return selector


def _refuse(scaler: HorizontalController, sync: Sync, reason: str, text: str) -> NoReturn:
    scaler.warn(sync, reason, text)
    sync.conditions.set(ACTIVE, False, reason, text)
    raise MetricsFailed(text)


def _rivals(scaler: HorizontalController, sync: Sync, selector: Selector) -> list[Key]:
    """All autoscalers that scale one of the selected pods."""
    pods = _selected(scaler, sync.key[0], selector)
    others = {key: selectors.parse(text) for key, text in scaler.claimed.items()
              if text and key[0] == sync.key[0]}  # fmt: skip
    found = [key for key in sorted(others) if any(others[key].matches(labels_of(p)) for p in pods)]
    return _rotated(scaler, sync, found)


def _rotated(scaler: HorizontalController, sync: Sync, found: list[T]) -> list[T]:
    """The list from a drawn place on, as Go walks a small map."""
    if len(found) < 2:
        return found
    subject = f"{'/'.join(sync.key)} {sync.now}"
    first = scaler.context.draws.below(len(found), "map-order", subject)
    return found[first:] + found[:first]


def _metric_name(spec: Object) -> str:
    kind = spec.get("type", "")
    given = spec.get(f"{kind[:1].lower()}{kind[1:]}") or {}
    return str(given.get("name") or get_path(given, "metric", "name", default=kind))
