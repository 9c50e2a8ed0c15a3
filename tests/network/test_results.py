"""Bins of ended requests."""

from kubelearn.network.results import Book, Results
from kubelearn.network.verdict import NO_ANSWER, REFUSED


def test_each_way_to_end_has_its_bin():
    """By status, or by error."""
    results = Results()
    for number, (status, error) in enumerate([(200, ""), (503, ""), (0, REFUSED), (0, NO_ANSWER)]):
        results.add(number, 0, 1, status, error)
    names = [results.words(one.outcome) for one in results.singles]
    assert names == ["ok", "503", REFUSED, NO_ANSWER]


def test_a_fork_goes_its_own_way():
    """What one notes the other does not have."""
    book = Book({1: Results()})
    twin = book.fork()
    twin[1].add(0, 0, 1, 200, "")
    assert (len(book[1].singles), len(twin[1].singles)) == (0, 1)
