"""The properties of a Spring application."""

import pytest

from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import duration, read

FILE = "/app/config/application.yaml"


def test_names_are_relaxed():
    """Dots, dashes and capitals of a name do not count."""
    text = "spring.cloud.gateway:\n  fooBar: 1\nspring:\n  cloud: {gateway: {max-size: 2}}\n"
    found = read({FILE: text}, {})
    assert (found.get("spring.cloud.gateway.foo-bar"),
                      found.get("spring.cloud.gateway.maxSize")) == (1, 2)  # fmt: skip


def test_the_environment_wins():
    """A variable stands above the file."""
    found = read({FILE: "a.b-c: 1"}, {"A_BC": "2"})
    assert found.get("a.b-c") == "2"


def test_placeholders():
    """From a variable, another property, or the default behind the colon."""
    found = read({FILE: "a: ${X}-${b}-${none:5}\nb: y\n"}, {"X": "x"})
    assert found.get("a") == "x-y-5"


def test_a_placeholder_that_nothing_fills():
    """The application does not start."""
    with pytest.raises(StartFailure, match="Could not resolve placeholder 'NONE'"):
        read({FILE: "a: ${NONE}"}, {}).get("a")


def test_later_documents_and_places_win():
    """Except for documents of a profile."""
    files = {
        "/app/application.yaml": "a: 1\nb: 1\n",
        FILE: "a: 2\n---\nspring.config.activate.on-profile: prod\na: 3\n",
    }
    found = read(files, {})
    assert (found.get("a"), found.get("b")) == (2, 1)


def test_a_file_that_is_no_yaml():
    """SnakeYAML's class and words."""
    with pytest.raises(StartFailure, match="mapping values are not allowed here") as failure:
        read({FILE: "a: b: c"}, {})
    assert failure.value.lines[0] == "Application run failed"
    assert "org.yaml.snakeyaml.scanner.ScannerException" in failure.value.lines[1]


def test_durations():
    """A bare number is milliseconds."""
    assert [duration(200), duration("2s")] == [200 * MILLISECOND, 2 * SECOND]
