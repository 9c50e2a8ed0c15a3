"""Whether a user may do something: the rules of all roles that are bound to her.

Source: `plugin/pkg/auth/authorizer/rbac/rbac.go`, `pkg/registry/rbac/validation/rule.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.api.rbac.attributes import MASTERS, Attributes, User
from kubelearn.api.rbac.rules import Rule, allows
from kubelearn.api.rbac.system_roles import BINDINGS, CLUSTER_ROLES
from kubelearn.api.server import APIServer

ROLES = "roles.rbac.authorization.k8s.io"
CLUSTER = "clusterroles.rbac.authorization.k8s.io"
ROLE_BINDINGS = "rolebindings.rbac.authorization.k8s.io"
CLUSTER_BINDINGS = "clusterrolebindings.rbac.authorization.k8s.io"


class Granted(NamedTuple):
    """A rule that a user has, and through what."""

    rule: Rule
    through: str
    """As the reason of an allowed request says it."""


class Decision(NamedTuple):
    """Whether it is allowed, and why (for a refusal: what could not be looked at)."""

    allowed: bool
    reason: str = ""


def authorize(api: APIServer, user: User, asked: Attributes) -> Decision:
    """The decision about a request."""
    if MASTERS in user.groups:
        return Decision(True)
    problems: list[str] = []
    for granted in granted_to(api, user, asked.namespace, problems):
        if allows(granted.rule, asked):
            return Decision(True, f"RBAC: allowed by {granted.through}")
    if not problems:
        return Decision(False)
    told = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
    return Decision(False, f"RBAC: {told}")


def granted_to(
    api: APIServer, user: User, namespace: str, problems: list[str]
) -> Iterator[Granted]:
    """All rules of a user in a namespace; roles that are missing are told in `problems`."""
    yield from _of_system(user)
    for binding in api.list(CLUSTER_BINDINGS):
        yield from _of_binding(api, binding, user, "", problems)
    if namespace:
        for binding in api.list(ROLE_BINDINGS, namespace):
            yield from _of_binding(api, binding, user, namespace, problems)


def _of_system(user: User) -> Iterator[Granted]:
    for name, binding in BINDINGS.items():
        for group in binding.groups:
            if group in user.groups:
                through = f'ClusterRoleBinding "{name}" of ClusterRole "{binding.role}"'
                for rule in CLUSTER_ROLES[binding.role]:
                    yield Granted(rule, f'{through} to Group "{group}"')


def _of_binding(
    api: APIServer, binding: Object, user: User, namespace: str, problems: list[str]
) -> Iterator[Granted]:
    subject = _subject(binding, user, namespace)
    if subject is None:
        return
    reference, name = binding["roleRef"], binding["metadata"]["name"]
    rules = rules_of(api, reference, namespace)
    if rules is None:
        kind = reference["kind"].lower()
        problems.append(f'{kind}.rbac.authorization.k8s.io "{reference["name"]}" not found')
        return
    what = f'RoleBinding "{name}/{namespace}"' if namespace else f'ClusterRoleBinding "{name}"'
    for rule in rules:
        yield Granted(rule, f'{what} of {reference["kind"]} "{reference["name"]}" to {subject}')


def _subject(binding: Object, user: User, namespace: str) -> str | None:
    """The subject of a binding that is this user, as reasons say it."""
    for one in binding.get("subjects") or ():
        kind, name = one["kind"], one["name"]
        if kind == "User" and name == user.name:
            return f'User "{name}"'
        if kind == "Group" and name in user.groups:
            return f'Group "{name}"'
        if kind == "ServiceAccount":
            place = one.get("namespace") or namespace
            if user.name == f"system:serviceaccount:{place}:{name}":
                return f'ServiceAccount "{name}/{place}"'
    return None


def rules_of(api: APIServer, reference: Object, namespace: str) -> tuple[Rule, ...] | None:
    """The rules of a role that a binding names; None when there is no such role."""
    if reference["kind"] == "ClusterRole":
        found = api.find(CLUSTER, None, reference["name"])
        if found is None:
            return CLUSTER_ROLES.get(reference["name"])
    else:
        found = api.find(ROLES, namespace, reference["name"])
    return None if found is None else tuple(found.get("rules") or ())
