"""XXH64, the hash of Envoy's hash policies, rings and Maglev tables."""

from __future__ import annotations


def xxh64(text: str, seed: int = 0) -> int:
    """The 64-bit xxHash of a text in UTF-8."""
    from xxhash import xxh64_intdigest  # compiled: imported where it is needed

    return int(xxh64_intdigest(text.encode(), seed))
