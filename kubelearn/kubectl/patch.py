"""`kubectl patch`: changes fields of an object.

Source: kubectl `pkg/cmd/patch/patch.go`, Kubernetes 1.36.

Unlike the real one: `--local` and `--dry-run=client` are absent.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kubelearn.api.errors import UnsupportedMediaType
from kubelearn.api.yaml_text import YAMLError, first_document
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import MEDIA, Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import said, write_of

MANAGER = "kubectl-patch"
STYLES = ("strategic", "merge", "json")


def patch(client: Client, words: list[str]) -> str:
    """What `kubectl patch OBJECT -p PATCH` prints."""
    parser = Parser("patch", "namespace", "files", "dry run", "output")
    parser.add_argument("-p", "--patch", default="")
    parser.add_argument("--patch-file", default="")
    parser.add_argument("--type", choices=STYLES, default="strategic")
    parser.add_argument("--subresource", default="")
    options = parser.parse(words)
    if not options.patch and not options.patch_file:
        raise UsageError(
            "must specify --patch or --patch-file containing the contents of the patch"
        )
    if options.dry_run == "client":
        raise UsageError("--dry-run=client is not modelled for patch: use --dry-run=server")
    text = options.patch or Path(options.patch_file).read_text(encoding="utf-8")
    body = _parsed(text)

    def act(one: Chosen) -> str:
        old = client.get(one.reference, options.subresource)
        write = write_of(options, MANAGER, validation="Warn", subresource=options.subresource)
        try:
            new = client.patch(one.reference, body, options.type, write)
        except UnsupportedMediaType as error:
            kind = one.reference.kind
            what = f"{kind.api_version}, Kind={kind.kind}"
            raise UsageError(f"{MEDIA[options.type]} is not supported by {what}: {error}") from None
        same = new["metadata"]["resourceVersion"] == old["metadata"]["resourceVersion"]
        changed = "patched (no change)" if same and options.dry_run == "none" else "patched"
        return said(one.reference.kind, new, changed, options)

    return each(client, chosen(client, options, options.words), act)


def _parsed(text: str) -> Any:
    if text.lstrip().startswith("{"):
        return text  # what looks like JSON goes to the API server as it is
    try:
        return first_document(text).value
    except YAMLError as error:
        raise UsageError(f'unable to parse "{text}": {error.upstream}') from None
