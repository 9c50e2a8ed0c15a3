"""ConfigMaps, Secrets, ServiceAccounts, Namespaces, quotas and limits."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import Page, heading, moment, tags

SCOPES = {
    "Terminating": (
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a "
        "node before being actively terminated by the system."
    ),
    "NotTerminating": (
        "Matches all pods that do not have an active deadline. These pods usually include long "
        "running pods whose container command is not expected to terminate."
    ),
    "BestEffort": (
        "Matches all pods that do not have resource requirements set. These pods have a best "
        "effort quality of service."
    ),
    "NotBestEffort": (
        "Matches all pods that have at least one resource requirement set. These pods have a "
        "burstable or guaranteed quality of service."
    ),
}
"""Scope of a quota → what it means."""
LIMITS = ("Type", "Resource", "Min", "Max", "Default Request", "Default Limit",
          "Max Limit/Request Ratio")  # fmt: skip
SIDES = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


def config_map(_client: Client, page: Page, obj: Object) -> None:
    """A ConfigMap with its data."""
    heading(page, obj)
    tags(page, obj)
    page.line("\nData\n====")
    data = obj.get("data") or {}
    for key in sorted(data):
        page.line(f"{key}:\n----\n{data[key]}\n")
    page.line("\nBinaryData\n====")
    binary = obj.get("binaryData") or {}
    for key in sorted(binary):
        page.line(f"{key}: {len(base64.b64decode(binary[key]))} bytes")
    page.line("")


def secret(_client: Client, page: Page, obj: Object) -> None:
    """A Secret, with the sizes of its data alone."""
    heading(page, obj)
    tags(page, obj)
    page.line(f"\nType:\t{obj.get('type', '')}")
    page.line("\nData\n====")
    data = obj.get("data") or {}
    token = obj.get("type") == "kubernetes.io/service-account-token"
    for key in sorted(data):
        content = base64.b64decode(data[key])
        shown = content.decode() if token and key == "token" else f"{len(content)} bytes"
        page.line(f"{key}:\t{shown}")


def service_account(_client: Client, page: Page, obj: Object) -> None:
    """A ServiceAccount."""
    heading(page, obj)
    tags(page, obj)
    names = [one["name"] for one in obj.get("imagePullSecrets") or ()]
    first, *rest = names or ["<none>"]
    page.line(f"Image pull secrets:\t{first}")
    for name in rest:
        page.line(f"{' ' * len('Image pull secrets:')}\t{name}")


def namespace(client: Client, page: Page, obj: Object) -> None:
    """A Namespace with its quotas and limits."""
    status, name = obj.get("status") or {}, obj["metadata"]["name"]
    heading(page, obj, namespaced=False)
    tags(page, obj)
    page.line(f"Status:\t{status.get('phase', '')}")
    if status.get("conditions"):
        page.line("Conditions:")
        rows = (
            [one["type"], one["status"], moment(one.get("lastTransitionTime")),
             one.get("reason", ""), one.get("message", "")]
            for one in status["conditions"]
        )  # fmt: skip
        page.table(("Type", "Status", "LastTransitionTime", "Reason", "Message"), rows)
    kinds = client.world.api.kinds
    _quotas(page, client.list(kinds.named("resourcequotas"), name))
    _limits(page, client.list(kinds.named("limitranges"), name))


def _quotas(page: Page, quotas: list[Object]) -> None:
    page.line("")
    page.line("Resource Quotas" if quotas else "No resource quota.")
    for one in sorted(quotas, key=lambda quota: quota["metadata"]["name"]):
        page.line(f"Name:\t{one['metadata']['name']}", 1)
        scopes = sorted(one["spec"].get("scopes") or ())
        if scopes:
            page.line(f"Scopes:\t{', '.join(scopes)}", 1)
        for scope in scopes:
            if scope in SCOPES:
                page.line(f"* {SCOPES[scope]}", 1)
        page.line("Resource\tUsed\tHard", 1)
        page.line("--------\t---\t---", 1)
        for row in _usage(one):
            page.line("\t".join(row), 1)


def _usage(quota: Object) -> Iterator[list[str]]:
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    return ([name, str(used.get(name, "0")), str(hard[name])] for name in sorted(hard))


def _limits(page: Page, ranges: list[Object]) -> None:
    page.line("")
    if not ranges:
        page.line("No LimitRange resource.")
        return
    page.line("Resource Limits")
    for row in _with_lines(LIMITS, [row for one in ranges for row in _limit_rows(one)]):
        page.line(f" {row}")


def _with_lines(head: Iterable[str], rows: list[list[str]]) -> list[str]:
    names = list(head)
    return ["\t".join(row) for row in (names, ["-" * len(n) for n in names], *rows)]


def _limit_rows(limits: Object) -> Iterator[list[str]]:
    for item in limits["spec"]["limits"]:
        names = sorted({name for side in SIDES for name in item.get(side) or {}})
        for name in names:
            values = [str((item.get(side) or {}).get(name, "-")) for side in SIDES]
            yield [item["type"], name, *values]


def limit_range(_client: Client, page: Page, obj: Object) -> None:
    """A LimitRange."""
    heading(page, obj)
    page.table(LIMITS, _limit_rows(obj), 0)


def quota(_client: Client, page: Page, obj: Object) -> None:
    """A ResourceQuota with what is used of it."""
    heading(page, obj)
    scopes = sorted(obj["spec"].get("scopes") or ())
    if scopes:
        page.line(f"Scopes:\t{', '.join(scopes)}")
    for scope in scopes:
        if scope in SCOPES:
            page.line(f" * {SCOPES[scope]}")
    page.table(("Resource", "Used", "Hard"), _usage(obj), 0)
