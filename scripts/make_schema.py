"""Makes `kubelearn/api/data/schema-1.36.json.gz`: the structure of all built-in kinds.

    python scripts/make_schema.py            writes the file
    python scripts/make_schema.py --check    fails if the file differs from what would be written

Source: the 1.36 definitions in the `kubernetes-validate` wheel (Apache-2.0), which come from
upstream's OpenAPI document. Prose is left out; what stays are fields, types, formats, required
fields and the list, map and patch markers. Equal input gives equal bytes.

Form of the file: `{"version": "1.36.0", "types": {name: TYPE}}` with
`TYPE = {"fields": {name: FIELD}, "required": [name], "gvk": [[group, version, kind]], "map": ...}`
and `FIELD = {"type"} | {"ref"} | {"list": FIELD} | {"map": FIELD}`, each with its markers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "kubelearn" / "api" / "data" / "schema-1.36.json.gz"
SERIES = "v1.36."
MARKERS = {
    "x-kubernetes-patch-merge-key": "mergeKey",
    "x-kubernetes-patch-strategy": "strategy",
    "x-kubernetes-list-type": "listType",
    "x-kubernetes-list-map-keys": "listKeys",
    "x-kubernetes-map-type": "mapType",
}
NAMED_SCALARS = frozenset({
    "io.k8s.apimachinery.pkg.api.resource.Quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch",
    "io.k8s.apimachinery.pkg.runtime.RawExtension",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
})  # fmt: skip
"""Types that have their own way to read and write JSON: no fields, told apart by name."""


def definitions() -> tuple[str, dict[str, Any]]:
    """The version and the definitions of the newest 1.36 release in the wheel."""
    root = resources.files("kubernetes_validate") / "kubernetes-json-schema"
    folders = [entry.name for entry in root.iterdir() if entry.name.startswith(SERIES)]
    plain = sorted(name for name in folders if name.endswith("-local"))
    if not plain:
        raise SystemExit("this kubernetes-validate has no 1.36 definitions: install another one")
    text = (root / plain[-1] / "_definitions.json").read_text(encoding="utf-8")
    return plain[-1][1:].removesuffix("-local"), json.loads(text)["$defs"]


def type_row(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """One type without its prose."""
    row: dict[str, Any] = {}
    if name not in NAMED_SCALARS:
        properties = definition.get("properties", {})
        row["fields"] = {field: field_row(field, value) for field, value in properties.items()}
    if definition.get("required"):
        row["required"] = sorted(definition["required"])
    kinds = definition.get("x-kubernetes-group-version-kind", [])
    if kinds:
        row["gvk"] = sorted([kind["group"], kind["version"], kind["kind"]] for kind in kinds)
    if "x-kubernetes-map-type" in definition:
        row["mapType"] = definition["x-kubernetes-map-type"]
    return row


def field_row(field: str, schema: dict[str, Any]) -> dict[str, Any]:
    """One field: its type and its markers."""
    row = shape_row(schema)
    for name, short in MARKERS.items():
        if name in schema and not (field in ("apiVersion", "kind") and short == "enum"):
            row[short] = schema[name]
    return row


def shape_row(schema: dict[str, Any]) -> dict[str, Any]:
    """The type alone; the wheel's "or null" is dropped, since the server takes null anywhere."""
    if "$ref" in schema:
        return {"ref": schema["$ref"].rpartition("/")[2]}
    kind = schema["type"]
    if isinstance(kind, list):
        kind = next(entry for entry in kind if entry != "null")
    if kind == "array":
        return {"list": shape_row(schema["items"])}
    if "additionalProperties" in schema:
        return {"map": shape_row(schema["additionalProperties"])}
    return {"type": schema.get("format", kind)}


def document() -> bytes:
    """The bytes of the data file."""
    version, found = definitions()
    types = {name: type_row(name, definition) for name, definition in found.items()}
    text = json.dumps({"version": version, "types": types}, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def main() -> int:
    """Writes the file, or compares it."""
    parser = argparse.ArgumentParser(description="Makes the schema data file.")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if parser.parse_args().check:
        return 0 if same(TARGET.read_bytes(), document()) else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(document())
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
    return 0


def same(old: bytes, new: bytes) -> bool:
    """Whether two data files hold the same text; zlib versions may pack it differently."""
    return gzip.decompress(old) == gzip.decompress(new)


if __name__ == "__main__":
    sys.exit(main())
