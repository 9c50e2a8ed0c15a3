"""Slow start: the share of a target that has become healthy grows in a line.

Source: Elastic Load Balancing user guide for Application Load Balancers, "Slow start mode".
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.cloud.aws.elb.model import HEALTHY, INITIAL, Group, Health


def share(group: Group, health: Health, now: int) -> float:
    """Of a full share: from 0 when a target becomes healthy to 1 after the duration."""
    passed = now - health.since
    if health.state != HEALTHY or not health.slow or passed >= group.attributes.slow_start:
        return 1.0
    return passed / group.attributes.slow_start


def begins(group: Group, old: Health, all_: Iterable[Health], now: int) -> bool:
    """Whether a target that becomes healthy starts slowly; `all_` are those of the group.

    Only beside one that has its full share, and not when it came with others into an empty group.
    """
    if not group.attributes.slow_start or (old.state == INITIAL and not old.slow):
        return False
    return any(one.state == HEALTHY and share(group, one, now) == 1.0 for one in all_)
