"""Patches that come as requests: reading the body, applying it, checking what comes out.

Source: apiserver `pkg/endpoints/handlers/patch.go`, Kubernetes 1.36.

Unlike the real one: the dump of the object in `patch: Invalid value: "{...}"` may order its fields
differently.
"""

from __future__ import annotations

from typing import Any, Final

from kubelearn.api import json_text
from kubelearn.api.decoding import ConverterReport, Report, decode, strict_error
from kubelearn.api.decoding.body import Prune, unregistered
from kubelearn.api.decoding.report import kind_of
from kubelearn.api.decoding.scalars import plain
from kubelearn.api.errors import APIError, BadRequest, Invalid, UnsupportedMediaType
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.patch import (
    JSON_PATCH,
    MERGE_PATCH,
    PATCHES,
    STRATEGIC_MERGE_PATCH,
    UNKNOWN,
    apply_patch,
)
from kubelearn.api.patch.go_print import go_print
from kubelearn.api.validation.field import go_json, invalid

PREFIXES: Final = {JSON_PATCH: "error decoding patch: ", MERGE_PATCH: "error decoding patch: "}
GO_TYPES: Final = {
    JSON_PATCH: "[]handlers.jsonPatchOp",
    MERGE_PATCH: "map[string]interface {}",
    STRATEGIC_MERGE_PATCH: "map[string]interface {}",
}
"""What each kind of patch is read into, as messages have it."""
MOST_OPERATIONS: Final = 10_000
APPLIED: Final = ", application/apply-patch+yaml"


def read_patch(raw: Any, content_type: str, kind: Kind) -> tuple[str, Any, list[str]]:
    """(media type, patch, repeated fields of its text) of the body of a PATCH.

    UnsupportedMediaType or BadRequest has upstream's text.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media not in PATCHES or (kind.custom and media == STRATEGIC_MERGE_PATCH):
        raise UnsupportedMediaType(_accepted(kind))
    report = Report()
    patch = plain(_parsed(raw, media), None, report)
    wanted = list if media == JSON_PATCH else dict
    if patch is not None and not isinstance(patch, wanted):
        raise _wrong_type(media, patch, GO_TYPES[media])
    if isinstance(patch, list):
        _check_operations(patch)
    return media, patch if patch is not None else wanted(), report.strict


def _accepted(kind: Kind) -> str:
    if kind.custom:
        return UNKNOWN
    return UNKNOWN.removesuffix(APPLIED) + f", {STRATEGIC_MERGE_PATCH}{APPLIED}"


def _parsed(raw: Any, media: str) -> Any:
    if not isinstance(raw, str | bytes):
        return raw
    text = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
    try:
        return json_text.parse(text)
    except json_text.JSONError as error:
        raise BadRequest(f"{PREFIXES.get(media, '')}{error}") from None


def _wrong_type(media: str, value: Any, go_type: str) -> BadRequest:
    text = f"json: cannot unmarshal {kind_of(value)} into Go value of type {go_type}"
    return BadRequest(f"{PREFIXES.get(media, '')}{text}")


class TooLarge(APIError):
    """The patch has more operations than allowed."""

    code = 413
    reason = "RequestEntityTooLarge"


def _check_operations(operations: list[Any]) -> None:
    if len(operations) > MOST_OPERATIONS:
        raise TooLarge(
            f"Request entity too large: The allowed maximum operations in a JSON patch is "
            f"{MOST_OPERATIONS}, got {len(operations)}"
        )
    for operation in operations:
        if operation is not None and not isinstance(operation, dict):
            raise _wrong_type(JSON_PATCH, operation, "handlers.jsonPatchOp")


def patched(
    kind: Kind,
    old: Object,
    media: str,
    patch: Any,
    field_validation: str = "",
    repeats: list[str] | None = None,
    prune: Prune | None = None,
) -> tuple[Object, list[str]]:
    """The object after a patch, decoded as its kind, and the warnings about its fields.

    `old` is in the version that the client talks; `repeats` are the repeated fields of the patch's
    text. Invalid has upstream's text.
    """
    new = apply_patch(media, kind, old, patch)
    if media != STRATEGIC_MERGE_PATCH:
        new = _marshalled(old, new)
    group, _, version = str(new.get("apiVersion") or old["apiVersion"]).rpartition("/")
    given = (group, version, str(new.get("kind") or kind.kind))
    problem = _foreign(kind, old, given) if kind.custom else unregistered(given)
    if problem:
        raise _invalid(media, patch, new, problem)
    report = ConverterReport() if media == STRATEGIC_MERGE_PATCH else Report()
    decoded = decode(new, *given, report)
    if decoded.error:
        raise _invalid(media, patch, new, decoded.error)
    if kind.custom and given[2] != kind.kind:
        wrong = invalid("kind", given[2], f"must be {kind.kind}")
        raise Invalid.of(kind.kind, kind.group, str(old["metadata"]["name"]), [wrong])
    obj, strict = decoded.object, [*(repeats or ()), *decoded.strict]
    if prune is not None:
        obj, unknown = prune(obj)
        strict += unknown
    if field_validation == "Strict" and strict:
        raise _invalid(media, patch, new, strict_error(strict))
    return obj, [] if field_validation == "Ignore" else strict


def _foreign(kind: Kind, old: Object, given: tuple[str, str, str]) -> str:
    """Why a custom object cannot be converted to the version that the client talks; "" if it can.

    Source: apiextensions-apiserver `pkg/apiserver/conversion/converter.go`, Kubernetes 1.36.
    """
    group, version, name = given
    if group != kind.group:
        whole = f"{group}/{version}, Kind={name}"
        wanted = old["apiVersion"]
        return f'{whole} is unstructured and is not suitable for converting to "{wanted}"'
    if version not in (kind.version, *kind.versions):
        return f"request to convert CR from an invalid group/version: {group}/{version}"
    return ""


def _marshalled(old: Any, new: Any) -> Any:
    """What a patch has touched comes out with sorted keys, which orders the errors."""
    if new is old or not isinstance(new, dict) or not isinstance(old, dict):
        return new
    return {name: _marshalled(old.get(name), new[name]) for name in sorted(new)}


def _invalid(media: str, patch: Any, new: Object, text: str) -> Invalid:
    shown = go_print(patch) if media == STRATEGIC_MERGE_PATCH else go_json(new)
    return Invalid.of("", "", "", [invalid("patch", shown, text)])
