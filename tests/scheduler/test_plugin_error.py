"""The words about a broken plugin."""

import pytest

from kubelearn.scheduler.plugin_error import InvalidScore, PluginError


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("Filter", 'running "X" filter plugin: on node "n": KeyError: \'a\''),
        ("Score", 'running Score plugins: plugin "X" failed with: on node "n": KeyError: \'a\''),
        ("PreFilter", 'running PreFilter plugin "X": on node "n": KeyError: \'a\''),
    ],
)
def test_each_point_has_its_form(point: str, expected: str) -> None:
    """Upstream's, with the node."""
    assert expected == str(PluginError("X", point, "n", KeyError("a")))


def test_an_invalid_score_says_the_range() -> None:
    """And what to do about a fraction."""
    text = 'plugin "X" returns an invalid score {}, it should in the range of [0, 100] after'
    assert text.format("101") in str(InvalidScore("X", "n", 101))
    assert text.format("3.5") in str(InvalidScore("X", "n", 3.5))
    assert "a score is a whole number" in str(InvalidScore("X", "n", 3.5))
