"""The live service graph without a browser: it follows the time of its cluster."""

import pytest

from kubelearn.widgets.live_picture import LivePicture
from kubelearn.widgets.messages import receive
from kubelearn.widgets.sources import live_picture_script, live_picture_style
from kubelearn.widgets.views import Picture
from tests.mesh.telemetry.watched import ask, watched_mesh


@pytest.fixture
def cluster():
    """A mesh in which nothing has been asked yet."""
    return watched_mesh()


@pytest.fixture
def heard(monkeypatch):
    """What pictures send to their front ends."""
    messages = []
    monkeypatch.setattr(LivePicture, "send", lambda _, message, *__: messages.append(message))
    return messages


def test_it_is_there_before_the_kernel_answers(cluster):
    """Picture, words, time control and time line."""
    ask(cluster, "http://back/")
    start = cluster.show("graph").start
    assert start["type"] == "frames"
    assert 'data-kl="graph"' in start["frames"][0]["html"]
    assert "1 connection in use" in start["frames"][0]["summary"]
    assert len(start["history"]) == 1


def test_it_follows_what_cells_do(cluster, heard):
    """A ping is answered by a new picture when something has happened."""
    picture = cluster.show("graph")
    ask(cluster, "http://back/")
    receive(picture.player, {"type": "ping"})
    assert [message["type"] for message in heard] == ["pong", "frames"]
    assert "client → back" in heard[-1]["frames"][0]["html"]
    receive(picture.player, {"type": "ping"})
    assert heard[-1]["type"] == "pong"


def test_the_past_can_be_looked_at(cluster, heard):
    """As it was then, and again as it is now."""
    moment = cluster.clock.now
    ask(cluster, "http://back/")
    picture = cluster.show("graph")
    receive(picture.player, {"type": "look", "time": moment})
    assert picture.frame["edges"] == []
    assert heard[-1]["control"]["past"]
    receive(picture.player, {"type": "now"})
    assert len(picture.frame["edges"]) == 1


def test_the_last_minute_moves_on(cluster):
    """What is older than a minute leaves the picture."""
    ask(cluster, "http://back/")
    picture = cluster.show("graph")
    assert len(picture.frame["edges"]) == 1
    cluster.run("70s")
    receive(picture.player, {"type": "ping"})
    assert picture.frame["edges"] == []


def test_a_cluster_of_the_past_has_a_still_picture(cluster):
    """Nothing can happen in it."""
    assert isinstance(cluster.at(cluster.time).show("graph"), Picture)


def test_without_a_kernel_there_is_the_picture(cluster):
    """As HTML and as text, beside the widget."""
    ask(cluster, "http://back/")
    picture = cluster.show("graph")
    data = picture._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    assert "Run the cell to make it live" in data["text/html"]
    assert data["text/plain"] == repr(picture)
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize("hook", ["live-picture", "picture", "play", "scrub"])
def test_hooks_for_tests(hook):
    """Browser tests find the parts by these names."""
    assert f'"data-kl": "{hook}"' in live_picture_script()


def test_the_script_needs_nothing_from_elsewhere():
    """No import, one default export, keys stay in the view."""
    assert "import " not in live_picture_script()
    assert live_picture_script().count("export default") == 1
    assert "event.stopPropagation()" in live_picture_script()


def test_the_rules_stay_in_the_view():
    """Its own rules begin with its class."""
    own = live_picture_style().partition("/* Colours and controls are those of the cluster view.")[
        2
    ]
    assert all(line.startswith(".kl-live ") for line in own.splitlines() if "{" in line)
