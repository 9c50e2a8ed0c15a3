"""Who may do what, by the roles and bindings of a cluster."""

import pytest

from kubelearn.api.errors import Forbidden, NotFound
from kubelearn.api.rbac.attributes import (
    ADMINISTRATOR,
    ANONYMOUS,
    AUTHENTICATED,
    Attributes,
    User,
)
from kubelearn.api.rbac.authorizer import authorize
from kubelearn.api.rbac.escalation import check_escalation
from tests.api.fresh import fresh

ALICE = User("alice", ("dev", AUTHENTICATED))
RBAC = "rbac.authorization.k8s.io"
READ = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}


def role(name, *rules, kind="Role", namespace="default"):
    """A Role or ClusterRole."""
    metadata = {"name": name, **({"namespace": namespace} if kind == "Role" else {})}
    return {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata, "rules": list(rules)}


def binding(name, role_name, *subjects, kind="Role", role_kind="Role"):
    """A binding of a role to subjects."""
    metadata = {"name": name, **({"namespace": "default"} if kind == "Role" else {})}
    reference = {"apiGroup": RBAC, "kind": role_kind, "name": role_name}
    return {"apiVersion": f"{RBAC}/v1", "kind": f"{kind}Binding", "metadata": metadata,
            "subjects": list(subjects), "roleRef": reference}  # fmt: skip


def subject(kind, name, **more):
    """Whom a binding names."""
    group = {} if kind == "ServiceAccount" else {"apiGroup": RBAC}
    return {"kind": kind, "name": name, **group, **more}


@pytest.fixture
def api():
    """An API server with a role that reads pods, bound to alice, a group and an account."""
    made = fresh()
    made.create(role("reader", READ))
    made.create(binding("rb", "reader", subject("User", "alice"), subject("Group", "ops"),
                        subject("ServiceAccount", "bot", namespace="default")))  # fmt: skip
    return made


GET = Attributes("get", resource="pods", name="x", namespace="default")


def test_a_binding_grants_in_its_namespace(api):
    """And says through what."""
    reason = 'RBAC: allowed by RoleBinding "rb/default" of Role "reader" to User "alice"'
    assert authorize(api, ALICE, GET) == (True, reason)
    assert not authorize(api, ALICE, GET._replace(namespace="other")).allowed


def test_groups_and_accounts(api):
    """Anybody of them."""
    assert authorize(api, User("bob", ("ops",)), GET).allowed
    assert authorize(api, User("system:serviceaccount:default:bot"), GET).allowed
    assert not authorize(api, User("system:serviceaccount:other:bot"), GET).allowed


def test_everybody_may_look_around_and_administrators_may_everything(api):
    """Discovery for those who are known, health for all."""
    apis, health = (Attributes("get", path=path) for path in ("/apis", "/healthz"))
    assert authorize(api, ALICE, apis).allowed
    assert not authorize(api, ANONYMOUS, apis).allowed
    assert authorize(api, ANONYMOUS, health).allowed
    assert authorize(api, ADMINISTRATOR, Attributes("delete", resource="nodes")).allowed


def test_a_missing_role_is_told_with_the_refusal(api):
    """It might have allowed the request."""
    api.create(binding("lost", "ghost", subject("User", "carol")))
    found = authorize(api, User("carol"), GET)
    assert found == (False, 'RBAC: role.rbac.authorization.k8s.io "ghost" not found')


def test_nobody_gives_away_what_she_lacks(api):
    """What she holds she may pass on; a role that is not there nobody can bind."""
    check_escalation(api, ALICE, f"roles.{RBAC}", role("fine", READ))
    more = {**READ, "resources": ["secrets", "pods"], "verbs": ["get", "list"]}
    with pytest.raises(Forbidden) as error:
        check_escalation(api, ALICE, f"roles.{RBAC}", role("evil", more))
    assert str(error.value).splitlines()[1:] == [
        '{APIGroups:[""], Resources:["pods"], Verbs:["list"]}',
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
    ]
    with pytest.raises(NotFound):
        check_escalation(api, ALICE, f"rolebindings.{RBAC}", binding("b", "ghost"))
