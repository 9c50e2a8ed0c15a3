"""Bins of ended requests."""

from kubelearn.network.results import Book, Results
from kubelearn.network.verdict import NO_ANSWER, REFUSED


def test_each_way_to_end_has_its_bin():
    """By status, or by error."""
    results = Results()
    for number, (status, error) in enumerate([(200, ""), (503, ""), (0, REFUSED), (0, NO_ANSWER)]):
        results.add(number, 0, 1, status, error, "wire")
    names = [results.words(one.outcome) for one in results.singles]
    assert names == ["ok", "503", REFUSED, NO_ANSWER]


def test_a_fork_goes_its_own_way():
    """What one notes the other does not have."""
    book = Book({1: Results()})
    twin = book.fork()
    twin[1].add(0, 0, 1, 200, "", "answer")
    assert (len(book[1].singles), len(twin[1].singles)) == (0, 1)


def test_a_bin_has_a_reason_and_a_hop():
    """The same words from two hops are two bins; what a program answers is its status."""
    results = Results()
    ends = [(200, "", "answer"), (500, "", "answer"), (503, "", "kube-proxy"), (0, REFUSED, "pod"),
            (0, REFUSED, "kube-proxy")]  # fmt: skip
    numbers = [results.outcome(*end) for end in ends]
    hops = [results.hop(one) for one in numbers]
    assert hops == ["", "answer", "kube-proxy", "pod", "kube-proxy"]
    assert [results.ending(one) for one in numbers[1:]] == ends[1:]
    assert len(set(numbers)) == 5
