"""Arguments of the wrong kind are refused with a sentence of help."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from kubelearn.sim.arguments import LONGEST, checked, meant, no_such, shown, texts_by_name, within


@checked
def call(
    name: str = "", count: int = 0, size: float = 0.0, *, wide: bool = False,
    until: Callable[[Any], Any] | None = None, node: Mapping[str, Any] | None = None,
    by: Sequence[str] = (), after: str | float = 0, **labels: str | Sequence[str],
) -> tuple[Any, ...]:  # fmt: skip
    """Take one argument of each kind."""
    return name, count, size, wide, until, node, by, after, labels


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"name": 3}, "name=3: give a text$"),
        ({"name": None}, "name=None: give a text$"),
        ({"count": 2.5}, "count=2.5: give a whole number$"),
        ({"count": True}, "count=True: give a whole number$"),
        ({"count": "1"}, "count='1': give a whole number$"),
        ({"size": float("nan")}, "size=nan: give a number$"),
        ({"size": float("inf")}, "size=inf: give a number$"),
        ({"wide": 1}, "wide=1: give True or False$"),
        ({"until": 3}, "until=3: give a function or None$"),
        ({"node": [1]}, r"node=\[1\]: give a dict or None$"),
        ({"by": "app"}, "by='app': give a list of texts$"),
        ({"by": [1]}, r"by=\[1\]: give a list of texts$"),
        ({"code": 503}, "code=503: give a text or a list of texts$"),
    ],
)
def test_what_was_given_and_what_is_wanted(options: dict[str, Any], text: str) -> None:
    """By the annotation of the argument."""
    with pytest.raises(TypeError, match=text):
        call(**options)


def test_what_is_right_goes_through() -> None:
    """None where the annotation has it; other annotations are not looked at."""
    assert call("a", 3, 2, until=None, by=["x"], code="503", after=object)[:4] == ("a", 3, 2, False)


def test_numbers_of_a_table_become_pythons() -> None:
    """They go into manifests, which are JSON."""
    found = call(count=np.int64(3), size=np.float32(0.5))  # type: ignore[arg-type]
    assert found[1:3] == (3, 0.5)
    assert [type(one) for one in found[1:3]] == [int, float]


def test_an_unknown_argument_names_those_that_there_are() -> None:
    """And the one that was meant."""

    @checked
    def cluster(nodes: int = 3, zones: int = 3) -> int:
        return nodes + zones

    with pytest.raises(TypeError, match=r"no argument 'node': .* nodes, zones .did you mean nodes"):
        cluster(node=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="multiple values"):
        cluster(3, nodes=3)  # type: ignore[misc]


def test_names_that_nothing_has() -> None:
    """The end of the sentence says what was meant, if that can be guessed."""
    assert no_such("node", "worker1", ["worker-1"]).endswith(" (did you mean worker-1?)")
    assert no_such("node", 3, ["a", "b"]) == "there is no node 3: choose one of a, b"
    assert meant("xyz", ["worker-1"]) == ""


def test_numbers_have_ends() -> None:
    """Both belong to what is allowed."""
    assert [within("port", number, 0, 9) for number in (0, 9)] == [0, 9]
    with pytest.raises(ValueError, match="port=10: give a whole number from 0 to 9"):
        within("port", 10, 0, 9)


def test_texts_by_name() -> None:
    """None is no text at all."""
    assert texts_by_name("labels", None, {}) == {}
    assert texts_by_name("labels", {"a": "b"}, {}) == {"a": "b"}
    with pytest.raises(ValueError, match=r"labels={'a': 1}: give texts by name: {'disk': 'ssd'}"):
        texts_by_name("labels", {"a": 1}, {"disk": "ssd"})


def test_a_long_value_is_cut() -> None:
    """A message is to be read."""
    assert len(shown("x" * 10_000)) == LONGEST + 1
