"""One object from close: its YAML and why it is as it is."""

from __future__ import annotations

from typing import Any

import yaml

from kubelearn.api.objects import Object, merge
from kubelearn.frames.source import Row, Source
from kubelearn.frames.workloads import WORKLOADS

RESOURCES = {
    "pod": "pods",
    "node": "nodes",
    "service": "services",
    **{kind.lower(): resource for resource, (kind, _) in WORKLOADS.items()},
}
"""First word of a row's key -> resource."""


def find_row_object(world: Source, key: str) -> Object | None:
    """The object behind a row's key such as "pod/default/web-0" or "node/worker-1"."""
    kind, _, rest = key.partition("/")
    namespace, _, name = rest.rpartition("/")
    return world.api.find(RESOURCES[kind], namespace or None, name) if kind in RESOURCES else None


def detail(world: Source, key: str, *, why: bool = True) -> Row:
    """Title, YAML and explanation of the object with this key; says so when it is gone.

    Without `why` the explanation stays empty: of the past it can take long to work out.
    """
    obj = find_row_object(world, key)
    if obj is None:
        gone = f"There is no {key} at this moment."
        return _row(key, key, exists=False, yaml=gone, why=gone)
    title = f"{obj['kind']} {obj['metadata']['name']}"
    if not why:
        return _row(key, title, yaml=yaml_text(obj))
    explanation = world.why(obj)
    told = explanation.to_dict() if hasattr(explanation, "to_dict") else {}
    reasons = told.get("reasons", [])
    return _row(key, title, yaml=yaml_text(obj), why=str(explanation), reasons=reasons)


def _row(key: str, title: str, **more: Any) -> Row:
    return {"ref": key, "title": title, "exists": True, "yaml": "", "why": "", "reasons": []} | more


def yaml_text(obj: Object) -> str:
    """The object as `kubectl get -o yaml` prints it: keys sorted, without managed fields."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    shown = merge(obj, {"metadata": {"managedFields": None}})
    return str(yaml.dump(shown, Dumper=dumper, sort_keys=True, width=1000, allow_unicode=True))
