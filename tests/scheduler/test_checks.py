"""What the checks find in plugins that learners write."""

import random
from typing import Any, ClassVar

import pytest

from kubelearn.scheduler.checks import CHECKS, Report, check
from kubelearn.scheduler.plugins import PLUGINS

CALLED = "it has extension points, and they can be called"
THROUGH = "it sees a pod through, from the queue to the binding"
SCORES = "it refuses with a reason, and scores are whole numbers from 0 to 100"


class Fine:
    """Likes full nodes."""

    def score(self, pod: Any, node: Any) -> int:
        """The used share of the cpu."""
        return int(100 * node.requested.get("cpu", 0) // node.allocatable["cpu"])


class Rolling:
    """Draws from a generator that is everybody's."""

    def score(self, pod: Any, node: Any) -> int:
        """Another number each time."""
        return random.randrange(100)


class Ordered:
    """Likes the node that it is asked about first."""

    def pre_score(self, state: Any, pod: Any, nodes: Any) -> None:
        """Remember which one that is."""
        state.write("first", nodes[0].name)

    def score(self, state: Any, pod: Any, node: Any) -> int:
        """All for the first."""
        return 100 * (node.name == state.read("first"))


class Writing:
    """Writes into the node's labels."""

    def filter(self, pod: Any, node: Any) -> None:
        """Leave a mark."""
        node.labels["seen"] = "yes"


class Deep:
    """Writes into the node's status."""

    def filter(self, pod: Any, node: Any) -> None:
        """Leave a mark."""
        node.obj["status"]["seen"] = "yes"


class Remembering:
    """Keeps what it saw on the class."""

    seen: ClassVar[list[str]] = []

    def filter(self, pod: Any, node: Any) -> None:
        """Keep the name."""
        self.seen.append(pod.name)


class TooHigh:
    """Counts millicores."""

    def score(self, pod: Any, node: Any) -> int:
        """Far above 100."""
        return int(node.allocatable["cpu"])


class NeedsRequests:
    """Forgets that a pod may ask for nothing."""

    def score(self, pod: Any, node: Any) -> int:
        """KeyError for a pod without requests."""
        return int(pod.requests["cpu"] > 0)


class Nothing:
    """Has no extension point."""


class Demanding:
    """Cannot be made by the scheduler."""

    def __init__(self, speed: int) -> None:
        self.speed = speed


class Leaves:
    """Wants to end the program."""

    def reserve(self, state: Any, pod: Any, node: Any) -> None:
        """No Exception is raised here."""
        raise SystemExit(3)


class Forgetful:
    """Cannot undo what it did."""

    def unreserve(self, state: Any, pod: Any, node: Any) -> None:
        """KeyError."""
        raise KeyError(node.name)


class Unhinted:
    """Has a hint that breaks."""

    events = ("NodeAdd",)

    def filter(self, pod: Any, node: Any) -> str:
        """Never."""
        return "no"

    def hint(self, pod: Any, event: Any) -> bool:
        """AttributeError."""
        return bool(event.new.nothing)


class Gated:
    """Answers nonsense before the pod is in the queue."""

    def pre_enqueue(self, pod: Any) -> str:
        """Not a Status."""
        return "no"


class Misspelt:
    """Takes too much."""

    def score(self, pod: Any, node: Any, extra: Any, more: Any) -> int:
        """Cannot be called."""
        return 1


def test_a_good_plugin_is_fit_for_use() -> None:
    """What is only advice does not count."""
    report = check(Fine)
    assert report.ok
    assert str(report).startswith("Fine: 12 of 13 checks passed, fit for use\n  ok ")


@pytest.mark.parametrize(
    ("plugin", "title", "problem"),
    [
        (Rolling, "equal questions get equal answers", "asked twice, it answers differently"),
        (Ordered, "the order of the nodes does not matter", "when the nodes come in another"),
        (Writing, SCORES, 'filter plugin: on node "n0": it changed node n0 in place: make a copy'),
        (Deep, "it leaves nodes and pods as they are", "changed a node or a pod in place"),
        (Remembering, "it keeps nothing between pods", "between pods (seen)"),
        (TooHigh, SCORES, "returns an invalid score 4000, it should in the range of [0, 100]"),
        (NeedsRequests, SCORES, "failed with: on node \"n0\": KeyError: 'cpu'"),
        (Nothing, CALLED, "it would never be asked"),
        (Misspelt, CALLED, "its score(pod, node, extra, more) cannot be called"),
        (Leaves, THROUGH, 'running Reserve plugin "Leaves": on node "n0": SystemExit: 3'),
        (Forgetful, THROUGH, 'Unreserve plugin "Forgetful": on node "n0": KeyError: \'n0\''),
        (Unhinted, THROUGH, "AttributeError: 'NodeInfo' object has no attribute 'nothing'"),
        (Gated, THROUGH, "running PreEnqueue plugin \"Gated\": it answered 'no': return None"),
        (Demanding, "it can be made without arguments", "missing 1 required positional"),
    ],
)
def test_faults_are_found(plugin: Any, title: str, problem: str) -> None:
    """By the check that is about them."""
    report = check(plugin)
    assert not report.ok
    (found,) = (one for one in report.findings if one.check == title)
    assert problem in found.problem


def test_a_local_class_cannot_be_saved() -> None:
    """The report says what to do."""

    class Local(Fine):
        """Hidden in a function."""

    (found,) = (one for one in check(Local).findings if one.check == "it can be copied and saved")
    assert "define the class in a cell of its own" in found.problem


def test_an_error_is_told_once() -> None:
    """Checks that cannot be made for it say so."""
    told = [one.problem for one in check(TooHigh).findings if "invalid score" in one.problem]
    assert len(told) == 1


def test_the_report_can_be_shown_and_read() -> None:
    """In a notebook, and by a grader."""
    report = check(TooHigh)
    assert "<td>FAIL</td>" in report._repr_html_()
    assert report.to_dict()["ok"] is False
    assert list(CHECKS) == [one["check"] for one in report.to_dict()["findings"]]


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_the_built_in_plugins_pass_everything(name: str) -> None:
    """Under their own names."""
    report = check(PLUGINS[name])
    assert isinstance(report, Report)
    assert [one for one in report.findings if one.problem] == []
    assert name == report.plugin


@pytest.mark.parametrize("given", [3, None, "PackTight", [1]])
def test_what_is_no_class_is_named(given):
    """And what is wanted instead."""
    report = check(given)
    assert not report.ok
    wanted = f"it is {given!r}: give the class of a plugin, such as PackTight"
    assert report.findings[0].problem == wanted
