"""Rules: what they allow, and how they are told."""

import pytest

from kubelearn.api.rbac.attributes import Attributes
from kubelearn.api.rbac.rules import allows, compacted, covers, parts, rule_text

API = {"nonResourceURLs": ["/api"], "verbs": ["get"]}
PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}


@pytest.mark.parametrize(
    ("rule", "asked", "wanted"),
    [
        (PODS, Attributes("get", resource="pods", name="web"), True),
        (PODS, Attributes("delete", resource="pods"), False),
        (PODS, Attributes("get", resource="pods", subresource="log"), False),
        (PODS, Attributes("get", "apps", "pods"), False),
        ({**PODS, "resources": ["*/log"]}, Attributes("get", "", "pods", "log"), True),
        ({**PODS, "resources": ["*"]}, Attributes("get", "", "pods", "log"), True),
        ({**PODS, "resourceNames": ["web"]}, Attributes("get", resource="pods", name="web"), True),
        ({**PODS, "resourceNames": ["web"]}, Attributes("list", resource="pods"), False),
        (API | {"nonResourceURLs": ["/api/*"]}, Attributes("get", path="/api/v1"), True),
        (API, Attributes("get", path="/api/v1"), False),
    ],
)  # fmt: skip
def test_what_a_rule_allows(rule, asked, wanted):
    """All of verb, group, resource and name have to fit."""
    assert allows(rule, asked) is wanted


def test_parts_are_put_together_again():
    """One verb on one thing each, and back."""
    split = list(parts(PODS))
    assert len(split) == 2
    assert compacted(split) == [PODS]
    assert all(covers(PODS, part) for part in split)
    assert not covers({**PODS, "resourceNames": ["web"]}, split[0])


def test_a_rule_is_told_as_go_prints_it():
    """With quoted texts in brackets."""
    wanted = '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}'
    assert rule_text(PODS) == wanted
