"""Rules of CustomResourceDefinitions (apiextensions-apiserver `pkg/apis/.../validation`, 1.36).

Upstream keeps what all versions share once, at the top of the spec; with one version that is
everything, which is why paths read `spec.validation.openAPIV3Schema`.

Unlike the real one: rules in CEL are not compiled; webhook addresses are not looked at.
"""

from __future__ import annotations

import re

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import immutable, items, part
from kubelearn.api.validation.crd_columns import column_errors, subresource_errors
from kubelearn.api.validation.crd_conversion import conversion_errors
from kubelearn.api.validation.crd_schema import schema_errors
from kubelearn.api.validation.field import (
    FieldError,
    child,
    index,
    invalid,
    key,
    not_supported,
    required,
)
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import dns1035_label, dns1123_subdomain

SCOPES = ("Cluster", "Namespaced")
PROTECTED = (".k8s.io", ".kubernetes.io")
APPROVED = "api-approved.kubernetes.io"
APPROVAL_RULES = "https://github.com/kubernetes/enhancements/pull/1111"


def create(definition: Object) -> list[FieldError]:
    """A new CustomResourceDefinition."""
    names = part(part(definition, "spec"), "names")
    wanted = f"{names.get('plural', '')}.{part(definition, 'spec').get('group', '')}"

    def name_rule(value: str, *, generate: bool = False) -> list[str]:
        right = generate or value == wanted
        return [] if right else ['must be spec.names.plural+"."+spec.group']

    errors = validate_meta(definition, namespaced=False, name=name_rule, core=False)
    return errors + _whole(definition)


def _whole(definition: Object) -> list[FieldError]:
    errors = _spec(part(definition, "spec"), "spec") + _status(definition)
    errors += _approval(definition)
    if part(definition, "spec").get("preserveUnknownFields"):
        detail = (
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
            "spec.versions[*].schema instead"
        )
        errors.append(invalid("spec.preserveUnknownFields", True, detail))
    return errors


def _approval(definition: Object) -> list[FieldError]:
    """Groups of the Kubernetes project need a note of who approved them."""
    group = part(definition, "spec").get("group", "")
    if not group.endswith(PROTECTED) and group not in ("k8s.io", "kubernetes.io"):
        return []
    note = part(part(definition, "metadata"), "annotations").get(APPROVED, "")
    path, start = key("metadata.annotations", APPROVED), "protected groups must have approval"
    if not note:
        return [required(path, f'{start} annotation "{APPROVED}", see {APPROVAL_RULES}')]
    if note.startswith("unapproved") or re.match(r"https?://[^/]+", note):
        return []
    forms = 'with either a URL or a reason starting with "unapproved"'
    return [invalid(path, note, f'{start} annotation "{APPROVED}" {forms}, see {APPROVAL_RULES}')]


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed definition: its group and plural stay, and once it is established more."""
    spec, before = part(new, "spec"), part(old, "spec")
    errors = validate_meta_update(new, old, core=False) + _spec(spec, "spec")
    names, names_before = part(spec, "names"), part(before, "names")
    conditions = items(part(old, "status"), "conditions")
    if any(c["type"] == "Established" and c["status"] == "True" for c in conditions):
        errors += immutable(spec.get("scope"), before.get("scope"), "spec.scope")
        errors += immutable(names.get("kind"), names_before.get("kind"), "spec.names.kind")
    errors += immutable(spec.get("group"), before.get("group"), "spec.group")
    errors += immutable(names.get("plural"), names_before.get("plural"), "spec.names.plural")
    return errors + _status(new)


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a definition."""
    errors = validate_meta_update(new, old, core=False)
    names = part(part(new, "status"), "acceptedNames")
    return errors + _names(names, "status.acceptedNames")


def _status(definition: Object) -> list[FieldError]:
    found, path = part(definition, "status"), "status.storedVersions"
    errors = _names(part(found, "acceptedNames"), "status.acceptedNames")
    stored, versions = found.get("storedVersions"), items(part(definition, "spec"), "versions")
    if not stored:
        return [*errors, invalid(path, stored, "must have at least one stored version")]
    known = [version.get("name") for version in versions]
    for version in versions:
        if version.get("storage") and version.get("name") not in stored:
            detail = f"must have the storage version {version.get('name')}"
            errors.append(invalid(path, stored, detail))
    for position, name in enumerate(stored):
        if name not in known:
            detail = (
                f"missing from spec.versions; {name} was previously a storage version, and must "
                "remain in spec.versions until a storage migration ensures no data remains "
                f"persisted in {name} and removes {name} from status.storedVersions"
            )
            errors.append(invalid(index(path, position), name, detail))
    return errors


