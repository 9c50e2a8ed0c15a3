"""From `kubectl apply` on the client's side to the server's, without conflicts.

What kubectl has applied before, by its own annotation, and what still is so, it may change.
Source: apimachinery `pkg/util/managedfields/internal/lastappliedmanager.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
from typing import Final

from kubelearn.api.field_paths import Paths, compare
from kubelearn.api.managed_fields import Manager, plain
from kubelearn.api.objects import Object, get_path
from kubelearn.api.schema import Field
from kubelearn.api.server_side_apply.merging import field_set

ANNOTATION: Final = "kubectl.kubernetes.io/last-applied-configuration"
KUBECTL: Final = "kubectl"
"""The manager for whom this holds: that of `kubectl apply --server-side` by default."""


def taken_over(live: Object, field: Field, manager: Manager) -> Paths:
    """The fields that this manager may take from others, whatever it makes of them."""
    text = get_path(live, "metadata", "annotations", ANNOTATION, default="")
    if manager.name != KUBECTL or not text:
        return frozenset()
    try:
        last = json.loads(text)
    except ValueError:
        return frozenset()
    if not isinstance(last, dict) or last.get("apiVersion") != manager.version:
        return frozenset()
    changes = compare(plain(last), plain(live), field)
    return field_set(last, field) - changes.changed - changes.removed
