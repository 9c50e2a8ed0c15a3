"""How the cases of controllers/limit_range.json are put to the plugin LimitRanger."""

from __future__ import annotations

from typing import Any

from kubelearn.api.admission.limit_ranger import pod_violations, with_defaults


def run(given: dict[str, Any]) -> dict[str, Any]:
    """Whether a pod is admitted under one LimitRange."""
    pod = with_defaults(given["pod"], given["limitRange"])
    return {"admitted": not pod_violations(pod, given["limitRange"])}
