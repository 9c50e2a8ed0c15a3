"""What a notebook keeps of a widget: the widget, and its picture for viewers without a kernel."""

from __future__ import annotations

from typing import Any


def with_still(bundle: Any, html: str, text: str) -> Any:
    """A widget's MIME bundle (data, or data and metadata) with a still picture; None stays None."""
    if bundle is None:
        return None
    data, *metadata = bundle if isinstance(bundle, tuple) else (bundle,)
    still = {"text/html": html, "text/plain": text}
    return (data | still, *metadata) if metadata else data | still
