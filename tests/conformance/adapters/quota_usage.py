"""How the cases of controllers/quota_usage.json are put to `kubelearn.api.admission`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.admission.quota_usage import pod_usage


def _pod_usage(given: dict[str, Any]) -> dict[str, Any]:
    return {"usage": {name: str(amount) for name, amount in pod_usage(given["pod"]).items()}}


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"podUsage": _pod_usage}
