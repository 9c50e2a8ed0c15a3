"""Configuration documents for tests."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.scheduler.configuration import ConfigurationError, configure


def profile(plugins: dict[str, Any] | None = None, **args: Any) -> dict[str, Any]:
    """A document with one profile: plugin sets by point, arguments by plugin."""
    config = [{"name": name, "args": given} for name, given in args.items()]
    return {"profiles": [{"plugins": plugins or {}, "pluginConfig": config}]}


def problems(document: Any) -> list[str]:
    """What is wrong with a document."""
    with pytest.raises(ConfigurationError) as caught:
        configure(document)
    return list(caught.value.problems)


def problem(document: Any) -> str:
    """The only thing that is wrong with a document."""
    (only,) = problems(document)
    return only
