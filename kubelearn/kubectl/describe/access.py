"""Roles and their bindings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import Page, heading, tags

RULES = ("Resources", "Non-Resource URLs", "Resource Names", "Verbs")


def role(_client: Client, page: Page, obj: Object) -> None:
    """A Role or ClusterRole: one row for each resource, name and URL."""
    heading(page, obj, namespaced=False)
    tags(page, obj)
    page.line("PolicyRule:")
    merged: dict[Subject, list[str]] = {}
    for rule in obj.get("rules") or ():
        for subject in _subjects(rule):
            merged.setdefault(subject, []).extend(rule.get("verbs") or ())
    found = sorted((f"[{' '.join(verbs)}]", one) for one, verbs in merged.items())
    page.table(RULES, ([one.shown, f"[{one.url}]", f"[{one.name}]", v] for v, one in found))


class Subject(NamedTuple):
    """What one row is about."""

    group: str
    resource: str
    name: str
    url: str

    @property
    def shown(self) -> str:
        """The resource with its group: "deployments.apps/scale"."""
        name, slash, subresource = self.resource.partition("/")
        return f"{name}.{self.group}{slash}{subresource}" if self.group else self.resource


def _subjects(rule: Object) -> Iterator[Subject]:
    for url in rule.get("nonResourceURLs") or ():
        yield Subject("", "", "", url)
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for name in rule.get("resourceNames") or ("",):
                yield Subject(group, resource, name, "")


def binding(_client: Client, page: Page, obj: Object) -> None:
    """A RoleBinding or ClusterRoleBinding."""
    heading(page, obj, namespaced=False)
    tags(page, obj)
    page.line("Role:")
    page.line(f"Kind:\t{obj['roleRef']['kind']}", 1)
    page.line(f"Name:\t{obj['roleRef']['name']}", 1)
    page.line("Subjects:")
    rows = (
        [one["kind"], one["name"], one.get("namespace", "")] for one in obj.get("subjects") or ()
    )
    page.table(("Kind", "Name", "Namespace"), rows)
