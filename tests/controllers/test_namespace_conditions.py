"""The conditions of a namespace that is being deleted."""

from collections.abc import Sequence

from kubelearn.controllers.namespace_conditions import GOOD, Progress, conditions_of
from kubelearn.sim.clock import SECOND


def objects(*finalizers: str, count: int = 1) -> Sequence[dict]:
    """Objects that are left."""
    return [{"metadata": {"finalizers": list(finalizers)}}] * count


def told(progress: Progress, old: Sequence[dict] = ()) -> dict:
    """Type -> (status, reason, message)."""
    found = conditions_of({"status": {"conditions": list(old)}}, progress, 5 * SECOND)
    return {one["type"]: (one["status"], one["reason"], one["message"]) for one in found}


def test_all_is_good() -> None:
    """Five conditions that tell of no trouble."""
    found = told(Progress("demo"))
    assert list(found) == list(GOOD)
    assert {status for status, _, _ in found.values()} == {"False"}


def test_what_is_left_is_counted() -> None:
    """Resource by resource, with the dot of the empty group."""
    progress = Progress("demo")
    progress.note("configmaps", objects("a/b", count=2), 15)
    progress.note("deployments.apps", objects("a/b", "c/d"), 15)
    progress.counted = True
    found = told(progress)
    assert found["NamespaceContentRemaining"][2] == (
        "Some resources are remaining: configmaps. has 2 resource instances, "
        "deployments.apps has 1 resource instances"
    )
    status, reason, text = found["NamespaceFinalizersRemaining"]
    assert (status, reason) == ("True", "SomeFinalizersRemain")
    assert text.endswith("remaining: a/b in 3 resource instances, c/d in 1 resource instances")


def test_while_pods_are_left_nothing_is_counted() -> None:
    """The other resources have not been looked at."""
    progress = Progress("demo")
    progress.note("pods", objects(), 30)
    assert told(progress)["NamespaceContentRemaining"][0] == "False"


def test_what_has_no_reason_to_be_left_is_an_error() -> None:
    """With the words of the real controller."""
    progress = Progress("demo")
    progress.note("pods", objects(), 0)
    found = told(progress)["NamespaceDeletionContentFailure"]
    assert found[:2] == ("True", "ContentDeletionFailed")
    text = "unexpected items still remain in namespace: demo for gvr: /v1, Resource=pods"
    assert found[2].endswith(f"1 remaining: {text}")


def test_a_condition_that_says_the_same_stays() -> None:
    """With its time."""
    old = conditions_of({"status": {}}, Progress("demo"), 0)
    assert conditions_of({"status": {"conditions": old}}, Progress("demo"), 5 * SECOND) == old
