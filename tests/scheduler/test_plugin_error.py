"""The words about a broken plugin."""

import pytest

from kubelearn.scheduler.plugin_error import (
    LONGEST,
    InvalidScore,
    PluginError,
    nonsense,
    raised,
    shown,
)


class Speechless(Exception):
    """Has neither text nor repr."""

    def __str__(self) -> str:
        raise ValueError("no text")

    __repr__ = __str__


async def later() -> int:
    """Comes later."""
    return 1


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


def test_what_is_told_is_equal_in_each_run() -> None:
    """Without addresses, and sets in order: it goes into the history."""
    assert shown(object()) == "<object object>"
    assert shown({"b", "a"}) == "{'a', 'b'}"
    assert raised(ValueError(f"bad {object()}")) == "ValueError: bad <object object>"


def test_what_is_told_can_be_written_down() -> None:
    """Whatever it is, and not at any length."""
    assert shown(Speechless()) == "a Speechless that has no repr"
    assert raised(Speechless()) == "Speechless"
    assert str(PluginError("X", "Permit", "n", Speechless())).endswith('on node "n": Speechless')
    assert shown(10**5000) == "a int that has no repr"
    assert raised(ValueError("\ud800")) == "ValueError: \\ud800"
    assert len(shown("x" * 5000)) == LONGEST


def test_an_answer_that_comes_later_is_no_answer() -> None:
    """The learner hears which word is wrong."""
    assert nonsense(later()).endswith(">: write def instead of async def")
    assert nonsense(one for one in "a").endswith(">: write return instead of yield")
    assert "write def instead of async def" in str(InvalidScore("X", "n", later()))


@pytest.mark.parametrize("cause", [SystemExit(3), GeneratorExit()])
def test_every_kind_of_exception_is_told(cause: BaseException) -> None:
    """Also those that are no Exception."""
    assert type(cause).__name__ in str(PluginError("X", "Bind", "n", cause))
