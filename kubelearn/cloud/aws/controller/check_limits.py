"""What AWS takes as a health check: times, thresholds, and codes that count as healthy.

Source: elbv2 API, CreateTargetGroup and Matcher (ranges of the members); botocore's words for what
is out of range.

Unlike the real one: AWS refuses codes in other words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kubelearn.cloud.aws.controller.annotations import ValidationError
from kubelearn.cloud.aws.elb.model import Check
from kubelearn.sim.clock import SECOND

CODES = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")


class Range(NamedTuple):
    """A member of the API, and its least and greatest value."""

    member: str
    least: int
    most: int


RANGES = {
    "interval": Range("healthCheckIntervalSeconds", 5, 300),
    "timeout": Range("healthCheckTimeoutSeconds", 2, 120),
    "healthy": Range("healthyThresholdCount", 2, 10),
    "unhealthy": Range("unhealthyThresholdCount", 2, 10),
}
"""By the fields of a check; times in seconds."""
TIMES = ("interval", "timeout")
APPLICATION_CODES, NETWORK_CODES, GRPC_CODES = (200, 499), (200, 599), (0, 99)
"""The least and the greatest code that can count as healthy."""


def checked(check: Check, codes: tuple[int, int]) -> Check:
    """The check; ValidationError for what AWS does not take."""
    for name, (member, least, most) in RANGES.items():
        value = getattr(check, name) // (SECOND if name in TIMES else 1)
        if not least <= value <= most:
            bound = (
                f"greater than or equal to {least}"
                if value < least
                else (f"less than or equal to {most}")
            )
            raise ValidationError(
                f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
                f"constraint: Member must have value {bound}"
            )
    least, most = codes
    given = [int(code) for code in re.findall(r"\d+", check.codes)]
    if not CODES.fullmatch(check.codes) or not all(least <= code <= most for code in given):
        raise ValidationError(
            f"health check codes {check.codes!r}: give codes from {least} to {most}, such as "
            f"'{least}' or '{least}-{most}'"
        )
    return check
