"""Flags and node groups."""

import pytest

from kubelearn.controllers.clusterautoscaler.settings import (
    GROUP_LABEL,
    NodeGroup,
    Settings,
    groups_of,
    settings_of,
)
from kubelearn.sim.clock import MINUTE


def deployment(*flags):
    """A Deployment whose container has these flags."""
    container = {"command": ["./cluster-autoscaler", *flags]}
    return {"spec": {"template": {"spec": {"containers": [container]}}}}


def test_flags_are_those_of_the_real_program():
    """Times, numbers, words; what is not known is left alone."""
    flags = ("--expander=price", "--scale-down-unneeded-time=5m", "--v=4",
             "--scale-down-utilization-threshold=0.7", "--scale-down-enabled=false")  # fmt: skip
    assert settings_of(deployment(*flags)) == Settings(
        expander="price",
        scale_down_unneeded_time=5 * MINUTE,
        scale_down_utilization_threshold=0.7,
        scale_down_enabled=False,
    )


def test_an_unreadable_flag_keeps_its_default():
    """The rest counts."""
    found = settings_of(deployment("--scan-interval=soon", "--expander=random"))
    assert found == Settings(expander="random")


def test_groups_by_name():
    """Each line one kind of machine."""
    data = {"small": "min=1 max=3 cpu=2 memory=4Gi", "big": "min=0 max=1 zone=z start=never"}
    big, small = groups_of({"data": data})
    assert (big.name, big.start, big.zone) == ("big", None, "z")
    assert (small.minimum, small.maximum, small.cpu) == (1, 3, "2")


@pytest.mark.parametrize("line", ["max=3", "min=0 max=3 colour=red"])
def test_a_wrong_line_says_what_is_allowed(line):
    """Instead of being guessed at."""
    with pytest.raises(ValueError, match="give min= and max="):
        groups_of({"data": {"workers": line}})


def test_a_template_is_a_node_of_its_group():
    """With the label that says so."""
    template = NodeGroup("workers", 0, 5, zone="z").template("x")
    assert template["metadata"]["labels"][GROUP_LABEL] == "workers"
    assert template["status"]["allocatable"]["cpu"] == "4"
