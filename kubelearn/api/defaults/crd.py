"""Defaults of CustomResourceDefinitions (`apiextensions-apiserver/pkg/apis/apiextensions/v1`)."""

from __future__ import annotations

from kubelearn.api.defaults.admission_registration import service_port
from kubelearn.api.defaults.filling import each, fill, fill_empty, inside, present
from kubelearn.api.objects import Object


def default_custom_resource_definition(definition: Object) -> Object:
    """Singular and list kind follow from the kind; versions are not converted."""
    definition = inside(definition, "spec", _spec)
    zeros: Object = {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}}
    versions = {"storedVersions": _stored(definition["spec"]) or None}
    return inside(definition, "status", lambda status: fill(status, {**zeros, **versions}))


def _spec(spec: Object) -> Object:
    spec = inside(spec, "names", _names)
    spec = inside(spec, "conversion", _conversion)
    return each(spec, "versions", _version)


def _names(names: Object) -> Object:
    kind = names.get("kind")
    if not kind:
        return names
    return fill_empty(names, {"singular": kind.lower(), "listKind": f"{kind}List"})


def _conversion(conversion: Object) -> Object:
    conversion = fill_empty(conversion, {"strategy": "None"})
    return present(
        conversion,
        "webhook",
        lambda webhook: present(webhook, "clientConfig", service_port),
    )


def _version(version: Object) -> Object:
    return fill(version, {"served": False, "storage": False})


def _stored(spec: Object) -> list[str]:
    """The storage versions of a new definition (its registry strategy)."""
    versions = spec.get("versions") or ()
    return [version.get("name", "") for version in versions if version.get("storage")]