def _spec(spec: Object, path: str) -> list[FieldError]:
    versions = items(spec, "versions")
    errors = _group(spec.get("group", ""), child(path, "group"))
    errors += _scope(spec.get("scope", ""), child(path, "scope"))
    for position, version in enumerate(versions):
        if part(version, "schema").get("openAPIV3Schema") is None:
            place = child(index(child(path, "versions"), position), "schema", "openAPIV3Schema")
            errors.append(required(place))
    shared = {name for name in ("schema", "subresources") if _is_shared(versions, name)}
    for position, version in enumerate(versions):
        errors += _version(version, shared, index(child(path, "versions"), position))
    errors += _version_list(versions, shared, path)
    errors += _required_names(part(spec, "names"), child(path, "names"))
    errors += _names(part(spec, "names"), child(path, "names"))
    if versions:
        errors += _hoisted(versions[0], shared, path)
    return errors + conversion_errors(part(spec, "conversion"), child(path, "conversion"))


def _group(group: str, path: str) -> list[FieldError]:
    if not group:
        return [required(path)]
    wrong = dns1123_subdomain(group)
    if wrong:
        return [invalid(path, group, ",".join(wrong))]
    detail = "should be a domain with at least one dot"
    return [] if "." in group else [invalid(path, group, detail)]


def _scope(scope: str, path: str) -> list[FieldError]:
    if not scope:
        return [required(path)]
    return [] if scope in SCOPES else [not_supported(path, scope, SCOPES)]


def _is_shared(versions: list[Object], name: str) -> bool:
    """Whether all versions have the same, so that upstream keeps it once."""
    values = [version.get(name) for version in versions]
    return bool(values) and values[0] is not None and all(one == values[0] for one in values)


def _version(version: Object, shared: set[str], path: str) -> list[FieldError]:
    name = version.get("name", "")
    wrong = dns1035_label(name)
    errors = [invalid(child(path, "name"), name, ",".join(wrong))] if wrong else []
    if version.get("deprecationWarning") is not None and not version.get("deprecated"):
        detail = "can only be set for deprecated versions"
        place = child(path, "deprecationWarning")
        errors.append(invalid(place, version["deprecationWarning"], detail))
    if "schema" not in shared and version.get("schema"):
        errors += schema_errors(version, child(path, "schema", "openAPIV3Schema"))
    if "subresources" not in shared:
        errors += subresource_errors(version, child(path, "subresources"))
    return errors


def _version_list(versions: list[Object], shared: set[str], path: str) -> list[FieldError]:
    names, place = [version.get("name", "") for version in versions], child(path, "versions")
    errors = []
    if len(set(names)) < len(names):
        errors.append(invalid(place, _show(versions, shared), "must contain unique version names"))
    if sum(bool(version.get("storage")) for version in versions) != 1:
        detail = "must have exactly one version marked as storage version"
        errors.append(invalid(place, _show(versions, shared), detail))
    wrong = dns1035_label(names[0]) if names and names[0] else []
    if wrong:
        errors.append(invalid(child(path, "version"), names[0], ",".join(wrong)))
    return errors


def _show(versions: list[Object], shared: set[str]) -> list[Object]:
    """Versions as Go prints them; schemas that differ are shown in our own spelling."""
    return [
        {
            "Name": version.get("name", ""),
            "Served": bool(version.get("served")),
            "Storage": bool(version.get("storage")),
            "Deprecated": bool(version.get("deprecated")),
            "DeprecationWarning": version.get("deprecationWarning"),
            "Schema": None if "schema" in shared else version.get("schema"),
            "Subresources": None if "subresources" in shared else version.get("subresources"),
            "AdditionalPrinterColumns": None,
            "SelectableFields": None,
        }
        for version in versions
    ]


def _required_names(names: Object, path: str) -> list[FieldError]:
    wanted = ("plural", "singular", "kind", "listKind")
    return [required(child(path, name)) for name in wanted if not names.get(name)]


def _names(names: Object, path: str) -> list[FieldError]:
    errors = []
    for name in ("plural", "singular", "kind", "listKind"):
        text, mixed = names.get(name, ""), name in ("kind", "listKind")
        wrong = dns1035_label(text.lower() if mixed else text) if text else []
        if wrong:
            start = "may have mixed case, but should otherwise match: " if mixed else ""
            errors.append(invalid(child(path, name), text, start + ",".join(wrong)))
    for name in ("shortNames", "categories"):
        if name == "categories" and names.get("kind") and names["kind"] == names.get("listKind"):
            detail = "kind and listKind may not be the same"
            errors.append(invalid(child(path, "listKind"), names["listKind"], detail))
        for position, text in enumerate(items(names, name)):
            wrong = dns1035_label(text)
            if wrong:
                place = index(child(path, name), position)
                errors.append(invalid(place, text, ",".join(wrong)))
    return errors


def _hoisted(version: Object, shared: set[str], path: str) -> list[FieldError]:
    errors = []
    if "schema" in shared:
        errors += schema_errors(version, child(path, "validation", "openAPIV3Schema"))
    if "subresources" in shared:
        errors += subresource_errors(version, child(path, "subresources"))
    return errors + column_errors(version, child(path, "additionalPrinterColumns"))
