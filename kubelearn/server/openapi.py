"""OpenAPI: v3 documents, one for each group and version, and the smallest v2 that kubectl takes.

`kubectl explain`, `apply` and the server-side validation of `create` read them.
Source: kube-openapi `pkg/handler3/handler.go`, apiextensions-apiserver
`pkg/controller/openapi/builder/builder.go`, Kubernetes 1.36.

Unlike the real one: v2 names no types; v3 has the paths of objects and collections without the
details of parameters and answers, and no defaults.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib import resources as files
from typing import Any, Final

from kubelearn.api.objects import Object
from kubelearn.api.schema import schema
from kubelearn.api.server import APIServer
from kubelearn.api.strategy import CRDS
from kubelearn.server.enumerations import Enumeration, enumeration
from kubelearn.server.failures import no_such_path
from kubelearn.server.message import JSON, Request, Response
from kubelearn.server.served import Resource, groups, resources, versions

FILE: Final = "descriptions-1.36.json.gz"
V2_TYPE: Final = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
V2: Final = b"\x0a\x032.0\x12\x15\x0a\nKubernetes\x12\x07v1.36.2B\x00"
"""`{"swagger": "2.0", "info": {"title": "Kubernetes", "version": "v1.36.2"}, "paths": {}}`."""
REFERENCE: Final = "#/components/schemas/"
META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
OWN_SCHEMAS: Final[dict[str, Object]] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "oneOf": [{"type": "string"}, {"type": "number"}]
    },
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
        "format": "int-or-string",
        "oneOf": [{"type": "integer"}, {"type": "string"}],
    },
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": {"type": "string", "format": "date-time"},
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": {"type": "string", "format": "date-time"},
    "io.k8s.apimachinery.pkg.runtime.RawExtension": {"type": "object"},
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": {"type": "object"},
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": {"type": "object"},
}
"""Types that are one JSON value; others without fields may be anything."""
MARKERS: Final = {
    "mergeKey": "x-kubernetes-patch-merge-key",
    "listType": "x-kubernetes-list-type",
    "listKeys": "x-kubernetes-list-map-keys",
    "mapType": "x-kubernetes-map-type",
}
FORMATS: Final = {
    "int32": ("integer", "int32"),
    "int64": ("integer", "int64"),
    "double": ("number", "double"),
    "byte": ("string", "byte"),
    "date-time": ("string", "date-time"),
}
PATCHES: Final = ("application/json-patch+json", "application/merge-patch+json")
STRATEGIC: Final = "application/strategic-merge-patch+json"
APPLY: Final = "application/apply-patch+yaml"


def openapi(api: APIServer, request: Request, parts: list[str]) -> Response:
    """The answer for `/openapi/v2`, `/openapi/v3` and `/openapi/v3/GROUP/VERSION`."""
    if parts[1:] == ["v2"]:
        if request.accept.startswith(JSON):
            info = {"title": "Kubernetes", "version": "v1.36.2"}
            return Response(200, {"swagger": "2.0", "info": info, "paths": {}})
        return Response(200, V2, content_type=V2_TYPE)
    if parts[1:] == ["v3"]:
        return Response(200, {"paths": dict(_index(api))})
    place = _place(parts[2:])
    if parts[1:2] != ["v3"] or place is None or place[1] not in versions(api, place[0]):
        raise no_such_path()
    tag = f'"{_digest(api, *place)}"'
    if tag in request.if_none_match:
        return Response(304, "", etag=tag)
    return Response(200, document(api, *place), etag=tag)


def _place(words: list[str]) -> tuple[str, str] | None:
    if len(words) == 2 and words[0] == "api":
        return "", words[1]
    return (words[1], words[2]) if len(words) == 3 and words[0] == "apis" else None


def _root(group: str, version: str) -> str:
    return f"apis/{group}/{version}" if group else f"api/{version}"


def _index(api: APIServer) -> Iterator[tuple[str, Object]]:
    for group in ("", *groups(api)):
        for version in versions(api, group):
            root = _root(group, version)
            url = f"/openapi/v3/{root}?hash={_digest(api, group, version)}"
            yield root, {"serverRelativeURL": url}


def _digest(api: APIServer, group: str, version: str) -> str:
    """A text that changes whenever the document does."""
    custom = (kind.resource for kind in api.kinds if kind.group == group and kind.custom)
    found = [api.get(CRDS, None, resource)["metadata"] for resource in custom]
    seen = [(metadata["uid"], metadata["resourceVersion"]) for metadata in found]
    text = json.dumps(["1.36.2", group, version, seen])
    return hashlib.sha512(text.encode()).hexdigest().upper()


def document(api: APIServer, group: str, version: str) -> Object:
    """The OpenAPI v3 document of a group in one version."""
    paths: Object = {}
    types: dict[str, Object] = {}
    for found in resources(api, group, version):
        kind = {"group": group, "version": version, "kind": found.kind.kind}
        name = _type_name(found, version)
        paths |= _paths(found, version, kind, name)
        if found.kind.custom:
            custom = api.schema_of(found.kind, version) or {}
            types[name] = _custom(custom, kind)
            types |= closure(META)
        else:
            types |= closure(name)
    info = {"title": "Kubernetes", "version": "v1.36.2"}
    schemas = {name: types[name] for name in sorted(types)}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _type_name(found: Resource, version: str) -> str:
    kind = found.kind
    built_in = schema().type_for(kind.group, version, kind.kind)
    if built_in is not None:
        return built_in.name
    return ".".join((*reversed(kind.group.split(".")), version, kind.kind))


# Paths


def _paths(found: Resource, version: str, kind: Object, name: str) -> Object:
    root = f"/{_root(found.kind.group, version)}"
    if found.kind.namespaced:
        root += "/namespaces/{namespace}"
    one = f"{root}/{found.kind.plural}"
    content = {"application/json": {"schema": {"$ref": REFERENCE + name}}}
    patches = PATCHES if found.kind.custom else (*PATCHES, STRATEGIC)
    patch = {media: {"schema": {"type": "object"}} for media in (*patches, APPLY)}
    actions = (
        (one, "get", "list", None),
        (one, "post", "create", content),
        (f"{one}/{{name}}", "get", "get", None),
        (f"{one}/{{name}}", "put", "update", content),
        (f"{one}/{{name}}", "patch", "patch", patch),
        (f"{one}/{{name}}", "delete", "delete", None),
    )
    paths: Object = {}
    for path, method, verb, body in actions:
        if verb in found.verbs:
            paths.setdefault(path, {})[method] = _operation(verb, kind, name, body)
    return paths


def _operation(verb: str, kind: Object, name: str, body: Object | None) -> Object:
    action = {"create": "post", "update": "put"}.get(verb, verb)
    shown = {"application/json": {"schema": {"$ref": REFERENCE + name}}}
    row: Object = {"x-kubernetes-action": action, "x-kubernetes-group-version-kind": kind}
    row["responses"] = {"200": {"description": "OK", "content": shown}}
    if body is not None:
        names = ("dryRun", "fieldManager", "fieldValidation")
        row["parameters"] = [
            {"name": each, "in": "query", "schema": {"type": "string", "uniqueItems": True}}
            for each in names
        ]
        row["requestBody"] = {"content": body}
    return row


# Schemas


@cache
def closure(name: str) -> dict[str, Object]:
    """The schema of a built-in type and those of all types that it refers to."""
    types: dict[str, Object] = {}
    known, waiting = set(schema()), [name]
    while waiting:
        each = waiting.pop()
        if each not in types and each in known:
            types[each] = _type(each)
            waiting.extend(_references(schema().row(each)))
    return types


def _references(row: Any) -> Iterator[str]:
    for field in row.get("fields", {}).values():
        while "list" in field or "map" in field:
            field = field.get("list") or field["map"]
        if "ref" in field:
            yield field["ref"]


@cache
def _descriptions() -> dict[str, Any]:
    packed = (files.files("kubelearn.server") / "data" / FILE).read_bytes()
    return json.loads(gzip.decompress(packed))  # type: ignore[no-any-return]


def _type(name: str) -> Object:
    row, (text, texts) = schema().row(name), _descriptions().get(name, ("", {}))
    found: Object = {"description": text} if text else {}
    if "fields" not in row:
        return {**found, **OWN_SCHEMAS.get(name, {})}
    fields = {
        field: _listed(_field(spec, texts.get(field, "")), enumeration(name, field))
        for field, spec in row["fields"].items()
    }
    found |= {"type": "object", "properties": fields}
    if row.get("required"):
        found["required"] = row["required"]
    if row.get("gvk"):
        kinds = [dict(zip(("group", "version", "kind"), gvk, strict=True)) for gvk in row["gvk"]]
        found["x-kubernetes-group-version-kind"] = kinds
    return found | _markers(row)


def _listed(schema: Object, enum: Enumeration | None) -> Object:
    """The schema of a field with the values that it can have, or that its items can have."""
    if enum is None:
        return schema
    for below in ("items", "additionalProperties"):
        if below in schema:
            return {**schema, below: {**schema[below], "enum": enum.values}}
    text = (schema.get("description", "") + enum.text).lstrip()
    return {**schema, "description": text, "enum": enum.values}


def _field(spec: Any, text: str) -> Object:
    found: Object = {"description": text} if text else {}
    if "ref" in spec:
        found["allOf"] = [{"$ref": REFERENCE + spec["ref"]}]
    elif "list" in spec:
        found |= {"type": "array", "items": _field(spec["list"], "")}
    elif "map" in spec:
        found |= {"type": "object", "additionalProperties": _field(spec["map"], "")}
    else:
        found["type"], form = FORMATS.get(spec["type"], (spec["type"], ""))
        if form:
            found["format"] = form
    return found | _markers(spec)


def _markers(spec: Any) -> Object:
    found = {known: spec[short] for short, known in MARKERS.items() if short in spec}
    if "strategy" in spec:
        strategy = spec["strategy"]
        found["x-kubernetes-patch-strategy"] = (
            strategy if isinstance(strategy, str) else ",".join(strategy)
        )
    return found


def _custom(given: Object, kind: Object) -> Object:
    """The schema of a custom kind with what every object has."""
    head = schema().row("io.k8s.api.core.v1.Pod")["fields"]
    texts = _descriptions()["io.k8s.api.core.v1.Pod"][1]
    common = {name: _field(head[name], texts[name]) for name in ("apiVersion", "kind", "metadata")}
    fields = {**(given.get("properties") or {}), **common}
    row = {**given, "type": "object", "properties": fields}
    return {**row, "x-kubernetes-group-version-kind": [kind]}
