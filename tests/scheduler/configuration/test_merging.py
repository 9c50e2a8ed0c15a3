"""How plugin sets are merged and taken apart."""

import pytest

from kubelearn.scheduler.configuration.expansion import (
    ExpansionError,
    expanded,
    needed,
    score_weights,
)
from kubelearn.scheduler.configuration.merging import merged_set


class Filters:
    """Has a filter."""

    def filter(self) -> None:
        """Pass."""


class Both(Filters):
    """Has a filter and a score."""

    def score(self) -> int:
        """Nothing."""
        return 0


MADE = {"A": Both(), "B": Both(), "C": Filters()}
MULTI = {"multiPoint": {"enabled": [{"name": "A", "weight": 3}, {"name": "B"}, {"name": "C"}]}}
DEFAULT = {"enabled": [{"name": "A"}, {"name": "B"}, {"name": "C"}]}


def names(found: dict[str, list[dict[str, str]]]) -> list[str]:
    """The enabled plugins."""
    return [one["name"] for one in found.get("enabled", [])]


def test_a_default_named_again_is_replaced_in_place() -> None:
    """New ones come last."""
    found = merged_set(DEFAULT, {"enabled": [{"name": "Z"}, {"name": "B", "weight": 9}]})
    assert names(found) == ["A", "B", "C", "Z"]
    assert found["enabled"][1]["weight"] == 9


def test_disabled_defaults_go() -> None:
    """One, or all of them."""
    assert names(merged_set(DEFAULT, {"disabled": [{"name": "B"}]})) == ["A", "C"]
    star = {"disabled": [{"name": "*"}], "enabled": [{"name": "C"}]}
    assert names(merged_set(DEFAULT, star)) == ["C"]


def test_a_disabled_default_that_is_enabled_comes_last() -> None:
    """That is how plugins are put into another order."""
    found = merged_set(DEFAULT, {"disabled": [{"name": "A"}], "enabled": [{"name": "A"}]})
    assert names(found) == ["B", "C", "A"]


def test_multi_point_runs_where_a_plugin_can() -> None:
    """By the methods that it has."""
    points = expanded(MULTI, MADE)
    assert points["filter"] == ("A", "B", "C")
    assert points["score"] == ("A", "B")


def test_an_own_entry_comes_before_multi_point() -> None:
    """An override first, then multiPoint's, then what only the point itself names."""
    multi = {"enabled": [{"name": "A"}, {"name": "B"}]}
    sets = {"multiPoint": multi, "filter": {"enabled": [{"name": "C"}, {"name": "B"}]}}
    assert expanded(sets, MADE)["filter"] == ("B", "A", "C")


def test_a_point_can_leave_out_what_multi_point_names() -> None:
    """One plugin, or all that the point does not name itself."""
    out = {**MULTI, "filter": {"disabled": [{"name": "A"}]}}
    assert expanded(out, MADE)["filter"] == ("B", "C")
    alone = {**MULTI, "filter": {"disabled": [{"name": "*"}], "enabled": [{"name": "C"}]}}
    assert expanded(alone, MADE)["filter"] == ("C",)


def test_the_weight_of_the_score_set_counts() -> None:
    """Then that of multiPoint, then 1; who does not score has none."""
    sets = {**MULTI, "score": {"enabled": [{"name": "B", "weight": 5}]}}
    assert score_weights(sets, ["A", "B"], needed(sets)) == {"A": 3, "B": 5, "C": 0}


@pytest.mark.parametrize(
    ("point", "enabled", "expected"),
    [
        ("score", ["C"], 'plugin "C" does not extend ScorePlugin plugin'),
        ("filter", ["C", "C"], 'plugin "C" already registered as "FilterPlugin"'),
        ("multiPoint", ["C", "C"], 'plugin "C" already registered as "FilterPlugin"'),
    ],
)
def test_what_cannot_run_is_refused(point: str, enabled: list[str], expected: str) -> None:
    """In upstream's words."""
    with pytest.raises(ExpansionError) as caught:
        expanded({point: {"enabled": [{"name": name} for name in enabled]}}, MADE)
    assert str(caught.value) == expected
