"""Priorities from classes."""

import pytest

from kubelearn.api.errors import Forbidden
from tests.api.fresh import fresh, make, pod


def priority_class(name, value, **fields):
    """A PriorityClass."""
    return {**make("scheduling.k8s.io/v1", "PriorityClass", name), "value": value, **fields}


def test_without_a_class_the_priority_is_zero():
    """And it may preempt."""
    spec = fresh().create(pod())["spec"]
    assert (spec["priority"], spec["preemptionPolicy"]) == (0, "PreemptLowerPriority")


def test_the_default_class_is_written_into_the_pod():
    """Name and number."""
    api = fresh()
    api.create(priority_class("usual", 7, globalDefault=True))
    spec = api.create(pod())["spec"]
    assert (spec["priorityClassName"], spec["priority"]) == ("usual", 7)


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"priorityClassName": "ghost"}, "no PriorityClass with name ghost was found"),
        ({"priority": 5}, r"the integer value of priority \(5\) must not be provided in pod spec"),
    ],
)
def test_what_is_refused(spec, text):
    """An unknown class, and a number of one's own."""
    with pytest.raises(Forbidden, match=text):
        fresh().create(pod(**spec))


def test_only_one_class_can_be_the_default():
    """The sentence names the one that is."""
    api = fresh()
    api.create(priority_class("usual", 7, globalDefault=True))
    with pytest.raises(Forbidden, match="usual is already marked as default"):
        api.create(priority_class("other", 8, globalDefault=True))
