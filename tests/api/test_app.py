"""What annotations say of a program, and what they may not say."""

import pytest

from kubelearn.api.app import (
    ANNOTATIONS,
    AppBehaviour,
    Distribution,
    Exit,
    OutCall,
    ProbeFailure,
    Stop,
    changed,
    described,
    out_call,
    problems,
)
from kubelearn.sim.clock import HOUR, MILLISECOND, SECOND

GOOD = {
    "start-time": ("2s", "start_time", 2 * SECOND),
    "ready-after": ("5s", "ready_after", 5 * SECOND),
    "stop-time": ("1s code=143", "stop", Stop(SECOND, 143)),
    "exit": ("after=30s code=1", "exit", Exit(30 * SECOND, 1)),
    "probe-fails": ("liveness after=60s for=1h", "probe_failures",
                    (ProbeFailure("liveness", 60 * SECOND, HOUR),)),
    "listens": ("80, 443", "listens", (80, 443)),
    "pull": ("missing", "pull", "missing"),
    "service-time": ("lognormal 20ms 5ms", "service_time",
                     Distribution("lognormal", 20 * MILLISECOND, 5 * MILLISECOND)),
    "workers": ("4", "workers", 4),
    "fails": ("2%", "fails", 0.02),
    "calls": ("http://reviews:9080/x,grpc://cart:7070", "calls",
              ("http://reviews:9080/x", "grpc://cart:7070")),
    "forwards": ("X-Request-Id, end-user", "forwards", ("x-request-id", "end-user")),
    "cookie": ("SESSION", "cookie", "SESSION"),
    "admits": ("X-Key: open", "admits", ("x-key", "open")),
    "serves": ("files", "serves", "files"),
    "stores": ("data", "stores", "data"),
    "tls": ("certs", "tls", "certs"),
    "memory": ("100Mi", "memory", 100 * 2**20),
}  # fmt: skip
BAD = {
    "start-time": "soon",
    "ready-after": "-1s",
    "stop-time": "",
    "exit": "at=3s",
    "probe-fails": "aliveness",
    "listens": "http",
    "pull": "perhaps",
    "service-time": "normal 5ms 1ms",
    "workers": "0",
    "fails": "200%",
    "calls": "reviews",
    "forwards": "x request id",
    "cookie": "MY SESSION",
    "admits": "x-key",
    "serves": "/files",
    "stores": "/data",
    "tls": "/data",
    "memory": "much",
}


def test_every_annotation_is_tried() -> None:
    """The two tables here name all there are."""
    assert set(GOOD) == set(BAD) == set(ANNOTATIONS)


@pytest.mark.parametrize("name", GOOD)
def test_an_annotation_sets_its_field(name: str) -> None:
    """Its text becomes a value of the behaviour."""
    text, field, value = GOOD[name]
    assert getattr(changed(AppBehaviour(), (f"{name}={text}",)), field) == value


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_annotation_is_named(name: str) -> None:
    """The problem says which annotation and what is allowed."""
    key = f"kubelearn.dev/{name}"
    assert [found[0] for found in problems({key: BAD[name]})] == [key]
    with pytest.raises(ValueError, match=key):
        changed(AppBehaviour(), (f"{name}={BAD[name]}",))


def test_never_means_for_ever() -> None:
    """A program can be told never to end, or to ignore SIGTERM."""
    app = changed(AppBehaviour(exit=Exit(0, 0)), ("exit=never", "stop-time=never"))
    assert (app.exit, app.stop) == (None, Stop(None, 137))


def test_a_name_with_a_container_speaks_of_it_alone() -> None:
    """What is said of one container wins over what is said of the pod's first one."""
    said = {"kubelearn.dev/exit": "after=1s", "kubelearn.dev/exit.logger": "after=2s"}
    assert described(said, "web", first=True) == ("exit=after=1s",)
    assert described(said, "logger", first=False) == ("exit=after=2s",)
    assert described(said, "other", first=False) == ()


def test_annotations_of_others_are_left_alone() -> None:
    """Unknown names of our prefix belong to other parts."""
    assert problems({"kubelearn.dev/mesh": "x", "example.com/exit": "x"}) == []


def test_a_call_with_patience_tries_and_without_need() -> None:
    """What may stand behind an address."""
    found = out_call("http://reviews:9080/x timeout=3s tries=2 optional")
    assert found == OutCall("http://reviews:9080/x", 3 * SECOND, 2, optional=True)
    assert out_call("grpc://cart:7070") == OutCall("grpc://cart:7070")


@pytest.mark.parametrize("words", ["tries=0", "tries=x", "timeout=soon", "often"])
def test_other_words_behind_an_address_are_refused(words: str) -> None:
    """With what is allowed."""
    with pytest.raises(ValueError, match=words.partition("=")[2] or words):
        out_call(f"http://reviews:9080 {words}")
