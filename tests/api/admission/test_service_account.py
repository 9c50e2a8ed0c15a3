"""The account of a pod and its token."""

import pytest

from kubelearn.api.admission.service_account import MOUNT_PATH
from kubelearn.api.errors import Forbidden
from tests.api.fresh import fresh, make, pod


def test_a_pod_gets_the_default_account_and_its_token():
    """A projected volume, mounted in the container."""
    spec = fresh().create(pod())["spec"]
    volume = spec["volumes"][0]["name"]
    assert spec["serviceAccountName"] == "default"
    assert spec["containers"][0]["volumeMounts"] == [
        {"name": volume, "readOnly": True, "mountPath": MOUNT_PATH}
    ]


def test_an_account_can_refuse_to_be_mounted():
    """The pod's own word counts more."""
    api = fresh()
    api.create({**make("v1", "ServiceAccount", "quiet"), "automountServiceAccountToken": False})
    quiet = api.create(pod("a", serviceAccountName="quiet"))
    loud = api.create(pod("b", serviceAccountName="quiet", automountServiceAccountToken=True))
    assert ("volumes" in quiet["spec"], "volumes" in loud["spec"]) == (False, True)


def test_a_missing_account_is_refused():
    """Upstream's sentence."""
    text = (
        'pods "web" is forbidden: error looking up service account default/ghost: '
        'serviceaccount "ghost" not found'
    )
    with pytest.raises(Forbidden) as caught:
        fresh().create(pod(serviceAccountName="ghost"))
    assert str(caught.value) == text


def test_pods_of_one_owner_share_the_name_of_the_volume():
    """Others have their own."""
    api = fresh()
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "u"}
    meta = {"ownerReferences": [{**owner, "controller": True}]}
    made = [pod("a", meta=meta), pod("b", meta=meta), pod("c")]
    one, other, alone = (api.create(each)["spec"]["volumes"][0]["name"] for each in made)
    assert one == other != alone
