"""Watches that stay open: what they start with, what follows, and how they end."""

from kubelearn.server import Request, respond
from tests.api.fresh import fresh, make

MAPS = "/api/v1/namespaces/default/configmaps"
MARK = {"k8s.io/initial-events-end": "true"}


class Cluster:
    """As much of a cluster as the function needs."""

    def __init__(self):
        self.api = fresh()


def create(cluster, name, **labels):
    """Store a ConfigMap."""
    body = make("v1", "ConfigMap", name, meta={"labels": labels})
    assert respond(cluster, Request("POST", MAPS, body=body)).code == 201


def watch(cluster, **query):
    """The answer to a watch."""
    return respond(cluster, Request("GET", MAPS, {"watch": "true", **query}))


def seen(rows):
    """(type, name) of each event."""
    return [(row["type"], row["object"]["metadata"].get("name", "")) for row in rows]


def watch_list(cluster, **query):
    """A watch that asks for the present state first."""
    asked = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}
    return watch(cluster, allowWatchBookmarks="true", **asked, **query)


def test_the_present_state_ends_with_a_mark():
    """Then the client knows that it has everything."""
    cluster = Cluster()
    create(cluster, "a")
    rows = watch_list(cluster).body["events"]
    assert seen(rows) == [("ADDED", "a"), ("BOOKMARK", "")]
    assert rows[-1]["object"]["metadata"]["annotations"] == MARK


def test_the_present_state_comes_whatever_the_client_has_seen():
    """Also when it says from which revision on."""
    cluster = Cluster()
    create(cluster, "a")
    rows = watch_list(cluster, resourceVersion=str(cluster.api.store.revision)).body["events"]
    assert seen(rows) == [("ADDED", "a"), ("BOOKMARK", "")]


def test_later_events_follow_once():
    """Each look tells what is new since the one before."""
    cluster = Cluster()
    answer = watch(cluster)
    create(cluster, "a")
    first = answer.watch.poll(cluster.api)
    assert (answer.body, seen(first)) == ("", [("ADDED", "a")])
    assert answer.watch.poll(cluster.api) == []


def test_a_selector_decides_what_is_seen():
    """Other objects never appear."""
    cluster = Cluster()
    answer = watch(cluster, labelSelector="x=y")
    create(cluster, "a")
    create(cluster, "b", x="y")
    assert seen(answer.watch.poll(cluster.api)) == [("ADDED", "b")]


def test_a_watch_of_a_future_that_was_taken_back_ends():
    """After a rewind the client has to list again."""
    cluster = Cluster()
    create(cluster, "a")
    answer = watch(cluster)
    answer.watch.revision += 5
    rows = answer.watch.poll(cluster.api)
    assert (rows[0]["type"], rows[0]["object"]["code"], answer.watch.ended) == ("ERROR", 410, True)


def test_only_the_first_table_has_headers():
    """Later rows come without."""
    cluster = Cluster()
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io"
    answer = respond(cluster, Request("GET", MAPS, {"watch": "true"}, accept=accept))
    create(cluster, "a")
    create(cluster, "b")
    first, second = answer.watch.poll(cluster.api)
    assert first["object"]["columnDefinitions"]
    assert second["object"]["columnDefinitions"] is None
