"""Makes `kubelearn/world/istio-schemas.json.gz`: what the fields of Istio's kinds hold.

    python scripts/make_istio_schemas.py FOLDER            writes the file
    python scripts/make_istio_schemas.py FOLDER --check    fails if it would write another one

FOLDER is the unpacked package `@kubernetes-models/istio` 3.0.1 (MIT) of npm, whose validators were
made from the CustomResourceDefinitions of Istio 1.29.2 (Apache-2.0,
`manifests/charts/base/files/crd-all.gen.yaml`). Only facts are taken: the fields of `spec`, their
types, formats, enumerations, bounds and which are required. Equal input gives equal bytes.

Form of the file: `{"kinds": {"GROUP/KIND": SCHEMA}}`, each an `openAPIV3Schema` of `spec`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "kubelearn" / "world" / "istio-schemas.json.gz"
KINDS = {
    "networking.istio.io": {
        "V1": ("VirtualService", "DestinationRule", "Gateway", "ServiceEntry", "Sidecar",
               "WorkloadEntry"),
        "V1alpha3": ("EnvoyFilter",),
    },
    "security.istio.io": {
        "V1": ("AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication"),
    },
    "telemetry.istio.io": {"V1": ("Telemetry",)},
}  # fmt: skip
FUNCTION = re.compile(r"function (validate\d+)\(data,")
TYPE = re.compile(r'keyword:"type",params:\{type:"(\w+)"\}')
PROPERTY = re.compile(
    r'(validate\d+)\(data(?:\.(\w+)|\["([^"]+)"\]),\{instancePath:instancePath\+"/[^"]*",parentData'
)
ITEMS = re.compile(r"(validate\d+)\(data\[i0\],")
VALUES = re.compile(r"(validate\d+)\(data\[key0\],")
REQUIRED = re.compile(r'missingProperty:"([^"]+)"')
ENUM = re.compile(r"allowedValues:(\w+)\}")
BOUND = re.compile(r'keyword:"(minimum|maximum)",params:\{comparison:"[<>]=",limit:([\w.-]+)\}')
FORMAT = re.compile(r'keyword:"format",params:\{format:"([\w-]+)"\}')
ANYTHING = {"x-kubernetes-preserve-unknown-fields": True}


def functions(text: str) -> dict[str, str]:
    """The bodies of a file's validators by name."""
    starts = [(found.start(), found.group(1)) for found in FUNCTION.finditer(text)]
    ends = [*(start for start, _ in starts[1:]), len(text)]
    return {name: text[start:end] for (start, name), end in zip(starts, ends, strict=True)}


def schema(name: str, bodies: Mapping[str, str], enums: Mapping[str, list[str]]) -> dict[str, Any]:
    """The schema that a validator checks."""
    body = bodies[name]
    kinds = TYPE.findall(body)
    made: dict[str, Any] = {"type": kinds[0]} if kinds else {}
    for validator, plain, quoted in PROPERTY.findall(body):
        child = schema(validator, bodies, enums)
        made.setdefault("properties", {}).setdefault(plain or quoted, child)
    for validator in ITEMS.findall(body)[:1]:
        made["items"] = schema(validator, bodies, enums)
    for validator in VALUES.findall(body)[:1]:
        made["additionalProperties"] = schema(validator, bodies, enums)
    for found in ENUM.findall(body)[:1]:
        made["enum"] = enums[found]
    for bound, limit in BOUND.findall(body):
        made[bound] = int(limit, 0) if re.fullmatch(r"-?(0x)?[0-9a-f]+", limit) else float(limit)
    for found in FORMAT.findall(body)[:1]:
        made["format"] = found
    if required := sorted(set(REQUIRED.findall(body))):
        made["required"] = required
    if not made or made == {"type": "object"}:
        made |= ANYTHING
    return made


def spec_of(text: str) -> dict[str, Any]:
    """The schema of `spec` in a file of validators."""
    lists = re.findall(r"let (\w+)=(\[[^\]]*\]);", text)
    enums = {name: json.loads(values) for name, values in lists}
    root = re.search(r"export const validate=(validate\d+)", text)
    assert root is not None
    whole = schema(root.group(1), functions(text), enums)
    spec: dict[str, Any] = whole["properties"]["spec"]
    return spec


def render(folder: Path) -> bytes:
    """The bytes of the file."""
    made = {}
    for group, versions in KINDS.items():
        prefix = "".join(word.title() for word in group.split("."))
        for version, kinds in versions.items():
            for kind in kinds:
                text = (folder / "_schemas" / f"{prefix}{version}{kind}.js").read_text()
                made[f"{group}/{kind}"] = spec_of(text)
    text = json.dumps({"kinds": made}, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def main() -> None:
    """Write the file, or look whether it is as it would be written."""
    data = render(Path(sys.argv[1]))
    if "--check" in sys.argv:
        if TARGET.read_bytes() != data:
            raise SystemExit(f"{TARGET} differs: run without --check")
        return
    TARGET.write_bytes(data)


if __name__ == "__main__":
    main()
