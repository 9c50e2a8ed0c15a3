"""The ReplicaSets of a Deployment: hash, name, revision, history."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.controllers.deployment import replicasets as rs
from tests.controllers.control_room import TEMPLATE, control_room

JSON = st.dictionaries(st.text(max_size=5), st.one_of(st.text(max_size=5), st.integers()))


@given(JSON, st.integers(0, 3))
def test_the_hash_has_upstreams_alphabet_and_length(template, collisions):
    """And is the same each time."""
    digest = rs.template_hash(template, collisions)
    assert re.fullmatch("[456789bcdf]{8,10}", digest)
    assert digest == rs.template_hash(dict(reversed(template.items())), collisions)


def test_a_collision_makes_another_hash():
    """So the next attempt has another name."""
    assert rs.template_hash(TEMPLATE, 1) != rs.template_hash(TEMPLATE)


def test_the_name_is_never_too_long():
    """The Deployment's part is cut."""
    assert rs.replicaset_name("web", "abc") == "web-abc"
    name = rs.replicaset_name("x" * 253, "abc")
    assert len(name) == 253
    assert name.endswith("x-abc")


def test_the_new_one_is_the_oldest_with_the_template():
    """The label with the hash does not count."""
    room = control_room()
    deployment = room.workload("Deployment")
    digest = {**TEMPLATE, "metadata": {"labels": {"app": "web", rs.HASH_LABEL: "abc"}}}
    other = {**TEMPLATE, "spec": {"containers": [{"name": "web", "image": "other"}]}}
    room.workload("ReplicaSet", "c", template=other)
    room.run(2)
    room.workload("ReplicaSet", "b", template=digest)
    room.run(2)
    room.workload("ReplicaSet", "a", template=TEMPLATE)
    owned = room.api.list("replicasets.apps")
    assert rs.find_new(deployment, owned)["metadata"]["name"] == "b"
    assert rs.find_new(deployment, []) is None


@pytest.mark.parametrize(
    ("annotations", "revision", "expected"),
    [
        ({}, 1, {rs.REVISION: "1"}),
        ({rs.REVISION: "3"}, 3, {rs.REVISION: "3"}),
        ({rs.REVISION: "odd"}, 3, {rs.REVISION: "odd"}),
        ({rs.REVISION: "1"}, 3, {rs.REVISION: "3", rs.HISTORY: "1"}),
        ({rs.REVISION: "3", rs.HISTORY: "1"}, 5, {rs.REVISION: "5", rs.HISTORY: "1,3"}),
    ],
)
def test_a_revision_is_never_used_again(annotations, revision, expected):
    """The one before goes to the history."""
    assert rs.revised_annotations(annotations, revision) == expected


def test_the_history_is_cut_from_the_front():
    """At two thousand characters."""
    history = ",".join(str(number) for number in range(1000, 1400))
    longer = rs.extended_history(history, "1400")
    assert len(longer) <= rs.HISTORY_LENGTH
    assert longer.startswith("1001,")
    assert longer.endswith(",1399,1400")


def test_numbers_in_annotations():
    """Anything else is none."""
    obj = {"metadata": {"annotations": {"a": "7", "b": "x"}}}
    assert [rs.annotation_number(obj, name) for name in "abc"] == [7, None, None]


def test_annotations_of_the_system_are_not_copied():
    """Those of the user are."""
    given_ = {"note": "1", rs.REVISION: "7", "kubectl.kubernetes.io/last-applied-configuration": ""}
    assert rs.copied_annotations({"metadata": {"annotations": given_}}) == {"note": "1"}
