"""Rules of roles and bindings (`pkg/apis/rbac/validation`, Kubernetes 1.36)."""

from __future__ import annotations

from functools import partial

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, named, part, same
from kubelearn.api.validation.field import (
    FieldError,
    child,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import name_is_dns_subdomain, path_segment_name

GROUP = "rbac.authorization.k8s.io"


def _role(role: Object, *, namespaced: bool) -> list[FieldError]:
    errors = validate_meta(role, namespaced=namespaced, name=path_segment_name)
    for position, rule in enumerate(items(role, "rules")):
        errors += _rule(rule, index("rules", position), namespaced=namespaced)
    if namespaced:
        return errors
    return errors + _aggregation(role.get("aggregationRule"), "aggregationRule")


def _rule(rule: Object, path: str, *, namespaced: bool) -> list[FieldError]:
    errors = []
    if not rule.get("verbs"):
        errors.append(required(child(path, "verbs"), "verbs must contain at least one value"))
    urls, place = rule.get("nonResourceURLs"), child(path, "nonResourceURLs")
    if urls:
        if namespaced:
            detail = "namespaced rules cannot apply to non-resource URLs"
            errors.append(invalid(place, urls, detail))
        if any(rule.get(name) for name in ("apiGroups", "resources", "resourceNames")):
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            errors.append(invalid(place, urls, detail))
        return errors
    if not rule.get("apiGroups"):
        detail = "resource rules must supply at least one api group"
        errors.append(required(child(path, "apiGroups"), detail))
    if not rule.get("resources"):
        detail = "resource rules must supply at least one resource"
        errors.append(required(child(path, "resources"), detail))
    return errors


def _aggregation(rule: Object | None, path: str) -> list[FieldError]:
    if rule is None:
        return []
    selectors, path = items(rule, "clusterRoleSelectors"), child(path, "clusterRoleSelectors")
    if not selectors:
        detail = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        return [required(path, detail)]
    return [
        error
        for position, selector in enumerate(selectors)
        for error in validate_label_selector(selector, index(path, position))
    ]


def _role_update(new: Object, old: Object, *, namespaced: bool) -> list[FieldError]:
    return _role(new, namespaced=namespaced) + validate_meta_update(new, old)


def _binding(binding: Object, *, namespaced: bool) -> list[FieldError]:
    errors = validate_meta(binding, namespaced=namespaced, name=path_segment_name)
    reference, path = part(binding, "roleRef"), "roleRef"
    kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    group, kind, name = (reference.get(field, "") for field in ("apiGroup", "kind", "name"))
    if group != GROUP:
        errors.append(not_supported(child(path, "apiGroup"), group, [GROUP]))
    if kind not in kinds:
        errors.append(not_supported(child(path, "kind"), kind, kinds))
    place = child(path, "name")
    errors += named(place, name, path_segment_name(name)) if name else [required(place)]
    for position, subject in enumerate(items(binding, "subjects")):
        errors += _subject(subject, index("subjects", position), namespaced=namespaced)
    return errors


def _subject(subject: Object, path: str, *, namespaced: bool) -> list[FieldError]:
    name, kind, group = (subject.get(field, "") for field in ("name", "kind", "apiGroup"))
    errors = [] if name else [required(child(path, "name"))]
    if kind == "ServiceAccount":
        if name:
            errors += named(child(path, "name"), name, name_is_dns_subdomain(name))
        if group:
            errors.append(not_supported(child(path, "apiGroup"), group, [""]))
        if not namespaced and not subject.get("namespace"):
            errors.append(required(child(path, "namespace")))
    elif kind in ("User", "Group"):
        if group != GROUP:
            errors.append(not_supported(child(path, "apiGroup"), group, [GROUP]))
    else:
        kinds = ["ServiceAccount", "User", "Group"]
        errors.append(not_supported(child(path, "kind"), kind, kinds))
    return errors


def _binding_update(new: Object, old: Object, *, namespaced: bool) -> list[FieldError]:
    errors = _binding(new, namespaced=namespaced) + validate_meta_update(new, old)
    reference = part(new, "roleRef")
    if not same(reference, part(old, "roleRef")):
        fields = (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name"))
        shown = {go: reference.get(name, "") for go, name in fields}
        errors.append(invalid("roleRef", shown, "cannot change roleRef"))
    return errors


create_role = partial(_role, namespaced=True)
update_role = partial(_role_update, namespaced=True)
create_cluster_role = partial(_role, namespaced=False)
update_cluster_role = partial(_role_update, namespaced=False)
create_binding = partial(_binding, namespaced=True)
update_binding = partial(_binding_update, namespaced=True)
create_cluster_binding = partial(_binding, namespaced=False)
update_cluster_binding = partial(_binding_update, namespaced=False)
