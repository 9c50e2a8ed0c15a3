"""`kubectl apply`: what files say becomes so, by a patch of kubectl's or by server-side apply.

Source: kubectl `pkg/cmd/apply/apply.go`, `patcher.go`, Kubernetes 1.36.

Unlike the real one: no pruning.
"""

from __future__ import annotations

import argparse
import json

from kubelearn.api.apply import LAST_APPLIED, patch_for, with_last_applied
from kubelearn.api.errors import Conflict
from kubelearn.api.objects import Object
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError, source
from kubelearn.kubectl.parsing import Parser
from kubelearn.kubectl.printed import said, write_of

MANAGER = "kubectl-client-side-apply"
SERVER_SIDE = "kubectl"
UNMARKED = (
    "Warning: resource {} is missing the kubectl.kubernetes.io/last-applied-configuration "
    "annotation which is required by kubectl apply. kubectl apply should only be used on resources "
    "created declaratively by either kubectl create --save-config or kubectl apply. The missing "
    "annotation will be patched automatically."
)
CONFLICTS = """\
{}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


def apply(client: Client, words: list[str]) -> str:
    """What `kubectl apply -f FILE` prints."""
    options = options_of("apply", words, "validation", "dry run", "output")
    if options.dry_run == "client":
        raise UsageError("--dry-run=client is not modelled for apply: use --dry-run=server")

    def act(one: Chosen) -> str:
        if options.server_side:
            return _apply_on_server(client, one, options)
        return _apply(client, one, options)

    return each(client, chosen(client, options, []), act)


def options_of(verb: str, words: list[str], *groups: str) -> argparse.Namespace:
    """What stands behind `kubectl apply` and `kubectl diff`; `groups` are those of `Parser`."""
    parser = Parser(verb, "namespace", "files", *groups)
    for flag in ("server-side", "force-conflicts"):
        parser.switch(f"--{flag}")
    parser.add_argument("--field-manager", default="")
    options = parser.parse(words)
    if not options.filename:
        raise UsageError("must specify one of -f and -k")
    return options


def _apply(client: Client, one: Chosen, options: argparse.Namespace) -> str:
    """Apply by a patch that kubectl makes from the last file, this one, and what is there."""
    kind, given = one.reference.kind, one.manifest or {}
    if not one.reference.name:
        raise UsageError(_nameless(one))
    live = client.find(one.reference)
    wanted = with_last_applied(kind, given, one.reference.namespace)
    write = write_of(options, options.field_manager or MANAGER)
    if live is None:
        with source("creating", one.source):
            new = client.create(wanted, one.reference.namespace, write)
        return said(kind, new, "created", options)
    if LAST_APPLIED not in (live["metadata"].get("annotations") or {}):
        client.stderr.append(UNMARKED.format(f"{kind.plural}/{one.reference.name}"))
    patch, style = patch_for(kind, live, wanted)
    with source("applying patch", one.source):
        new = client.patch(one.reference, patch, style, write)
    operation = "unchanged" if _bare(new) == _bare(live) else "configured"
    return said(kind, new, operation, options)


def _apply_on_server(client: Client, one: Chosen, options: argparse.Namespace) -> str:
    manager = options.field_manager or SERVER_SIDE
    write = write_of(options, manager, force=options.force_conflicts)
    try:
        new = client.patch(one.reference, json.dumps(one.manifest), "apply", write)
    except Conflict as error:
        raise UsageError(CONFLICTS.format(error.message)) from None
    return said(one.reference.kind, new, "serverside-applied", options)


def _nameless(one: Chosen) -> str:
    kind = one.reference.kind
    version = kind.api_version
    return (
        f'error when retrieving current configuration of:\nResource: "{version}, Resource='
        f'{kind.plural}", GroupVersionKind: "{version}, Kind={kind.kind}"\nName: "", Namespace: '
        f'"{one.reference.namespace}"\nfrom server for: "{one.source}": resource name may not be '
        "empty"
    )


def _bare(obj: Object) -> Object:
    """What tells whether a patch has changed anything, also where it was only tried."""
    metadata = {name: value for name, value in obj["metadata"].items() if name != "managedFields"}
    return {**obj, "metadata": metadata}
