"""How the evictions of controllers/pdb_eviction.json are put to `kubelearn.api.eviction`.

The status arithmetic of budgets belongs to the disruption controller, which is not built yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.errors import APIError
from kubelearn.api.eviction import BUDGETS, evict
from kubelearn.api.server import APIServer
from kubelearn.sim.clock import Clock
from kubelearn.sim.draws import Draws


def _cluster(pod: dict[str, Any], budgets: list[dict[str, Any]]) -> APIServer:
    api = APIServer(Clock(), Draws(0))
    metadata = {"namespace": "default", "uid": "u", **pod["metadata"]}
    api.store.put("pods", ("default", metadata["name"]), {**pod, "metadata": metadata})
    for budget in budgets:
        api.store.put(BUDGETS, ("default", budget["metadata"]["name"]), budget)
    return api


def _evict(given: dict[str, Any]) -> dict[str, Any]:
    api = _cluster(given["pod"], given["pdbs"])
    try:
        evict(api, "default", given["pod"]["metadata"]["name"])
    except APIError as error:
        causes = (error.details or {}).get("causes") or [{"message": error.message}]
        cause = causes[0]["message"]
        return {"allowed": False, "code": error.code, "reason": error.reason, "cause": cause}
    return {"allowed": True}


def _evict_updates(given: dict[str, Any]) -> dict[str, Any]:
    conditions = [{"type": "DisruptionAllowed", "status": "True",
                   "reason": given["conditionReason"]}]  # fmt: skip
    status = {"disruptionsAllowed": given["disruptionsAllowed"], "conditions": conditions}
    budget = {"metadata": {"name": "b", "namespace": "default"}, "status": status,
              "spec": {"selector": {"matchLabels": {"a": "b"}}}}  # fmt: skip
    pod = {"metadata": {"name": "p", "labels": {"a": "b"}},
           "spec": {"nodeName": "n"}, "status": {"phase": "Running"}}  # fmt: skip
    api = _cluster(pod, [budget])
    evict(api, "default", "p")
    after = api.get(BUDGETS, "default", "b")["status"]
    reasons = [each["reason"] for each in after["conditions"]]
    return {"disruptionsAllowed": after["disruptionsAllowed"], "conditionReason": reasons[0]}


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "evict": _evict,
    "evictUpdatesPDB": _evict_updates,
}
