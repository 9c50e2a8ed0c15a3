"""How the cases of controllers/qos_class.json are put to `kubelearn.api.qos`."""

from __future__ import annotations

from typing import Any

from kubelearn.api.qos import qos_class


def run(case: dict[str, Any]) -> dict[str, Any]:
    """The class of the pod of one case."""
    return {"qosClass": qos_class(case["pod"], pod_level=case["podLevelResourcesEnabled"])}
