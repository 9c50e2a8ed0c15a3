"""The verbs of the API server on objects of this process."""

import pytest

from kubelearn.api.errors import AlreadyExists, Conflict, Invalid, NotFound
from tests.api.fresh import deployment, fresh, make, pod, service


def config(**data):
    """A ConfigMap named c."""
    return make("v1", "ConfigMap", "c", data=data)


def test_a_new_object_gets_its_system_fields():
    """UID, creation time, version and generation come from the server."""
    stored = fresh().create(deployment())
    assert stored["metadata"]["generation"] == 1
    assert {"uid", "creationTimestamp", "resourceVersion"} <= set(stored["metadata"])


def test_a_uid_cannot_be_chosen():
    """What a writer says about system fields of a new object is ignored."""
    stored = fresh().create(make("v1", "ConfigMap", "c", meta={"uid": "mine"}))
    assert stored["metadata"]["uid"] != "mine"


def test_a_second_object_of_a_name_is_refused():
    """AlreadyExists has upstream's sentence."""
    api = fresh()
    api.create(config())
    with pytest.raises(AlreadyExists, match=r'^configmaps "c" already exists$'):
        api.create(config())


def test_a_name_is_not_free_while_its_object_is_going():
    """The sentence tells that the old object is on its way out."""
    api = fresh()
    api.create(make("v1", "ConfigMap", "c", meta={"finalizers": ["x.io/f"]}))
    api.delete("configmaps", "default", "c")
    with pytest.raises(AlreadyExists, match=r"^object is being deleted: "):
        api.create(config())


def test_generated_names_do_not_collide():
    """A taken name is drawn again."""
    api = fresh()
    prefix = make("v1", "ConfigMap", "", meta={"generateName": "g-"})
    names = {api.create(prefix)["metadata"]["name"] for _ in range(50)}
    assert len(names) == 50


def test_a_dry_run_stores_nothing():
    """The object comes back as it would be, without a version."""
    api = fresh()
    made = api.create(config(a="1"), dry_run=True)
    assert "resourceVersion" not in made["metadata"]
    assert api.find("configmaps", "default", "c") is None


def test_an_update_of_an_old_version_conflicts():
    """The optimistic lock."""
    api = fresh()
    first = api.create(config(a="1"))
    api.patch("configmaps", "default", "c", {"data": {"a": "2"}})
    with pytest.raises(Conflict, match="the object has been modified"):
        api.update(first)


def test_a_change_of_nothing_is_no_write():
    """The version stays."""
    api = fresh()
    before = api.create(config(a="1"))
    after = api.patch("configmaps", "default", "c", {"data": {"a": "1"}})
    assert before is after


def test_generation_counts_changes_of_the_spec_only():
    """Labels and status do not count."""
    api = fresh()
    api.create(deployment())
    api.patch("deployments.apps", "default", "web", {"metadata": {"labels": {"x": "y"}}})
    api.patch_status("deployments.apps", "default", "web", {"replicas": 1})
    changed = api.patch("deployments.apps", "default", "web", {"spec": {"replicas": 2}})
    assert changed["metadata"]["generation"] == 2


def test_a_plain_write_leaves_the_status_alone():
    """Status has its own door."""
    api = fresh()
    api.create(deployment())
    after = api.patch("deployments.apps", "default", "web", {"status": {"replicas": 9}})
    assert after["status"] == {}


def test_an_invalid_change_changes_nothing():
    """The refusal names the field; the object stays."""
    api = fresh()
    before = api.create(deployment())
    with pytest.raises(Invalid, match=r"spec\.replicas: Invalid value: -1"):
        api.patch("deployments.apps", "default", "web", {"spec": {"replicas": -1}})
    assert before is api.get("deployments.apps", "default", "web")


def test_an_object_with_finalizers_goes_when_the_last_is_removed():
    """Deleting marks it; emptying the list removes it."""
    api = fresh()
    api.create(make("v1", "ConfigMap", "c", meta={"finalizers": ["x.io/f"]}))
    marked = api.delete("configmaps", "default", "c")
    assert "deletionTimestamp" in marked["metadata"]
    api.patch("configmaps", "default", "c", {"metadata": {"finalizers": None}})
    assert api.find("configmaps", "default", "c") is None


def test_a_bound_pod_gets_its_grace_period():
    """30 s unless the pod says otherwise; a pod without node goes at once."""
    api = fresh()
    api.create(pod("free"))
    api.create(pod("bound", nodeName="n1"))
    assert api.delete("pods", "default", "free")["metadata"]["deletionGracePeriodSeconds"] == 0
    assert api.delete("pods", "default", "bound")["metadata"]["deletionGracePeriodSeconds"] == 30
    assert api.find("pods", "default", "free") is None


def test_a_deletion_can_name_the_uid_it_means():
    """Another UID is a Conflict."""
    api = fresh()
    api.create(config())
    with pytest.raises(Conflict, match="does not match the UID in record"):
        api.delete("configmaps", "default", "c", uid="wrong")


def test_nothing_can_be_made_in_a_missing_namespace():
    """NotFound of the namespace, before any rule about the object."""
    with pytest.raises(NotFound, match=r'^namespaces "ghost" not found$'):
        fresh().create(make("v1", "ConfigMap", "c!", meta={"namespace": "ghost"}))


def test_a_finalized_namespace_is_gone():
    """The namespace controller takes the last finalizer away."""
    api = fresh()
    api.create(make("v1", "Namespace", "team"))
    assert api.delete("namespaces", None, "team")["status"]["phase"] == "Terminating"
    api.finalize("team", [])
    assert api.find("namespaces", None, "team") is None


def _two_services(api):
    """A good one and a bad one, all or nothing."""
    with api.transaction():
        api.create(service(clusterIP="10.96.7.7"))
        api.create(service("bad", type="Foo"))


def test_a_failed_transaction_gives_addresses_back():
    """Nothing of what was written inside stays."""
    api = fresh()
    revision = api.store.revision
    with pytest.raises(Invalid):
        _two_services(api)
    assert (revision, None) == (api.store.revision, api.allocator.address_owner("10.96.7.7"))


def test_what_admission_puts_back_is_no_change():
    """The tolerations that every pod has come back: nothing is written, no generation counted."""
    api = fresh()
    old = api.create(pod())
    assert old["spec"]["tolerations"]
    patched = api.patch("pods", "default", "web", {"spec": {"tolerations": []}})
    assert patched is old
