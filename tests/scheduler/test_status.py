"""Answers of plugins."""

from kubelearn.scheduler.status import Code, Status, code_of, truncate, unresolvable


def test_none_is_success() -> None:
    """A filter that passes a node returns nothing."""
    assert Code.SUCCESS is code_of(None)
    assert Code.UNRESOLVABLE is code_of(unresolvable("no"))


def test_only_refusals_are_rejections() -> None:
    """An error is no rejection."""
    assert Status(Code.UNSCHEDULABLE).rejected
    assert not Status(Code.ERROR).rejected


def test_long_texts_end_in_dots() -> None:
    """1024 bytes are kept."""
    assert truncate("short") == "short"
    assert truncate("x" * 2000) == "x" * 1020 + " ..."
