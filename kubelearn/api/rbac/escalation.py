"""Nobody gives away what she does not have: writes of roles and bindings.

Source: `pkg/registry/rbac/role/policybased`, `rolebinding/policybased`, `escalation_check.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.api.errors import Forbidden, NotFound
from kubelearn.api.objects import Object
from kubelearn.api.rbac.attributes import MASTERS, Attributes, User
from kubelearn.api.rbac.authorizer import (
    CLUSTER,
    CLUSTER_BINDINGS,
    ROLE_BINDINGS,
    ROLES,
    authorize,
    granted_to,
    rules_of,
)
from kubelearn.api.rbac.rules import Rule, compacted, covers, list_text, parts, rule_text
from kubelearn.api.server import APIServer

GROUP = "rbac.authorization.k8s.io"


def check_escalation(api: APIServer, user: User, resource: str, obj: Object) -> None:
    """Forbidden when a role or binding grants more than its writer holds.

    NotFound when a binding names a role that is not there.
    """
    if MASTERS in user.groups:
        return
    namespace, name = obj["metadata"].get("namespace", ""), obj["metadata"].get("name", "")
    if resource in (ROLES, CLUSTER):
        if not _may(api, user, "escalate", resource, name, namespace):
            _check(api, user, resource, name, namespace, obj.get("rules") or ())
    elif resource in (ROLE_BINDINGS, CLUSTER_BINDINGS):
        _check_binding(api, user, resource, obj, namespace)


def _check_binding(api: APIServer, user: User, resource: str, obj: Object, namespace: str) -> None:
    reference = obj["roleRef"]
    role = CLUSTER if reference["kind"] == "ClusterRole" else ROLES
    if _may(api, user, "bind", role, reference["name"], namespace):
        return
    rules = rules_of(api, reference, namespace)
    if rules is None:
        raise NotFound.of(resource, reference["name"])
    _check(api, user, resource, obj["metadata"]["name"], namespace, rules)


def _may(api: APIServer, user: User, verb: str, resource: str, name: str, namespace: str) -> bool:
    plural = resource.partition(".")[0]
    asked = Attributes(verb, GROUP, plural, name=name, namespace=namespace)
    return authorize(api, user, asked).allowed


def _check(
    api: APIServer, user: User, resource: str, name: str, namespace: str, rules: Iterable[Rule]
) -> None:
    owned = [granted.rule for granted in granted_to(api, user, namespace, [])]
    missing = [
        part for rule in rules for part in parts(rule)
        if not any(covers(one, part) for one in owned)
    ]  # fmt: skip
    if not missing:
        return
    lines = "\n".join(sorted(map(rule_text, compacted(missing))))
    who = f'user "{user.name}" (groups={list_text(user.groups)})'
    text = f"{who} is attempting to grant RBAC permissions not currently held:\n{lines}"
    raise Forbidden.of(resource, name, text)
