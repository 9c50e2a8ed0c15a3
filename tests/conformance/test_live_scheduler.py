"""The vectors of `live_scheduler/`, each through the adapter of its file."""

from tests.conformance.cases import Case
from tests.conformance.vectors import run_case

AREA = "live_scheduler"


def test_case(case: Case) -> None:
    """kubelearn gives what upstream gives."""
    run_case(case)
