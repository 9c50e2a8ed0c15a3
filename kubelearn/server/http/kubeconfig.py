"""The file that tells kubectl where a cluster is; only its owner may read it."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from pathlib import Path

from kubelearn.api.kubeconfig import kubeconfig


def write_kubeconfig(url: str, user: str, token: str = "", authority: bytes = b"") -> Path:
    """A new private file (mode 600) with one context; JSON, which is YAML too.

    With TLS the user has a token, and the cluster the certificate of its authority (PEM).
    """
    cluster = {"server": url}
    if authority:
        cluster["certificate-authority-data"] = base64.b64encode(authority).decode()
    content = kubeconfig(cluster, user, {"token": token} if token else {})
    # mkstemp makes files that nobody else can open, from the first moment on.
    descriptor, path = tempfile.mkstemp(prefix="kubelearn-", suffix=".yaml")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    return Path(path)
