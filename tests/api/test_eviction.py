"""Eviction and disruption budgets."""

import pytest

from kubelearn.api.errors import APIError, TooManyRequests
from kubelearn.api.eviction import BUDGETS, evict
from tests.api.fresh import fresh, make, pod


def guarded(allowed, **status):
    """An API server with a ready pod and a budget that allows some disruptions."""
    api = fresh()
    api.create(pod(meta={"labels": {"app": "web"}}, nodeName="n1"))
    ready = [{"type": "Ready", "status": "True"}]
    api.patch_status("pods", "default", "web", {"phase": "Running", "conditions": ready})
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    api.create(make("policy/v1", "PodDisruptionBudget", "b", spec=spec))
    found = {"observedGeneration": 1, "disruptionsAllowed": allowed, **status}
    api.patch_status(BUDGETS, "default", "b", found)
    return api


def test_an_eviction_spends_the_budget():
    """The pod is going, says why, and the budget names it."""
    api = guarded(1)
    evict(api, "default", "web")
    gone = api.get("pods", "default", "web")
    assert gone["status"]["conditions"][-1]["type"] == "DisruptionTarget"
    status = api.get(BUDGETS, "default", "b")["status"]
    assert (status["disruptionsAllowed"], list(status["disruptedPods"])) == (0, ["web"])


def test_an_empty_budget_refuses():
    """429 with the cause; the pod stays."""
    api = guarded(0, desiredHealthy=1, currentHealthy=1)
    with pytest.raises(TooManyRequests) as caught:
        evict(api, "default", "web")
    cause = caught.value.details["causes"][0]["message"]
    assert cause == "The disruption budget b needs 1 healthy pods and has 1 currently"
    assert "deletionTimestamp" not in api.get("pods", "default", "web")["metadata"]


def test_a_dry_run_spends_nothing():
    """Neither budget nor pod change."""
    api = guarded(1)
    revision = api.store.revision
    evict(api, "default", "web", dry_run=True)
    assert revision == api.store.revision


def test_two_budgets_are_an_error():
    """Upstream answers 500."""
    api = guarded(1)
    spec = {"selector": {}}
    api.create(make("policy/v1", "PodDisruptionBudget", "all", spec=spec))
    with pytest.raises(APIError, match="more than one PodDisruptionBudget"):
        evict(api, "default", "web")
