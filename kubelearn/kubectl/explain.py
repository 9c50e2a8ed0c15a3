"""`kubectl explain`: the fields of a kind, from the API server's OpenAPI documents.

Source: kubectl `pkg/explain/v2/templates/plaintext.tmpl`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser

WIDTH = 80
SHORT = 4
"""Values of a field that the list of fields names."""
NOTHING = "<no description>"
MARK = "x-kubernetes-group-version-kind"
FIRST_NAMES = "#/components/schemas/"


def explain(client: Client, words: list[str]) -> str:
    """What `kubectl explain KIND.FIELD.FIELD` prints."""
    parser = Parser("explain")
    parser.switch("--recursive")
    parser.add_argument("--api-version", default="")
    parser.add_argument("--output", default="plaintext", choices=("plaintext",))
    options = parser.parse(words)
    if len(options.words) != 1:
        raise UsageError(
            'You must specify the type of resource to explain. Use "kubectl api-resources" for a '
            "complete list of supported resources."
        )
    name, *path = options.words[0].split(".")
    kind = client.world.api.kinds.named(name)
    version = options.api_version.rpartition("/")[2] or kind.version
    schemas = _schemas(client, kind, version)
    root = next(schema for schema in schemas.table.values() if _is_of(schema, kind, version))
    head = [f"GROUP:      {kind.group}"] if kind.group else []
    head += [f"KIND:       {kind.kind}", f"VERSION:    {version}", ""]
    place = schemas.at(root, path)
    if place is None:
        client.failed(UsageError(f'field "{path[-1]}" does not exist'))
        return "\n".join(head)
    return "\n".join([*head, *_page(schemas, place, path, recursive=options.recursive)])


def _is_of(schema: Object, kind: Kind, version: str) -> bool:
    wanted = {"group": kind.group, "version": version, "kind": kind.kind}
    return wanted in (schema.get(MARK) or ())


def _page(schemas: Schemas, place: Object, path: list[str], *, recursive: bool) -> Iterator[str]:
    if path:
        yield f"FIELD: {path[-1]} <{schemas.type_of(place)}>"
        values = _values(place)
        yield from ["ENUM:", *(f"    {value}" for value in values)] if values else [""]
        yield ""
    yield "DESCRIPTION:"
    told = list(schemas.descriptions(place))
    yield from _wrapped("\n".join([*told, ""]) if told else "<empty>")
    fields = schemas.fields(place)
    if fields:
        yield "FIELDS:"
        yield from _listed(schemas, fields, 1) if recursive else _told(schemas, fields)
        yield ""


def _values(schema: Object) -> list[str]:
    return [json.dumps(value) if value == "" else str(value) for value in schema.get("enum") or ()]


def _short(schema: Object, indent: str) -> Iterator[str]:
    """The first values of a field, on a line of their own."""
    values = _values(schema)
    if values:
        more = ["...."] if len(values) > SHORT else []
        yield f"{indent}enum: {', '.join([*values[:SHORT], *more])}"


def _told(schemas: Schemas, fields: Object) -> Iterator[str]:
    """Each field with its description."""
    for name, schema in sorted(fields["properties"].items()):
        yield f"  {name}\t<{schemas.type_of(schema)}>{_required(fields, name)}"
        yield from _short(schema, "  ")
        yield from _wrapped(next(iter(schemas.descriptions(schema)), NOTHING))
        yield ""


def _listed(schemas: Schemas, fields: Object, level: int) -> Iterator[str]:
    """Each field with its type, and those below it."""
    for name, schema in sorted(fields["properties"].items()):
        indent = "  " * level
        yield f"{indent}{name}\t<{schemas.type_of(schema)}>{_required(fields, name)}"
        yield from _short(schema, indent)
        below = schemas.fields(schema)
        if below and below is not fields:
            yield from _listed(schemas, below, level + 1)


def _required(fields: Object, name: str) -> str:
    return " -required-" if name in (fields.get("required") or ()) else ""


def _wrapped(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        parts = textwrap.wrap(line, WIDTH - 4, break_long_words=False, break_on_hyphens=False)
        yield from (f"    {part}" for part in parts or [""])


def _schemas(client: Client, kind: Kind, version: str) -> Schemas:
    root = f"apis/{kind.group}/{version}" if kind.group else f"api/{version}"
    document = client.request("GET", f"/openapi/v3/{root}")
    return Schemas(document["components"]["schemas"])


class Schemas(NamedTuple):
    """The schemas of one document, by name."""

    table: dict[str, Any]

    def at(self, schema: Object, path: list[str]) -> Object | None:
        """The schema of a field; None when there is no such field."""
        for name in path:
            fields = self.fields(schema)
            if fields is None or name not in fields["properties"]:
                return None
            schema = fields["properties"][name]
        return schema

    def followed(self, schema: Object) -> Object:
        """The schema behind a reference."""
        while True:
            if "$ref" in schema:
                schema = self.table[schema["$ref"].removeprefix(FIRST_NAMES)]
            elif "properties" not in schema and len(schema.get("allOf") or ()) == 1:
                schema = schema["allOf"][0]
            else:
                return schema

    def fields(self, schema: Object) -> Object | None:
        """The schema with the fields of a value, of the items of a list, or of a map's values."""
        found = self.followed(schema)
        for below in ("items", "additionalProperties"):
            if isinstance(found.get(below), dict):
                return self.fields(found[below])
        return found if found.get("properties") else None

    def type_of(self, schema: Object) -> str:
        """A type as kubectl writes it: "string", "[]Container", "map[string]string"."""
        if isinstance(schema.get("items"), dict):
            return f"[]{self.type_of(schema['items'])}"
        if isinstance(schema.get("additionalProperties"), dict):
            return f"map[string]{self.type_of(schema['additionalProperties'])}"
        if len(schema.get("allOf") or ()) == 1:
            return self.type_of(schema["allOf"][0])
        if "$ref" not in schema:
            given = schema.get("type", "Object")
            return "Object" if given == "object" else str(given)
        given = self.followed(schema).get("type", "object")
        return schema["$ref"].rpartition(".")[2] if given == "object" else str(given)

    def descriptions(self, schema: Object) -> Iterator[str]:
        """What the field says of itself, and what its type says."""
        seen = schema.get("description", "")
        if seen:
            yield seen
        found = self.followed(schema)
        for below in ("items", "additionalProperties"):
            if isinstance(found.get(below), dict):
                found = self.followed(found[below])
        other = found.get("description", "")
        if other and other != seen:
            yield other
