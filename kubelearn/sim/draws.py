"""Random draws that are addressed, not consumed.

A draw is a pure function of (seed, purpose, subject, index). Nothing is used up, so a change in
one place (another balancer, one more pod) leaves every other draw as it was, and a fork, a replay
or a bulk run draws the same numbers as the step by step run.

The key of a (seed, purpose, subject) is BLAKE2b; draws of a key are splitmix64 of key and index
(Steele, Lea, Flood 2014), which also has an exact numpy form.
"""

from __future__ import annotations

import math
from functools import lru_cache
from hashlib import blake2b
from statistics import NormalDist

from_bytes = int.from_bytes
MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
RESERVED = 0xF << 76 | 0b11 << 62
"""The bits of a UUID that say its version and variant (RFC 9562)."""
VERSION_4 = 4 << 76 | 0b10 << 62
SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters of generated names: no vowels, no look-alikes (apimachinery `pkg/util/rand`)."""


@lru_cache(maxsize=4096)
def key_of(seed: int, purpose: str, subject: str) -> int:
    """The 64-bit number that stands for a purpose and a subject of one world."""
    text = f"{seed}\x00{purpose}\x00{subject}".encode()
    return from_bytes(blake2b(text, digest_size=8).digest(), "big")


def _mix(value: int) -> int:
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


class Draws:
    """All chance of one world, from one seed."""

    __slots__ = ("seed",)

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def __repr__(self) -> str:
        return f"Draws({self.seed})"

    def bits(self, purpose: str, subject: str, index: int = 0) -> int:
        """64 random bits as an int."""
        return _mix((key_of(self.seed, purpose, subject) + (index + 1) * GOLDEN) & MASK)

    def uniform(self, purpose: str, subject: str, index: int = 0) -> float:
        """A float in [0, 1) with 53 random bits."""
        return (self.bits(purpose, subject, index) >> 11) * 2.0**-53

    def once(self, purpose: str, subject: str, index: int = 0) -> float:
        """The same as `uniform`, for subjects that are hardly asked about again."""
        # Remembering the key would only push out others.
        key = key_of.__wrapped__(self.seed, purpose, subject)
        return (_mix((key + (index + 1) * GOLDEN) & MASK) >> 11) * 2.0**-53

    def below(self, count: int, purpose: str, subject: str, index: int = 0) -> int:
        """An int in [0, count); its bias is below count / 2**64."""
        if count < 1:
            raise ValueError(f"a draw below {count} has no outcome: give a count of at least 1")
        return (self.bits(purpose, subject, index) * count) >> 64

    def exponential(self, mean: float, purpose: str, subject: str, index: int = 0) -> int:
        """Nanoseconds from an exponential distribution with this mean."""
        return round(-mean * math.log(1.0 - self.uniform(purpose, subject, index)))

    def normal(self, purpose: str, subject: str, index: int = 0) -> float:
        """A standard normal number, by the inverse of its distribution function."""
        return NormalDist().inv_cdf(max(self.uniform(purpose, subject, index), 2.0**-53))

    def suffix(self, length: int, purpose: str, subject: str, index: int = 0) -> str:
        """The random end of a generated name, such as the `x7k2p` of `web-x7k2p`."""
        bits = self.bits(purpose, subject, index)
        letters = []
        for _ in range(length):
            bits, letter = divmod(bits, len(SUFFIX_ALPHABET))
            letters.append(SUFFIX_ALPHABET[letter])
        return "".join(letters)

    def uuid(self, purpose: str, subject: str, index: int = 0) -> str:
        """A version 4 UUID as text."""
        # Its subject is new each time, as those of `once`.
        key = key_of.__wrapped__(self.seed, purpose, subject)
        state = key + (2 * index + 1) * GOLDEN
        bits = _mix(state & MASK) << 64 | _mix(state + GOLDEN & MASK)
        digits = f"{bits & ~RESERVED | VERSION_4:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
