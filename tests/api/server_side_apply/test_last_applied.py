"""From an apply on the client's side to one on the server's."""

import json

import pytest

from kubelearn.api.errors import Conflict
from kubelearn.api.kinds import KINDS
from kubelearn.api.managed_fields import Manager
from kubelearn.api.server_side_apply.applying import Applier, apply_to
from kubelearn.api.server_side_apply.last_applied import ANNOTATION

KIND = next(kind for kind in KINDS if kind.resource == "configmaps")
NOW = "2026-01-01T00:00:00Z"


def config(annotations=None, **data):
    """A ConfigMap."""
    metadata = {"name": "c", **({"annotations": annotations} if annotations else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def live(last, **data):
    """It, as kubectl has applied it on its side; `last` is what its annotation says."""
    obj = config({ANNOTATION: last if isinstance(last, str) else json.dumps(last)}, **data)
    fields = {"f:data": {f"f:{name}": {} for name in data}}
    entry = {"manager": "kubectl-client-side-apply", "operation": "Update", "apiVersion": "v1",
             "fieldsType": "FieldsV1", "fieldsV1": fields}  # fmt: skip
    return {**obj, "metadata": {**obj["metadata"], "managedFields": [entry]}}


def applied(before, manager="kubectl", **data):
    """The data after an apply of the server."""
    applier = Applier(Manager(manager, "v1"))
    return apply_to(KIND, before, config(**data), applier, NOW)["data"]


def test_kubectl_goes_on_with_what_it_applied():
    """Another value is no conflict with itself."""
    assert applied(live(config(a="1"), a="1"), a="2") == {"a": "2"}


@pytest.mark.parametrize(
    ("before", "manager"),
    [
        (live(config(a="1"), a="1"), "somebody"),
        (live(config(a="0"), a="1"), "kubectl"),
        (live(config(), a="1"), "kubectl"),
        (live("no JSON", a="1"), "kubectl"),
        (live("[]", a="1"), "kubectl"),
        (live({**config(a="1"), "apiVersion": "v2"}, a="1"), "kubectl"),
    ],
    ids=["manager", "changed since", "not applied", "no JSON", "no object", "other version"],
)
def test_others_and_other_fields_conflict(before, manager):
    """Only kubectl, only what it has applied, only what still is so."""
    with pytest.raises(Conflict, match='conflict with "kubectl-client-side-apply"'):
        applied(before, manager, a="2")
