"""Errors in callbacks are raised, not only shown."""

import pytest


@pytest.fixture(autouse=True)
def raise_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `callbacks.py` reads."""
    monkeypatch.setenv("KUBELEARN_TEST", "1")
