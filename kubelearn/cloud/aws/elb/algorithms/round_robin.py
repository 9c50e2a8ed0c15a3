"""Round robin: each target in its turn; one in slow start gives away a part of its turns."""

from __future__ import annotations

from kubelearn.cloud.aws.elb.algorithms.ask import Ask


def round_robin(ask: Ask) -> int:
    """The next place whose target takes its turn; at least one target has a full share."""
    full = max(ask.shares)
    while True:
        turn = ask.turn()
        place = turn % len(ask.names)
        share = ask.shares[place]
        if share >= full or ask.uniform(f"slow-start {turn}") * full < share:
            return place
