"""What kubectl says of an object that it has written: a sentence, or the object itself.

Source: cli-runtime `pkg/printers/name.go`, `pkg/genericclioptions/print_flags.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import argparse

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client, Write
from kubelearn.kubectl.layout import document, kind_name
from kubelearn.kubectl.parsing import VALIDATIONS

DRY = {"none": "", "client": " (dry run)", "server": " (server dry run)"}
"""Value of `--dry-run` → what stands behind a sentence."""


def dry(options: argparse.Namespace) -> str:
    """What stands behind a sentence about something that was only tried."""
    return DRY[options.dry_run]


def write_of(options: argparse.Namespace, manager: str, **how: str | bool) -> Write:
    """A write as the flags of a command line want it."""
    how.setdefault("validation", VALIDATIONS[getattr(options, "validate", "true")])
    return Write(manager, options.dry_run == "server", **how)  # type: ignore[arg-type]


def said(kind: Kind, obj: Object, operation: str, options: argparse.Namespace) -> str:
    """`pod/web created`, or with `-o` the object or its name."""
    name = f"{kind_name(kind)}/{obj['metadata'].get('name', '')}"
    output = getattr(options, "output", "")
    if output == "name":
        return name
    if output:
        return document([obj], output, single=True)
    return f"{name} {operation}{dry(options)}"


def created(
    client: Client,
    obj: Object,
    options: argparse.Namespace,
    manager: str = "kubectl-create",
    operation: str = "created",
) -> str:
    """Create an object as the flags want it, and say so."""
    kind = client.world.api.kinds.of(obj)
    if options.dry_run != "client":
        obj = client.create(obj, options.namespace, write_of(options, manager))
    return said(kind, obj, operation, options)
