"""What the fields of add-ons' own kinds hold, where that is known: those of Istio.

The data is `istio-schemas.json.gz`, made by `scripts/make_istio_schemas.py` from the
CustomResourceDefinitions of Istio 1.29.2 (`manifests/charts/base/files/crd-all.gen.yaml`). It is
read once a process, when an add-on with such a kind is installed.

Unlike the real one: of Istio's definitions types, formats, enumerations, bounds and required fields
are there, and not their patterns, lengths, choices (oneOf) and rules in CEL; those of other add-ons
take any field.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kubelearn.api.objects import Object

ANYTHING: Final[Object] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def schema_of(group: str, kind: str) -> Object:
    """The `openAPIV3Schema` of a kind."""
    spec = _specs().get(f"{group}/{kind}") if group.endswith(".istio.io") else None
    if spec is None:
        return ANYTHING
    return {"type": "object", "properties": {"spec": spec, "status": ANYTHING}}


@cache
def _specs() -> dict[str, Any]:
    data = files("kubelearn.world").joinpath("istio-schemas.json.gz").read_bytes()
    found: dict[str, Any] = json.loads(gzip.decompress(data))["kinds"]
    return found
