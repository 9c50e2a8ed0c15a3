"""One JupyterLab over a copy of the lessons and one Chromium for all browser tests of a run.

Both end with this package: playwright keeps an event loop running in the thread of the tests, and
other tests start loops of their own.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import lab
from tests.browser.chromium import find_chromium

TOP = Path(__file__).parents[2]
SCREENSHOTS = TOP / "artifacts" / "screenshots"

# The kernel, the page and other tests share few cores: an answer may take its time.
expect.set_options(timeout=20_000)


def browser_is_required() -> bool:
    """In CI and under tests/run a missing browser is a failure, not a reason to skip."""
    return os.environ.get("CI") == "true" or "KUBELEARN_REQUIRE_BROWSER" in os.environ


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    executable = find_chromium()
    if executable is None:
        message = "no Chromium found; tests/run installs one, or set KUBELEARN_CHROMIUM to its path"
        pytest.fail(message) if browser_is_required() else pytest.skip(message)
    with lab.chromium(executable) as started:
        yield started


@pytest.fixture(scope="package")
def lessons_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the lessons: JupyterLab saves what it has run, and the originals stay clean."""
    copy = tmp_path_factory.mktemp("lessons") / "notebooks"
    shutil.copytree(TOP / "notebooks", copy)
    return copy


@pytest.fixture(scope="package")
def lab_url(lessons_copy: Path) -> Iterator[str]:
    """Base URL of a JupyterLab whose root is the copy of the lessons."""
    with lab.lab_server(lessons_copy) as base:
        yield base


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures are kept after the run."""
    return SCREENSHOTS


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page in a profile of its own, kept for one test module."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.fixture
def moving(browser: Browser) -> Iterator[Page]:
    """A page of somebody who has nothing against motion."""
    context = browser.new_context(reduced_motion="no-preference")
    yield context.new_page()
    context.close()
