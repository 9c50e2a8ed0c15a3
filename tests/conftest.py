"""Options and Hypothesis profiles for all tests."""

import os

import pytest
from hypothesis import HealthCheck, settings

SLOW_MACHINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "default",
    max_examples=25,
    deadline=None,
    derandomize=True,  # the same change gets the same verdict on every machine; --full explores
    suppress_health_check=SLOW_MACHINE,
)
settings.register_profile(
    "full", max_examples=400, deadline=None, suppress_health_check=SLOW_MACHINE
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --full, the long form of the run."""
    parser.addoption(
        "--full",
        action="store_true",
        default=bool(os.environ.get("KUBELEARN_FULL")),
        help="also run what is marked slow, with the long Hypothesis profile",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Chooses the Hypothesis profile."""
    settings.load_profile("full" if config.getoption("--full") else "default")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips what is marked slow in a short run."""
    if config.getoption("--full"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: run with --full"))
