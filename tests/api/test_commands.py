"""How the commands of examples end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.app import Exit
from kubelearn.api.commands import Unknown, exit_of
from kubelearn.sim.clock import SECOND

ENDS = {
    "echo hello": Exit(0, 0),
    "sleep 5; exit 1": Exit(5 * SECOND, 1),
    "echo a && sleep 2 && false": Exit(2 * SECOND, 1),
    "false && exit 3; sleep 1": Exit(SECOND, 0),
    "echo 'a; exit 7' > /tmp/x; exit 2": Exit(0, 2),
    "exec sleep 3": Exit(3 * SECOND, 0),
    "date\nsleep 1m": Exit(60 * SECOND, 0),
}
FOR_EVER = (
    "sleep infinity",
    "while true; do date; sleep 5; done",
    "tail -f /dev/null",
    "touch /tmp/ready; while :; do sleep 1; done",
)
UNKNOWN = (
    "until nslookup db; do sleep 2; done",
    "python app.py",
    "if true; then exit 1; fi",
    "cat /x | grep y",
    "sleep $DELAY",
    "echo 'open",
)


@pytest.mark.parametrize("script", ENDS)
def test_a_script_that_ends(script: str) -> None:
    """Its time and exit code are read exactly."""
    assert exit_of(["sh", "-c", script]) == ENDS[script]


@pytest.mark.parametrize("script", FOR_EVER)
def test_a_script_that_never_ends(script: str) -> None:
    """None: it runs for ever."""
    assert exit_of(["/bin/sh", "-c", script]) is None


@pytest.mark.parametrize("script", UNKNOWN)
def test_what_cannot_be_followed_is_not_guessed(script: str) -> None:
    """Unknown is raised instead."""
    with pytest.raises(Unknown):
        exit_of(["sh", "-c", script])


def test_a_command_without_a_shell() -> None:
    """`command: [sleep, "3600"]`."""
    assert exit_of(["sleep", "3600"]) == Exit(3600 * SECOND, 0)


@given(st.text(max_size=40))
def test_any_script_is_followed_or_refused(script: str) -> None:
    """No text makes another error."""
    try:
        end = exit_of(["sh", "-c", script])
    except Unknown:
        return
    assert end is None or end.after >= 0
