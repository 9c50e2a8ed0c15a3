"""Which taints a pod tolerates."""

import pytest

from kubelearn.api.taints import tolerates

TAINT = {"key": "speed", "value": "5", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("toleration", "covers"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "speed", "value": "5"}, True),
        ({"key": "speed", "value": "5", "effect": "NoExecute"}, False),
        ({"key": "speed", "value": "6"}, False),
        ({"key": "speed"}, False),
        ({"key": "other", "operator": "Exists"}, False),
    ],
)
def test_equal_and_exists(toleration, covers):
    """Empty parts of a toleration match all."""
    assert covers == tolerates(toleration, TAINT)


@pytest.mark.parametrize("operator", ["Gt", "Lt"])
def test_comparisons_tolerate_nothing(operator):
    """Their feature is off."""
    values = [{"key": "speed", "operator": operator, "value": v} for v in ("1", "5", "9")]
    assert not any(tolerates(one, TAINT) for one in values)
