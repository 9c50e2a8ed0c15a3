"""Decoding objects: from JSON-shaped values to what the API server would store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kubelearn.api.decoding.report import DecodeError, Report
from kubelearn.api.decoding.scalars import plain
from kubelearn.api.decoding.structs import struct
from kubelearn.api.objects import Object
from kubelearn.api.schema import schema

METADATA: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


@dataclass(frozen=True, slots=True)
class Decoded:
    """An object and what was wrong with it."""

    object: Object
    strict: tuple[str, ...] = ()
    """Unknown and repeated fields: `unknown field "spec.replica"`."""
    error: str = ""
    """Why it cannot be decoded at all; "" when it can."""
    field: str = ""
    """The path of the value that `error` is about: "spec.containers[0].image"."""


def decode(
    body: Mapping[str, Any],
    group: str,
    version: str,
    kind: str,
    report: Report | None = None,
) -> Decoded:
    """A value as an object of a kind; kinds that are not built in keep all but strange metadata.

    `report` collects what is wrong, in the words of its class (JSON by default).
    """
    report = report or Report()
    found = schema().type_for(group, version, kind)
    try:
        value = body if isinstance(body, dict) else dict(body)
        if found is None:
            result = _with_metadata(plain(value, None, report), report)
        else:
            result = struct(found.name)(value, None, report)
    except DecodeError as error:
        return Decoded({}, tuple(report.strict), str(error), error.field)
    given = f"{group}/{version}" if group else version
    result = {name: item for name, item in result.items() if name not in ("apiVersion", "kind")}
    whole = {"apiVersion": given, "kind": kind, **result}
    return Decoded(whole, tuple(report.strict), report.error, report.field)


def _with_metadata(obj: Object, report: Report) -> Object:
    """A custom object whose metadata has been read by itself, as that of any kind.

    Source: apiextensions-apiserver `pkg/apiserver/schema/objectmeta/coerce.go`, Kubernetes 1.36.
    """
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        return obj
    own = Report()
    result = struct(METADATA)(metadata, None, own)
    report.strict += [text.replace(' "', ' "metadata.', 1) for text in own.strict]
    if own.error and not report.error:
        report.error, report.field = own.error, f"metadata.{own.field}"
    return {**obj, "metadata": result}
