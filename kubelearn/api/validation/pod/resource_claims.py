"""Claims of devices by a pod (dynamic resource allocation).

Source: `validatePodResourceClaim` in `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    index,
    invalid,
    required,
)
from kubelearn.api.validation.pod.internal import RESOURCE_CLAIM, internal

SOURCES: Final = ("resourceClaimName", "resourceClaimTemplateName")
BOTH: Final = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
NEITHER: Final = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"


def validate_resource_claims(claims: Sequence[Object], path: str) -> list[FieldError]:
    """The `resourceClaims` of a pod."""
    seen: set[str] = set()
    errors: list[FieldError] = []
    for position, claim in enumerate(claims):
        place = index(path, position)
        errors += _name(claim.get("name") or "", seen, child(place, "name"))
        errors += _source(claim, place)
    return errors


def _name(name: str, seen: set[str], path: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    if name in seen:
        return [duplicate(path, name)]
    seen.add(name)
    return [invalid(path, name, message) for message in names.dns1123_label(name)]


def _source(claim: Object, path: str) -> list[FieldError]:
    given = [name for name in SOURCES if claim.get(name) is not None]
    errors = []
    if len(given) != 1:
        text = BOTH if given else NEITHER
        errors.append(invalid(path, internal(claim, RESOURCE_CLAIM), text))
    for name in given:
        messages = names.name_is_dns_subdomain(claim[name])
        errors += [invalid(child(path, name), claim[name], message) for message in messages]
    return errors
