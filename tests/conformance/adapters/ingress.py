"""Answers the vectors of `controllers/ingress.json`: the Service that gets a request."""

from __future__ import annotations

from typing import Any

from kubelearn.network.ingress import find_backend, secret_for


def check(case: dict[str, Any]) -> None:
    """Compare what the case tells."""
    found = run(case["input"])
    assert case["expect"] == {name: found[name] for name in case["expect"]}
    assert "service" in case["expect"] or found["service"] is None


def run(given: dict[str, Any]) -> dict[str, Any]:
    """The Service, the status, and the certificate that is shown."""
    request, ingresses = given["request"], [given["ingress"]]
    found = find_backend(ingresses, request["host"], request["path"])
    secret = secret_for(ingresses, request["host"])
    return {
        "service": found.backend["service"]["name"] if found else None,
        "status": 200 if found else 404,
        "certificateSecret": secret[1] if secret else None,
    }
