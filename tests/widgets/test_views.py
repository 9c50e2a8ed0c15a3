"""`show(view)` and `compare(view=)`: pictures of the moment, as HTML and as text."""

import pytest

import kubelearn as kl
from kubelearn.cluster import Cluster
from kubelearn.widgets.views import COMPARED, VIEWS

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web"},
    "spec": {"containers": [{"name": "a", "image": "nginx"}]},
}


@pytest.fixture(scope="module")
def cluster():
    """One pod, placed."""
    cluster = Cluster(nodes=2, seed=1)
    cluster.apply(POD)
    cluster.run("10s")
    return cluster


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_shown_by_its_name(cluster, name):
    """As a figure, and as text that begins with the same words."""
    picture = cluster.show(name)
    assert picture.frame["summary"] in repr(picture)
    assert f'data-kl="{name}"' in picture._repr_html_()


@pytest.mark.parametrize("name", COMPARED)
def test_every_view_of_two_clusters(cluster, name):
    """With the names that were given."""
    picture = kl.compare(cluster, cluster.fork(), names=("one", "two"), view=name)
    assert "one" in repr(picture)
    assert "two" in picture._repr_html_()


def test_scores_of_a_pod(cluster):
    """By reference; an object will do too."""
    assert cluster.show("scores", "pod/web").frame["pod"] == "default/web"
    assert cluster.show("scores", cluster.object("pod/web")).frame["pod"] == "default/web"


def test_wrong_names_are_told_what_there_is(cluster):
    """A view that is not there, a reference where none belongs, a node for a pod."""
    with pytest.raises(ValueError, match="choose one of scores, queue"):
        cluster.show("nonsense")
    with pytest.raises(ValueError, match="choose one of balance"):
        kl.compare(cluster, cluster, view="nonsense")
    with pytest.raises(TypeError, match="of the whole cluster"):
        cluster.show("queue", "pod/web")
    with pytest.raises(TypeError, match='wants a pod such as "pod/web-0"'):
        cluster.show("scores", "node/worker-1")


def test_a_picture_is_of_its_moment(cluster):
    """What happens later does not change it."""
    other = cluster.fork()
    before = other.show("placement")
    words = repr(before)
    other.delete("pod/web")
    other.run("60s")
    assert repr(before) == words
    assert repr(other.show("placement")) != words


def test_the_past_can_be_drawn(cluster):
    """A moment of the past has its frames too."""
    past = cluster.at("1s")
    assert past.show("balance").frame["time"] == past.clock.now


def test_a_path_wants_a_finished_request(cluster):
    """Nothing else will do."""
    with pytest.raises(TypeError, match=r'wants what request\("…"\) returns, not \'pod/web\''):
        cluster.show("path", "pod/web")


def test_a_view_begins_in_the_past(cluster):
    """A moment that has not come yet is a mistake; now is none."""
    with pytest.raises(ValueError, match="since='9h' has not come yet: choose 0s to"):
        cluster.show("capacity", since="9h")
    assert repr(cluster.show("capacity", since=cluster.time))


def test_only_clusters_are_compared(cluster):
    """Each with a name of its own."""
    with pytest.raises(TypeError, match=r"compare takes clusters, such as cluster.fork\(\) gives"):
        kl.compare(cluster, "other")
    with pytest.raises(ValueError, match="two clusters need two names"):
        kl.compare(cluster, cluster.fork(), names=("left",))


def test_more_than_two_can_be_compared(cluster):
    """Where the view takes them, each with a name."""
    others = [cluster.fork(), cluster.fork()]
    names = ("one", "two", "three")
    picture = kl.compare(cluster, others[0], names, "failover", more=others[1:])
    assert [f"{name} has no load" in repr(picture) for name in names] == [True] * 3
    with pytest.raises(ValueError, match="3 clusters need as many names"):
        kl.compare(cluster, others[0], ("one", "two"), "failover", more=others[1:])
    with pytest.raises(TypeError, match=r'compare\(view="balance"\) takes two clusters, not 3'):
        kl.compare(cluster, others[0], names, "balance", more=others[1:])
    with pytest.raises(TypeError, match="the live view compares two clusters"):
        kl.compare(cluster, others[0], names, more=others[1:])
