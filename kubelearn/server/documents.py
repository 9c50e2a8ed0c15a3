"""What is served beside resources: the visible table from the first word of a path to a function.

Source: apiserver `pkg/server/routes`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from kubelearn.api.server import APIServer
from kubelearn.server.discovery import discover, version
from kubelearn.server.message import Request, Response
from kubelearn.server.openapi import openapi

Document: TypeAlias = Callable[[APIServer, Request, list[str]], Response]

DOCUMENTS: Final[dict[str, tuple[int, Document]]] = {
    "api": (2, discover),
    "apis": (3, discover),
    "openapi": (5, openapi),
    "version": (1, version),
}
"""First word of a path -> how many words its documents have at most, and what answers."""


def document_at(path: str) -> tuple[Document, list[str]] | None:
    """The function and the words of a path that is a document; None for resources and the rest."""
    words = path.strip("/").split("/")
    longest, function = DOCUMENTS.get(words[0], (0, None))
    if function is None or len(words) > longest:
        return None
    return function, words
