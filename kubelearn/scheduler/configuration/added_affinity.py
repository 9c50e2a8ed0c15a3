"""Rules for NodeAffinityArgs.addedAffinity.

Source: `pkg/scheduler/apis/config/validation/validation_pluginargs.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.api.node_selector import REQUIRED
from kubelearn.api.validation.field import FieldError, child, index
from kubelearn.api.validation.node_terms import problems_of_term
from kubelearn.scheduler.affinity import PREFERRED


def validate_added_affinity(affinity: Mapping[str, Any], path: str) -> list[FieldError]:
    """The terms that a profile adds to every pod's node affinity."""
    errors: list[FieldError] = []
    terms = (affinity.get(REQUIRED) or {}).get("nodeSelectorTerms") or ()
    for place, term in enumerate(terms):
        errors += problems_of_term(term, index(child(path, REQUIRED, "nodeSelectorTerms"), place))
    for place, preferred in enumerate(affinity.get(PREFERRED) or ()):
        where = index(child(path, PREFERRED), place)
        errors += problems_of_term(preferred.get("preference") or {}, where)
    return errors
