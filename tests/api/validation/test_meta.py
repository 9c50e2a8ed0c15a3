"""Metadata at creation and at updates."""

import pytest

from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from tests.api.validation.samples import changed, sample

CONFIG = sample("configmaps")
OWNER = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d", "uid": "u"}


def test_a_right_object_has_no_errors():
    """Nothing is wrong with the sample."""
    assert validate_meta(CONFIG) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("name", None, "metadata.name: Required value: name or generateName is required"),
        ("namespace", None, "metadata.namespace: Required value"),
        (
            "finalizers",
            ["nodomain"],
            (
                'metadata.finalizers[0]: Invalid value: "nodomain": name is neither a standard '
                "finalizer name nor is it fully qualified"
            ),
        ),
        (
            "ownerReferences",
            [{**OWNER, "uid": ""}],
            'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
        ),
        (
            "annotations",
            {"a": "x" * 262144},
            "metadata.annotations: Too long: may not be more than 262144 bytes",
        ),
    ],
)
def test_each_broken_part_is_named(path, value, expected):
    """One change, one error with upstream's text."""
    broken = changed(CONFIG, f"metadata.{path}", value)
    assert [expected] == [str(error) for error in validate_meta(broken)]


def test_two_controllers_are_one_too_many():
    """Only one owner may be the managing one."""
    owners = [{**OWNER, "name": name, "controller": True} for name in ("a", "b")]
    errors = validate_meta(changed(CONFIG, "metadata.ownerReferences", owners))
    assert 'Found "true" in references for a and b' in str(errors[0])


def test_a_cluster_scoped_object_has_no_namespace():
    """The namespace of a Node is refused."""
    errors = validate_meta(CONFIG, namespaced=False)
    assert list(map(str, errors)) == ["metadata.namespace: Forbidden: not allowed on this type"]


@pytest.mark.parametrize("name", ["name", "namespace", "uid", "creationTimestamp"])
def test_what_the_server_set_does_not_change(name):
    """Identity is immutable."""
    errors = validate_meta_update(changed(CONFIG, f"metadata.{name}", "y"), CONFIG)
    assert [f'metadata.{name}: Invalid value: "y": field is immutable'] == list(map(str, errors))


def test_a_dying_object_gets_no_new_finalizers():
    """Finalizers may only go once the deletion has begun."""
    dying = changed(CONFIG, "metadata.deletionTimestamp", "2026-01-01T00:00:09Z")
    errors = validate_meta_update(changed(dying, "metadata.finalizers", ["x.io/g"]), dying)
    assert str(errors[0]).endswith('found new finalizers []string{"x.io/g"}')
