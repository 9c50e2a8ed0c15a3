"""The runner of the conformance vectors: `pytest tests/conformance --vectors DIR`.

Every `DIR/<area>/*.json` is read, each case is one test with the case's id in its name, and a line
per area and file is printed at the end. What is not built yet is an expected failure with a reason
(`expected.py`), never left out.
"""

from __future__ import annotations

from collections import Counter

import pytest

pytest.register_assert_rewrite("tests.conformance.vectors", "tests.conformance.replay")

from tests.conformance import expected  # noqa: E402
from tests.conformance.cases import Case, cases_of, folder  # noqa: E402

AREAS = (
    "controllers",
    "edge_mesh",
    "live_api",
    "live_controllers",
    "live_scheduler",
    "scheduler",
)
SCENARIOS = ("live_controllers", "live_scheduler")
COUNTED = {"passed": "passed", "xfailed": "expected failures", "failed": "failed",
           "xpassed": "passed against expectation", "skipped": "skipped"}  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --vectors."""
    parser.addoption("--vectors", metavar="DIR", help="the folder of the conformance vectors")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes one test per case of the area that the test module names."""
    if "case" not in metafunc.fixturenames:
        return
    directory = folder(metafunc.config.getoption("--vectors", None))
    if directory is None:
        skip = pytest.mark.skip(reason="no conformance vectors here: give --vectors DIR")
        metafunc.parametrize("case", [pytest.param(None, marks=skip, id="no-vectors")])
        return
    found = cases_of(directory, metafunc.module.AREA)
    metafunc.parametrize("case", [_param(case) for case in found])


def _param(case: Case) -> pytest.param:
    reason = expected.reason(case)
    marks = [pytest.mark.xfail(reason=reason, strict=False)] if reason else []
    return pytest.param(case, id=case.name, marks=marks)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what passed and what is an expected failure, by area and file, with the reasons."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    reasons: dict[tuple[str, str], Counter[str]] = {}
    for outcome in COUNTED:
        for report in terminalreporter.stats.get(outcome, ()):
            place = _place(report)
            if place is None:
                continue
            counts.setdefault(place, Counter())[outcome] += 1
            if outcome == "xfailed":
                reason = getattr(report, "wasxfail", "").removeprefix("reason: ")
                reasons.setdefault(place, Counter())[reason] += 1
    if counts:
        terminalreporter.section("conformance")
    for area in sorted({area for area, _ in counts}):
        _write_area(terminalreporter, area, counts, reasons)


def _write_area(
    reporter: pytest.TerminalReporter,
    area: str,
    counts: dict[tuple[str, str], Counter[str]],
    reasons: dict[tuple[str, str], Counter[str]],
) -> None:
    files = sorted(file for place, file in counts if place == area)
    total = sum((counts[area, file] for file in files), Counter())
    reporter.write_line(f"{area}: {_line(total)}")
    # A file of these areas is one scenario: its name says nothing to a reader of the summary.
    if area in SCENARIOS:
        for reason, number in sorted(sum((reasons.get((area, f), Counter()) for f in files),
                                         Counter()).items()):  # fmt: skip
            reporter.write_line(f"    {number} x {reason}")
        return
    nothing: Counter[str] = Counter()
    for file in files:
        found = reasons.get((area, file), Counter())
        if len(found) == 1 and len(counts[area, file]) == 1:
            nothing[next(iter(found))] += 1
            continue
        reporter.write_line(f"  {file}: {_line(counts[area, file])}")
        for reason, number in sorted(found.items()):
            reporter.write_line(f"    {number} x {reason}")
    for reason, number in sorted(nothing.items()):
        reporter.write_line(f"  {number} whole files: {reason}")


def _line(counter: Counter[str]) -> str:
    return ", ".join(f"{counter[key]} {word}" for key, word in COUNTED.items() if counter[key])


def _place(report: pytest.TestReport) -> tuple[str, str] | None:
    """(area, file) of the test of a case; None for other tests."""
    module, _, test = report.nodeid.partition("::")
    area = module.rpartition("/")[2].removeprefix("test_").removesuffix(".py")
    name, _, case = test.partition("[")
    if "tests/conformance/" not in report.nodeid or area not in AREAS or name != "test_case":
        return None
    return area, case.partition("/")[0]
