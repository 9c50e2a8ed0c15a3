"""Rules of StatefulSets and ControllerRevisions (`pkg/apis/apps/validation`, 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import (
    immutable,
    items,
    named,
    nonnegative_fields,
    part,
    same,
    struct,
)
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.int_or_percent import amount, at_most_all, int_or_percent
from kubelearn.api.validation.label_selector import is_broken, is_empty, show_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import dns1123_label, name_is_dns_label
from kubelearn.api.validation.pod import validate_pod_template_spec
from kubelearn.api.validation.pvc import claim_spec
from kubelearn.api.validation.workload import (
    always_restarted,
    at_most_replicas,
    available_at_most_ready,
    collisions_grow,
    matching,
    required_selector,
)

CHANGEABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
STATUS_COUNTERS = (
    "replicas",
    "readyReplicas",
    "currentReplicas",
    "updatedReplicas",
    "availableReplicas",
    "observedGeneration",
    "collisionCount",
)


def create(statefulset: Object) -> list[FieldError]:
    """A new StatefulSet, whose name must fit into the names of its pods."""
    errors = validate_meta(statefulset, name=name_is_dns_label)
    return errors + _spec(part(statefulset, "spec"), "spec", new=True)


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed StatefulSet: only a few fields of its spec may change."""
    spec, before = part(new, "spec"), part(old, "spec")
    errors = validate_meta_update(new, old) + _spec(spec, "spec", new=False)
    fixed = {name: value for name, value in spec.items() if name not in CHANGEABLE}
    if not same(fixed, {name: value for name, value in before.items() if name not in CHANGEABLE}):
        quoted = ", ".join(f"'{name}'" for name in CHANGEABLE[:-1])
        detail = (
            f"updates to statefulset spec for fields other than {quoted} and "
            f"'{CHANGEABLE[-1]}' are forbidden"
        )
        errors.append(forbidden("spec", detail))
    return errors


def _spec(spec: Object, path: str, *, new: bool) -> list[FieldError]:
    """An update leaves a `serviceName` alone that was stored before it was looked at."""
    errors = _pod_management(
        spec.get("podManagementPolicy", ""), child(path, "podManagementPolicy")
    )
    errors += _strategy(part(spec, "updateStrategy"), child(path, "updateStrategy"))
    errors += _retention(spec, child(path, "persistentVolumeClaimRetentionPolicy"))
    errors += nonnegative_fields(spec, path, "replicas", "minReadySeconds")
    errors += nonnegative_fields(part(spec, "ordinals"), child(path, "ordinals"), "start")
    name = spec.get("serviceName", "")
    if new and name:
        errors += named(child(path, "serviceName"), name, dns1123_label(name))
    for position, claim in enumerate(items(spec, "volumeClaimTemplates")):
        claim_path = index(child(path, "volumeClaimTemplates"), position)
        errors += claim_spec(part(claim, "spec"), child(claim_path, "spec"))
    errors += required_selector(spec, path, "statefulset")
    return errors + _template(spec, path)


def _template(spec: Object, path: str) -> list[FieldError]:
    selector, template = spec.get("selector"), part(spec, "template")
    path_template = child(path, "template")
    if is_broken(selector):
        errors = [invalid(child(path, "selector"), show_selector(selector), "")]
    else:
        errors = [] if is_empty(selector) else matching(selector, template, path_template)
        errors += validate_pod_template_spec(_with_claims(spec, template), path_template)
    return errors + always_restarted(template, path_template, "StatefulSet")


def _with_claims(spec: Object, template: Object) -> Object:
    """The template with a volume for each claim, as its pods will have them."""
    names = [
        part(claim, "metadata").get("name", "") for claim in items(spec, "volumeClaimTemplates")
    ]
    if not names:
        return template
    pod = part(template, "spec")
    volumes = [volume for volume in items(pod, "volumes") if volume.get("name") not in names]
    claims = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in names]
    return {**template, "spec": {**pod, "volumes": [*volumes, *claims]}}


def _pod_management(policy: str, path: str) -> list[FieldError]:
    if not policy:
        return [required(path)]
    if policy in ("OrderedReady", "Parallel"):
        return []
    return [invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")]


def _strategy(strategy: Object, path: str) -> list[FieldError]:
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    path_rolling = child(path, "rollingUpdate")
    if not kind:
        return [required(path)]
    if kind == "OnDelete":
        detail = "only allowed for updateStrategy 'RollingUpdate'"
        return [] if rolling is None else [invalid(path_rolling, _show(rolling), detail)]
    if kind == "RollingUpdate":
        return [] if rolling is None else _rolling(rolling, path_rolling)
    shown = {"Type": kind, "RollingUpdate": None if rolling is None else _show(rolling)}
    return [invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")]


def _show(rolling: Object) -> Object:
    return struct(
        rolling, ("Partition", "partition", 0), ("MaxUnavailable", "maxUnavailable", None)
    )


def _rolling(rolling: Object, path: str) -> list[FieldError]:
    errors = nonnegative_fields(rolling, path, "partition")
    unavailable, path = rolling.get("maxUnavailable"), child(path, "maxUnavailable")
    if unavailable is None:
        return errors
    errors += int_or_percent(unavailable, path)
    if amount(unavailable) == 0:
        errors.append(invalid(path, unavailable, "cannot be 0"))
    return errors + at_most_all(unavailable, path)


def _retention(spec: Object, path: str) -> list[FieldError]:
    policy = spec.get("persistentVolumeClaimRetentionPolicy")
    if policy is None:
        return []
    return [
        not_supported(child(path, name), policy.get(name, ""), ("Retain", "Delete"))
        for name in ("whenDeleted", "whenScaled")
        if policy.get(name) not in ("Retain", "Delete")
    ]


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a StatefulSet."""
    found, path = part(new, "status"), "status"
    errors = nonnegative_fields(found, path, *STATUS_COUNTERS)
    names = "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"
    errors += at_most_replicas(found, path, *names)
    errors += available_at_most_ready(found, path, "status.readyReplicas")
    return errors + validate_meta_update(new, old) + collisions_grow(new, old)


def warnings(new: Object, _old: Object | None) -> list[str]:
    """What is allowed, but hardly meant."""
    limit = part(new, "spec").get("revisionHistoryLimit")
    if limit is None or limit >= 0:
        return []
    text = "a negative value retains all historical revisions; a value >= 0 is recommended"
    return [f"spec.revisionHistoryLimit: {text}"]


def create_revision(revision: Object) -> list[FieldError]:
    """A new ControllerRevision."""
    errors = validate_meta(revision)
    if revision.get("data") is None:
        errors.append(required("data", "data is mandatory"))
    return errors + nonnegative_fields(revision, "", "revision")


def update_revision(new: Object, old: Object) -> list[FieldError]:
    """A changed ControllerRevision: its data stay."""
    errors = validate_meta_update(new, old) + create_revision(new)
    return errors + immutable(new.get("data"), old.get("data"), "data")
