"""Base64 for URLs as Envoy reads it, which takes more than the standard does.

Source: abseil `WebSafeBase64Unescape`, by what a real Envoy 1.40 answers: blanks count nowhere,
padding may be there if it is the right one, bits behind the last byte are dropped.
"""

from __future__ import annotations

import base64
import re

from kubelearn.api.base64url import ALPHABET

_BLANK = re.compile(r"[ \t\n\v\f\r]")


def unescaped(text: str) -> bytes:
    """The bytes of a text; ValueError when it stands for none."""
    kept = _BLANK.sub("", text)
    bare = kept.rstrip("=")
    missing = -len(bare) % 4
    padding = len(kept) - len(bare)
    if not ALPHABET.fullmatch(bare) or missing == 3 or padding not in (0, missing):
        raise ValueError(f"{text!r} is not base64 for URLs")
    return base64.urlsafe_b64decode(bare + "=" * missing)
