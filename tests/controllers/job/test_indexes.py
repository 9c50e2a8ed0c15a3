"""Tests of completion indexes."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.objects import Object
from kubelearn.controllers.job.indexes import INDEX, first_pending, index_of, parse, text_of
from tests.controllers.job.job_room import active, end, job_room, status


def _pod(index: str) -> Object:
    return {"metadata": {"annotations": {INDEX: index}}}


@given(st.sets(st.integers(0, 50)))
def test_text_and_set_are_the_same(indexes: set[int]) -> None:
    """What is written is read again."""
    assert indexes == parse(text_of(indexes), 51)


def test_two_in_a_row_have_no_hyphen() -> None:
    """As upstream writes them."""
    assert text_of({0, 1, 3, 4, 5}) == "0,1,3-5"


def test_an_index_is_a_number() -> None:
    """Anything else is no index."""
    assert [index_of(_pod(text)) for text in ("7", "x", "-1", "")] == [7, None, None, None]


def test_the_lowest_free_indexes_come_next() -> None:
    """Neither done nor worked on."""
    assert first_pending(3, 6, [_pod("1")], {0, 3}) == [2, 4, 5]


def test_indexes_complete_one_by_one() -> None:
    """The status lists them as they end."""
    room = job_room(completions=3, parallelism=3, completionMode="Indexed")
    for pod in sorted(active(room), key=lambda pod: index_of(pod) or 0)[1:]:
        end(room, pod)
    assert (status(room)["completedIndexes"], status(room)["succeeded"]) == ("1,2", 2)
