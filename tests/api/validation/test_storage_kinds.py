"""Rules of volumes, claims and storage classes."""

import pytest

from tests.api.validation.samples import after, changed, sample, texts, update

CLAIM = sample(
    "persistentvolumeclaims",
    spec={
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "resources": {"requests": {"storage": "2Gi"}},
    },
)
VOLUME = sample(
    "persistentvolumes",
    spec={
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/d"},
    },
)
CLASS = sample("storageclasses.storage.k8s.io", provisioner="x.io")
SIZE = "spec.resources.requests.storage"


@pytest.mark.parametrize(
    ("resource", "obj", "path", "value", "expected"),
    [
        (
            "persistentvolumeclaims", CLAIM, "spec.accessModes", None,
            ["spec.accessModes: Required value: at least 1 access mode is required"],
        ),
        (
            "persistentvolumeclaims", CLAIM, SIZE, "0",
            ['spec.resources[storage]: Invalid value: "0": must be greater than zero'],
        ),
        (
            "persistentvolumes", VOLUME, "spec.hostPath", None,
            ["spec: Required value: must specify a volume type"],
        ),
        (
            "persistentvolumes", VOLUME, "spec.capacity", {"cpu": "1"},
            ['spec.capacity: Unsupported value: {"cpu":"1"}: supported values: "storage"'],
        ),
        (
            "persistentvolumes", VOLUME, "spec.nfs", {"server": "s", "path": "/"},
            ["spec.nfs: Forbidden: may not specify more than 1 volume type"],
        ),
        (
            "storageclasses.storage.k8s.io", CLASS, "provisioner", None,
            ["provisioner: Required value"],
        ),
    ],
)  # fmt: skip
def test_new_objects(resource, obj, path, value, expected):
    """One change, one error."""
    assert expected == after(resource, obj, path, value)


def test_an_unbound_claim_is_fixed():
    """Its size is part of what is fixed."""
    errors = update("persistentvolumeclaims", CLAIM, SIZE, "3Gi")
    assert len(errors) == 1
    assert errors[0].startswith("spec: Forbidden: spec is immutable after creation except ")


def test_a_bound_claim_grows_and_never_shrinks_below_what_it_has():
    """Capacity is the floor."""
    bound = changed(CLAIM, "status", {"phase": "Bound", "capacity": {"storage": "2Gi"}})
    assert update("persistentvolumeclaims", bound, SIZE, "3Gi") == []
    assert [f"{SIZE}: Forbidden: field can not be less than status.capacity"] == update(
        "persistentvolumeclaims", bound, SIZE, "1Gi"
    )


def test_binding_sets_the_volume_once():
    """Afterwards the volume is fixed."""
    bound = changed(CLAIM, "spec.volumeName", "pv9")
    assert texts("persistentvolumeclaims", bound, CLAIM) == []
    assert len(update("persistentvolumeclaims", bound, "spec.volumeName", "pv8")) == 1


def test_the_source_of_a_volume_stays_and_its_policy_does_not():
    """Only what the volume is made of is fixed."""
    errors = update("persistentvolumes", VOLUME, "spec.hostPath.path", "/e")
    assert errors[0].startswith("spec.persistentvolumesource: Forbidden: ")
    policy = "spec.persistentVolumeReclaimPolicy"
    assert update("persistentvolumes", VOLUME, policy, "Delete") == []


def test_parameters_of_a_class_stay():
    """They are shown as a map."""
    errors = update("storageclasses.storage.k8s.io", CLASS, "parameters", {"a": "b"})
    assert errors == ['parameters: Invalid value: {"a":"b"}: field is immutable']
