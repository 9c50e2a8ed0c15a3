"""How the cases of controllers/quota_usage.json are put to `kubelearn.api.admission`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.admission.quota_usage import pod_usage
from kubelearn.api.times import parse_timestamp


def _pod_usage(given: dict[str, Any]) -> dict[str, Any]:
    usage = pod_usage(given["pod"], parse_timestamp(given["now"]))
    return {"usage": {name: str(amount) for name, amount in usage.items()}}


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"podUsage": _pod_usage}
