"""The vectors of `live_api/`: requests and the answers of a real API server 1.36.2."""

from tests.conformance.cases import Case
from tests.conformance.replay import comparable, replay, with_ages

AREA = "live_api"


def test_case(case: Case) -> None:
    """Code, body and warnings are those of the real API server."""
    codes, answer = replay(case.data)
    assert case.data["setup_codes"] == codes
    wanted = comparable(case.data["response"])
    assert wanted == with_ages(wanted, comparable(answer))
