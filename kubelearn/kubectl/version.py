"""`kubectl version`: whose texts these are, and what the API server runs.

Source: kubectl `pkg/cmd/version/version.go`, Kubernetes 1.37.

Unlike the real one: `-o` is absent, since nothing was built here that could be described.
"""

from __future__ import annotations

from kubelearn.kubectl.client import Client
from kubelearn.kubectl.parsing import Parser

CLIENT = "v1.37.1"
"""The kubectl whose texts ours are compared with."""
KUSTOMIZE = "v5.8.1"
"""What comes with it."""


def version(client: Client, words: list[str]) -> str:
    """What `kubectl version` prints."""
    parser = Parser("version", words="")
    parser.switch("--client")
    lines = [f"Client Version: {CLIENT}", f"Kustomize Version: {KUSTOMIZE}"]
    if not parser.parse(words).client:
        lines.append(f"Server Version: {client.request('GET', '/version')['gitVersion']}")
    return "\n".join(lines)
