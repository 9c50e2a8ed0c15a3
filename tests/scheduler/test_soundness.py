"""Plugins that can never be asked."""

from typing import Any

import pytest

from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.soundness import problem_of

BOTH = "write filter(self, pod, node) or filter(self, state, pod, node)"


class Fine:
    """Has both forms, with whatever names."""

    events = ("NodeAdd", "AssignedPodDelete")
    pre_score = None

    def filter(self, p: Any, n: Any) -> None:
        """Short."""

    def score(self, *args: Any) -> int:
        """Anything goes."""
        return len(args)

    def hint(self, pod: Any, event: Any) -> bool:
        """Always."""
        return True


class Later:
    """Waits for something."""

    async def score(self, pod: Any, node: Any) -> int:
        """Would come later."""
        return 1


def made(**members: Any) -> object:
    """A plugin with these methods and attributes."""
    plugin: object = type("P", (), members)()
    return plugin


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_built_in_plugins_are_sound(name: str) -> None:
    """All of them."""
    assert problem_of(PLUGINS[name]()) == ""


def test_what_can_be_called_is_sound() -> None:
    """None stands for no method; a method of C has no signature to look at."""
    assert problem_of(Fine()) == ""
    assert problem_of(made(score=max)) == ""


@pytest.mark.parametrize(
    ("plugin", "told"),
    [
        (made(), "it would never be asked; write filter(self, pod, node) or score"),
        (made(scores=len), "it would never be asked (is scores to be score?)"),
        (made(Filter=len), "it would never be asked (is Filter to be filter?)"),
        (made(score=5), "its score is 5: write a method score(self, pod, node) or"),
        (Later(), "its score is async def: write def"),
        (
            made(filter=lambda self, pod: None),
            f"its filter(pod) cannot be called (too many positional arguments): {BOTH}",
        ),
        (made(reserve=lambda self, pod, node: None), "write reserve(self, state, pod, node)"),
        (made(hint=lambda self: True), "write hint(self, pod, event)"),
        (
            made(filter=lambda self, p, n: None, events="NodeAdd"),
            "its events are 'NodeAdd': give a tuple of names",
        ),
        (made(filter=lambda self, p, n: None, events=5), "its events are 5: give a tuple"),
        (
            made(filter=lambda self, p, n: None, events=("NodeAdd", "Boom", 3)),
            "its events name 'Boom', 3: there are NodeAdd, ",
        ),
    ],
)
def test_others_are_told_what_to_write(plugin: object, told: str) -> None:
    """The method as it is, and as it has to be."""
    assert told in problem_of(plugin)
