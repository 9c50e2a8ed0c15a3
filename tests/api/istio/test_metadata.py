"""Annotations that forbid or test."""

import pytest

from kubelearn.api.istio.metadata import errors

DRY_RUN = "istio.io/dry-run"
REJECT = "internal.istio.io/webhook-always-reject"
INVALID = "shop/one has annotation istio.io/dry-run with invalid value"
ONLY = "the annotation istio.io/dry-run currently only supports action ALLOW/DENY"
CASES = [
    ("AuthorizationPolicy", {}, {DRY_RUN: "true"}, []),
    ("AuthorizationPolicy", {"action": "DENY"}, {DRY_RUN: "0"}, []),
    ("AuthorizationPolicy", {}, {DRY_RUN: "yes"},
     [f'{INVALID} (yes): strconv.ParseBool: parsing "yes": invalid syntax']),
    ("AuthorizationPolicy", {"action": "AUDIT"}, {DRY_RUN: "true"},
     [f"{ONLY}, found action AUDIT in shop/one"]),
    ("Sidecar", {}, {DRY_RUN: "true", REJECT: ""},
     ["shop/one has unsupported annotation istio.io/dry-run, please remove the annotation"]),
    ("Sidecar", {}, {REJECT: ""}, [f'"{REJECT}" annotation found, rejecting']),
    ("Sidecar", {}, None, []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spec", "annotations", "expected"), CASES)
def test_annotations_are_checked_before_the_fields(kind, spec, annotations, expected):
    """Only an AuthorizationPolicy may be tried out."""
    metadata = {"name": "one", "namespace": "shop", "annotations": annotations}
    assert list(errors({"kind": kind, "metadata": metadata, "spec": spec})) == expected


def test_istiod_s_own_annotations_are_not_looked_at():
    """Unlike the real one."""
    metadata = {"name": "one", "annotations": {"internal.istio.io/parents": "a"}}
    assert list(errors({"kind": "Gateway", "metadata": metadata})) == []
