"""Policies of the lessons' manifests pass."""

from pathlib import Path

import pytest
import yaml

from kubelearn.api.istio import (
    authorization_policy,
    metadata,
    peer_authentication,
    request_authentication,
    telemetry,
    workload_entry,
)

KINDS = {
    "AuthorizationPolicy": authorization_policy,
    "PeerAuthentication": peer_authentication,
    "RequestAuthentication": request_authentication,
    "Telemetry": telemetry,
    "WorkloadEntry": workload_entry,
}
MANIFESTS = sorted((Path(__file__).parents[4] / "notebooks" / "manifests").rglob("*.yaml"))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_the_lessons_manifests_have_no_error(path):
    """Every object of a kind that is checked here."""
    objects = [one for one in yaml.safe_load_all(path.read_text()) if one]
    checked = [one for one in objects if one.get("kind") in KINDS]
    said = [list(KINDS[one["kind"]].errors(one)) + list(metadata.errors(one)) for one in checked]
    assert said == [[] for _ in checked]
