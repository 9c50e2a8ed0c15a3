"""Packages that only some parts need."""

import pytest

from kubelearn.api import extras


def test_what_is_missing_is_named_with_the_remedy(monkeypatch):
    """What needs it, and how to install it."""
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"TLS needs .* pip install 'kubelearn\[tls\]'"):
        extras.need_cryptography("TLS")
