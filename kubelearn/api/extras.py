"""Packages that only some parts need, and what to say where they are missing."""

from __future__ import annotations

from importlib.util import find_spec


def need_cryptography(what: str) -> None:
    """ModuleNotFoundError with what to install, when keys and certificates cannot be made."""
    if find_spec("cryptography") is None:
        raise ModuleNotFoundError(
            f"{what} needs the package cryptography: pip install 'kubelearn[tls]'"
        )
