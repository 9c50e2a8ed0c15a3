"""What commands do and answer."""

import pytest

from kubelearn.api.errors import Invalid, NotFound
from kubelearn.world.commands import COMMANDS
from tests.world.worlds import WEB, pods_of, web_cluster


@pytest.fixture
def cluster():
    """Three pods behind a Service."""
    return web_cluster()


def test_apply_answers_like_kubectl(cluster):
    """A line for each object."""
    assert cluster.apply(WEB) == "deployment.apps/web unchanged\nservice/web unchanged"
    changed = WEB.replace("replicas: 3", "replicas: 4")
    assert cluster.apply(changed).splitlines()[0] == "deployment.apps/web configured"


def test_apply_takes_all_objects_or_none(cluster):
    """The second one is refused, so the first is not there."""
    good = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "good"}}
    bad = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "BAD"},
        "spec": {"containers": []},
    }
    before = cluster.fingerprint()
    with pytest.raises(Invalid):
        cluster.apply([good, bad])
    assert cluster.fingerprint() == before


def test_delete_says_from_where(cluster):
    """Cluster-scoped objects are from nowhere."""
    assert cluster.delete("svc/web") == 'service "web" deleted from default namespace'
    assert cluster.delete("deploy/web").startswith('deployment.apps "web" deleted from default')
    assert cluster.delete("node/worker-3") == 'node "worker-3" deleted'


def test_scale(cluster):
    """Sets the number that is wanted."""
    assert cluster.scale("deployment/web", 1) == "deployment.apps/web scaled"
    cluster.run("60s")
    assert len(pods_of(cluster)) == 1


def test_what_has_no_replicas_is_not_scaled(cluster):
    """The kinds that have are named."""
    with pytest.raises(
        ValueError, match=r"a Node has no number of replicas: scale deployments\.apps"
    ):
        cluster.scale("node/worker-1", 3)


def test_patch_says_whether_it_changed_something(cluster):
    """As kubectl does."""
    patch = {"spec": {"replicas": 5}}
    assert cluster.patch("deploy/web", patch) == "deployment.apps/web patched"
    assert cluster.patch("deploy/web", patch) == "deployment.apps/web patched (no change)"


@pytest.mark.parametrize(
    ("command", "args"),
    [("delete", ("pod/nope",)), ("scale", ("deploy/nope", 1)), ("patch", ("deploy/nope", {}))],
)
def test_a_missing_object_is_not_found(cluster, command, args):
    """And the command is not written down."""
    before = len(cluster.journal.commands)
    with pytest.raises(NotFound, match='"nope" not found'):
        getattr(cluster, command)(*args)
    assert len(cluster.journal.commands) == before


def test_an_unknown_addon_is_refused(cluster):
    """With those that there are."""
    with pytest.raises(ValueError, match="'linkerd' cannot be installed here: choose gateway-api"):
        cluster.install("linkerd")


def test_each_command_of_the_journal_has_its_name():
    """These names stand in journals: they stay."""
    assert sorted(COMMANDS) == [
        "apply",
        "cordon",
        "delete",
        "drain",
        "evict",
        "fail.link",
        "fail.node",
        "fail.pod",
        "heal.link",
        "heal.node",
        "import_certificate",
        "install",
        "load",
        "node.add",
        "patch",
        "request",
        "respond",
        "rollout",
        "scale",
        "uncordon",
    ]


@pytest.mark.parametrize("style", ["strategic", "merge"])
def test_a_patch_may_not_set_unknown_fields(cluster, style):
    """Nothing is written."""
    before = cluster.fingerprint()
    with pytest.raises(Invalid, match=r'unknown field \\?"spec.replica\\?"'):
        cluster.patch("deploy/web", {"spec": {"replica": 5}}, style=style)
    assert before == cluster.fingerprint()


def test_a_patch_may_not_set_values_of_the_wrong_type(cluster):
    """With upstream's text."""
    with pytest.raises(Invalid, match="cannot unmarshal string into Go struct field"):
        cluster.patch("deploy/web", {"spec": {"replicas": "five"}}, style="merge")


def test_an_unknown_style_is_refused(cluster):
    """With those that there are."""
    with pytest.raises(ValueError, match="'loose' is no kind of patch: use json, merge, strategic"):
        cluster.patch("deploy/web", {}, style="loose")


def test_a_json_patch_is_a_list_of_operations(cluster):
    """As kubectl takes it, text or data."""
    patch = '[{"op": "replace", "path": "/spec/replicas", "value": 2}]'
    assert cluster.patch("deploy/web", patch, style="json") == "deployment.apps/web patched"
    assert cluster.object("deploy/web")["spec"]["replicas"] == 2


def test_a_mistake_that_is_found_late_leaves_nothing(cluster, monkeypatch):
    """Whatever was raised: what the command had written before is undone."""

    def half_done(world):
        world.api.patch("nodes", None, "worker-1", {"spec": {"unschedulable": True}})
        raise ZeroDivisionError

    monkeypatch.setitem(COMMANDS, "half done", half_done)
    before = cluster.fingerprint()
    with pytest.raises(ZeroDivisionError):
        cluster.command("half done")
    assert cluster.fingerprint() == before
    assert "unschedulable" not in cluster.object("node/worker-1")["spec"]


def test_rules_keep_their_lines(cluster):
    """A notebook scrolls them."""
    assert "<pre" in cluster.rules("service/kubernetes", "worker-1")._repr_html_()


def test_a_load_belongs_to_its_clusters(cluster):
    """It can be asked of a fork that was made after its start, and of nothing else."""
    early = cluster.fork()
    load = cluster.load("http://web.default/", rate=1)
    with pytest.raises(ValueError, match="has no load 1: fork after it was started"):
        load.of(early)
    with pytest.raises(TypeError, match="world=3: give a cluster"):
        load.of(3)
    with pytest.raises(ValueError, match="window=0: give a time above 0"):
        load.report(0)
    with pytest.raises(ValueError, match="size=-1: give a number from 0 on"):
        load.cost(-1)


def test_one_node_is_one_node(cluster):
    """In its own words."""
    text = repr(type(cluster)(nodes=0))
    assert ": 1 node, 7 pods, 7 of them Running>" in text
