"""Least outstanding requests: the target with the fewest unanswered requests; ties take turns."""

from __future__ import annotations

from kubelearn.cloud.aws.elb.algorithms.ask import Ask


def least_outstanding_requests(ask: Ask) -> int:
    """The place of the least busy target; of several the next in turn."""
    busy, begin, count = ask.outstanding(), ask.turn(), len(ask.names)
    places = ((begin + step) % count for step in range(count))
    return min(places, key=lambda place: busy.get(ask.names[place], 0))
