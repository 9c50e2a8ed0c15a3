"""Answers the vectors of `controllers/networkpolicy.json`: who reaches whom."""

from __future__ import annotations

from typing import Any

from kubelearn.network.network_policy import End, Flow, allows


def run(given: dict[str, Any]) -> dict[str, Any]:
    """Each pod tries each other one."""
    ends = {
        f"{pod['namespace']}/{pod['name']}": End(
            pod["namespace"], pod["labels"], pod["ip"], tuple(pod["ports"])
        )
        for pod in given["pods"]
    }
    found: dict[str, list[str]] = {"allowed": [], "denied": []}
    for source, one in ends.items():
        for target, other in ends.items():
            if source != target:
                flow = Flow(one, other, given["port"], given["protocol"])
                passes = allows(given["policies"], given["namespaces"], flow)
                found["allowed" if passes else "denied"].append(f"{source}->{target}")
    return found
