"""`kubectl diff`: what applying files would change.

Source: kubectl `pkg/cmd/diff/diff.go`, Kubernetes 1.36.

Unlike the real one: the two sides are named LIVE and MERGED without the folders of their files, and
the differences are worked out here and not by the program `diff`.
"""

from __future__ import annotations

import argparse
import difflib
import json

from kubelearn.api.apply import LAST_APPLIED, patch_for, with_last_applied
from kubelearn.api.objects import Object
from kubelearn.api.yaml_output import to_yaml
from kubelearn.kubectl.apply import MANAGER, SERVER_SIDE, options_of
from kubelearn.kubectl.builder import Chosen, chosen, each
from kubelearn.kubectl.client import Client, Write
from kubelearn.world.references import Reference


def diff(client: Client, words: list[str]) -> str:
    """What `kubectl diff -f FILE` prints; the exit code is 1 when there is a difference."""
    options = options_of("diff", words)

    def act(one: Chosen) -> str:
        live = client.find(one.reference)
        return _difference(one.reference, live, _merged(client, one, live, options))

    text = each(client, chosen(client, options, []), act)
    client.code = int(bool(text))
    return text


def _merged(
    client: Client, one: Chosen, live: Object | None, options: argparse.Namespace
) -> Object:
    """What would be stored."""
    reference, given = one.reference, one.manifest or {}
    if options.server_side:
        manager = options.field_manager or SERVER_SIDE
        write = Write(manager, dry_run=True, force=options.force_conflicts)
        return client.patch(reference, json.dumps(given), "apply", write)
    write = Write(options.field_manager or MANAGER, dry_run=True)
    if live is None:
        return client.create(given, reference.namespace, write)
    wanted = with_last_applied(reference.kind, given, reference.namespace)
    patch, style = patch_for(reference.kind, live, wanted)
    # The annotation would change with every field: nobody wants to read that twice.
    del patch["metadata"]["annotations"][LAST_APPLIED]
    return client.patch(reference, patch, style, write)


def _difference(reference: Reference, live: Object | None, merged: Object) -> str:
    kind = reference.kind
    version = kind.api_version.replace("/", ".")
    name = f"{version}.{kind.kind}.{reference.namespace}.{reference.name}"
    before = to_yaml(_shown(live)).splitlines() if live is not None else []
    after = to_yaml(_shown(merged)).splitlines()
    files = (f"LIVE/{name}", f"MERGED/{name}")
    lines = list(difflib.unified_diff(before, after, *files, lineterm=""))
    return "\n".join([f"diff -u -N {' '.join(files)}", *lines]) if lines else ""


def _shown(obj: Object) -> Object:
    """The object without who wrote its fields; a Secret's data hidden."""
    metadata = {name: v for name, v in obj["metadata"].items() if name != "managedFields"}
    shown = {**obj, "metadata": metadata}
    if obj["kind"] == "Secret" and obj.get("data"):
        shown["data"] = dict.fromkeys(obj["data"], "***")
    return shown
