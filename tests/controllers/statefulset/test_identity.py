"""Names of pods and what they mean."""

import pytest

from kubelearn.controllers.statefulset.identity import ordinals, parent_and_ordinal


@pytest.mark.parametrize(
    ("name", "wanted"), [("db-2", ("db", 2)), ("my-db-10", ("my-db", 10)), ("db", ("", -1))]
)
def test_the_ordinal_stands_at_the_end(name, wanted):
    """Everything before the last hyphen is the set."""
    assert wanted == parent_and_ordinal({"metadata": {"name": name}})


def test_ordinals_begin_at_start():
    """Three from five on."""
    assert range(5, 8) == ordinals({"spec": {"replicas": 3, "ordinals": {"start": 5}}})
