"""How the cases of controllers/age_format.json are put to `kubelearn.api.tables.age`."""

from __future__ import annotations

from typing import Any

from kubelearn.api.tables import human_duration, short_human_duration

STYLES = {"standard": human_duration, "short": short_human_duration}


def run(given: dict[str, Any]) -> dict[str, Any]:
    """The text of a duration."""
    return {"text": STYLES[given["style"]](given["nanoseconds"])}
