"""`kubectl replace`: puts what a file says in the place of what is there.

Source: kubectl `pkg/cmd/replace/replace.go`, Kubernetes 1.36.

Unlike the real one: `--force` is absent; delete and create instead.
"""

from __future__ import annotations

from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError, source
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import said, write_of

MANAGER = "kubectl-replace"


def replace(client: Client, words: list[str]) -> str:
    """What `kubectl replace -f FILE` prints."""
    parser = Parser("replace", "namespace", "files", "validation", "dry run", "output")
    options = parser.parse(words)
    if not options.filename:
        raise UsageError("Must specify --filename to replace")

    def act(one: Chosen) -> str:
        new = one.manifest or {}
        if options.dry_run != "client":
            with source("replacing", one.source):
                new = client.replace(one.reference, new, write_of(options, MANAGER))
        return said(one.reference.kind, new, "replaced", options)

    return each(client, chosen(client, options, []), act)
