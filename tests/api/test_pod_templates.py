"""Pods of one template share what admission made of the first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.errors import Forbidden, Invalid
from tests.api.fresh import deployment, fresh, make


def replica_set(api):
    """A stored ReplicaSet."""
    given = deployment()
    spec = {"selector": given["spec"]["selector"], "template": given["spec"]["template"]}
    return api.create(make("apps/v1", "ReplicaSet", "web", spec=spec))


def of_template(owner, index=0):
    """A pod as the ReplicaSet controller makes it."""
    template = owner["spec"]["template"]
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "controller": True,
                 "uid": owner["metadata"]["uid"]}  # fmt: skip
    meta = {"namespace": "default", "labels": template["metadata"]["labels"],
            "ownerReferences": [reference]}  # fmt: skip
    return make("v1", "Pod", f"web-{index}", meta=meta, spec=template["spec"])


def test_later_pods_share_spec_and_status():
    """They are the same objects, not equal ones."""
    api = fresh()
    owner = replica_set(api)
    first, second = (api.create(of_template(owner, index)) for index in range(2))
    assert first["spec"] is second["spec"]
    assert first["status"] is second["status"]
    assert first["metadata"]["labels"] is second["metadata"]["labels"]


def test_each_pod_is_still_its_own():
    """Name, UID and version differ."""
    api = fresh()
    owner = replica_set(api)
    pods = [api.create(of_template(owner, index))["metadata"] for index in range(2)]
    assert all(pods[0][name] != pods[1][name] for name in ("name", "uid", "resourceVersion"))


def test_a_new_policy_is_seen():
    """A LimitRange made later counts for the next pod."""
    api = fresh()
    owner = replica_set(api)
    api.create(of_template(owner))
    limits = [{"type": "Container", "default": {"cpu": "1"}}]
    api.create(make("v1", "LimitRange", "lr", spec={"limits": limits}))
    later = api.create(of_template(owner, 1))
    assert later["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "1"}


def test_a_quota_is_asked_for_each_pod():
    """Remembering the template does not go round it."""
    api = fresh()
    owner = replica_set(api)
    api.create(of_template(owner))
    api.create(make("v1", "ResourceQuota", "q", spec={"hard": {"pods": "1"}}))
    status = {"hard": {"pods": "1"}, "used": {"pods": "1"}}
    api.patch_status("resourcequotas", "default", "q", status)
    with pytest.raises(Forbidden, match="exceeded quota: q"):
        api.create(of_template(owner, 1))


@given(st.integers(1, 5), st.booleans())
def test_the_short_way_gives_the_same_pod(count, forked):
    """A pod of a known template equals the pod that goes through everything."""
    api = fresh()
    owner = replica_set(api)
    for index in range(count):
        api.create(of_template(owner, index))
    twin = api.fork(type(api.clock)(api.clock.now))
    if not forked:
        twin.templates = type(twin.templates)()
    assert api.create(of_template(owner, 9)) == twin.create(of_template(owner, 9))


def for_node(owner, node, index=0, **more):
    """A pod as the DaemonSet controller makes it."""
    pod = of_template(owner, index)
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    spec = {**pod["spec"], "affinity": {"nodeAffinity": required, **more}}
    return {**pod, "spec": spec}


def test_pods_for_several_nodes_share_all_but_the_node():
    """Each keeps its own affinity."""
    api = fresh()
    owner = replica_set(api)
    specs = [api.create(for_node(owner, node, index))["spec"] for index, node in enumerate("ab")]
    assert specs[0]["containers"] is specs[1]["containers"]
    assert specs[1]["affinity"] == for_node(owner, "b")["spec"]["affinity"]
    assert list(specs[0]) == list(specs[1])


def test_a_wrong_node_is_refused_after_a_right_one():
    """The affinity of each is validated."""
    api = fresh()
    owner = replica_set(api)
    api.create(for_node(owner, "a"))
    with pytest.raises(Invalid, match="nodeAffinity"):
        api.create(for_node(owner, "-b-", 1))


def test_another_pod_affinity_goes_through_everything():
    """Only the choice of nodes may differ."""
    api = fresh()
    owner = replica_set(api)
    api.create(for_node(owner, "a", podAffinity={}))
    wrong = {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": ""}]}
    with pytest.raises(Invalid, match="podAffinity"):
        api.create(for_node(owner, "a", 1, podAffinity=wrong))
