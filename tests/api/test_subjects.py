"""What a write is about."""

import pytest

from kubelearn.api.subjects import CLAIMING, DELETION, UNMANAGED, subjects_of


def obj(*kinds, volumes=None):
    """An object with managing owners of these kinds, and with volumes."""
    references = [{"kind": kind, "controller": True} for kind in kinds]
    metadata = {"ownerReferences": references} if references else {}
    return {"metadata": metadata, "spec": {"volumes": volumes} if volumes else {}}


def test_the_manager_before_and_after():
    """An adopted pod is about both."""
    assert subjects_of(None, obj("Job")) == ("Job",)
    assert subjects_of(obj(), obj("Job")) == ("Job", UNMANAGED)


def test_a_deletion_says_so():
    """With the manager that the object had."""
    assert subjects_of(obj("Job"), None) == ("Job", DELETION)


@pytest.mark.parametrize(
    ("volume", "about"),
    [
        ({"name": "v", "persistentVolumeClaim": {"claimName": "c"}}, (UNMANAGED, CLAIMING)),
        ({"name": "v", "ephemeral": {}}, (UNMANAGED, CLAIMING)),
        ({"name": "v", "emptyDir": {}}, (UNMANAGED,)),
    ],
)
def test_volumes_of_claims(volume, about):
    """Others concern no watcher of storage."""
    assert subjects_of(None, obj(volumes=[volume])) == about
