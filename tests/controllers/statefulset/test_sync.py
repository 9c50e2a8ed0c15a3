"""The arithmetic of StatefulSet updates."""

import pytest

from kubelearn.controllers.statefulset.sync import is_current_needed, max_unavailable


@pytest.mark.parametrize(("value", "wanted"), [(None, 1), (3, 3), ("25%", 2), ("1%", 1)])
def test_max_unavailable_rounds_down_to_at_least_one(value, wanted):
    """Of ten pods."""
    assert wanted == max_unavailable(value, 10)


@pytest.mark.parametrize(("ordinal", "wanted"), [(1, True), (2, False)])
def test_the_partition_decides_about_the_revision(ordinal, wanted):
    """Below the partition a missing pod comes back as it was."""
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    assert wanted == is_current_needed(
        {"spec": {"replicas": 3, "updateStrategy": strategy}}, ordinal
    )
