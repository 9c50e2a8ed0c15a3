"""Queues all at once: each departure is that of one request after the other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.traffic import fifo

NUMBERS = st.integers(0, 10**12)
REQUESTS = st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, 4)), min_size=1, max_size=40)


def one_by_one(requests, busy):
    """When each is done, if a pod takes it when the one before is done."""
    found = []
    for arrives, work in requests:
        busy = max(busy, arrives) + work
        found.append(busy)
    return found


@given(REQUESTS, NUMBERS)
def test_ends_are_those_of_one_after_the_other(requests, busy):
    """To the nanosecond, from a pod that may be busy at first."""
    queue = sorted((arrives, work) for arrives, work, _ in requests)
    arrives, work = (np.array(column, np.int64) for column in zip(*queue, strict=True))
    assert fifo.ends(arrives, work, busy).tolist() == one_by_one(queue, busy)


@given(REQUESTS)
def test_each_pod_gets_its_requests_in_order(requests):
    """All places, each once; pods without requests are left out."""
    pods = [pod for _, _, pod in requests]
    found = {pod: places.tolist() for pod, places in fifo.by_pod(np.array(pods, np.int16), 5)}
    assert found == {pod: [n for n, each in enumerate(pods) if each == pod] for pod in set(pods)}
