"""What a policy is about."""

import pytest

from kubelearn.api.istio.policy_targets import policy_targets

ONE_OF = "only one of targetRefs or workloadSelector can be set"
SERVICE = {"kind": "Service", "group": "", "name": "web"}
CASES = [
    ({}, []),
    ({"selector": {}}, []),
    ({"selector": {"matchLabels": {"app": "web"}}}, []),
    ({"targetRefs": [SERVICE, SERVICE]}, []),
    ({"selector": {}, "targetRef": SERVICE}, [ONE_OF]),
    ({"targetRef": SERVICE, "targetRefs": [SERVICE]}, [ONE_OF]),
    ({"selector": {}, "targetRefs": []}, []),
    ({"selector": {"matchLabels": {"": "*", "a*": "b"}}},
     ['empty key is not supported in selector: "=*"',
      'wildcard is not supported in selector: "=*"',
      'wildcard is not supported in selector: "a*=b"']),
    ({"targetRef": {"kind": "Service"}}, ["targetRef name must be set"]),
    ({"targetRefs": [{**SERVICE, "namespace": "other"}]},
     ["targetRef namespace must not be set; cross namespace referencing is not supported"]),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), CASES)
def test_a_policy_names_its_targets_in_one_way_only(spec, expected):
    """And without wildcards or other namespaces."""
    assert list(policy_targets(spec)) == expected


def test_the_kind_of_a_target_is_not_looked_at():
    """Unlike the real one."""
    assert list(policy_targets({"targetRef": {"kind": "Pod", "name": "web"}})) == []
