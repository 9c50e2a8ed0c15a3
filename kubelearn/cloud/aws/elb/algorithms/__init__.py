"""The algorithms by which an application load balancer chooses a target of a group.

Their names are those of the target group attribute `load_balancing.algorithm.type`; a new one is
its file and one line in `ALGORITHMS`. Source: Elastic Load Balancing user guide, "Edit target
group attributes for your Application Load Balancer".

Unlike the real one: a balancer chooses as one, where the real one is several machines that each
choose by what they know; how ties end, and how a target in slow start gives its turns away, is
not documented: ties take turns, and turns are given away by chance, to the next in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kubelearn.cloud.aws.elb.algorithms.ask import Ask
from kubelearn.cloud.aws.elb.algorithms.least_outstanding_requests import (
    least_outstanding_requests,
)
from kubelearn.cloud.aws.elb.algorithms.round_robin import round_robin
from kubelearn.cloud.aws.elb.algorithms.weighted_random import weighted_random


class Algorithm(NamedTuple):
    """A way to choose, and what goes with it."""

    choose: Callable[[Ask], int]
    """The place of the target."""
    words: str
    """How the trace says it: "... 3 healthy targets"."""
    starts_slowly: bool = False
    """Whether slow start goes with it."""
    mitigates: bool = False
    """Whether anomaly mitigation goes with it."""


ALGORITHMS: dict[str, Algorithm] = {
    "round_robin": Algorithm(round_robin, "round robin over", starts_slowly=True),
    "least_outstanding_requests": Algorithm(
        least_outstanding_requests, "the fewest outstanding requests of"
    ),
    "weighted_random": Algorithm(weighted_random, "weighted random over", mitigates=True),
}
"""By the value of `load_balancing.algorithm.type`."""

__all__ = ["ALGORITHMS", "Algorithm", "Ask"]
