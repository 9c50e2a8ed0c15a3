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
    counts: dict[str, Counter[str]] = {}
    reasons: Counter[tuple[str, str]] = Counter()
    for outcome in COUNTED:
        for report in terminalreporter.stats.get(outcome, ()):
            where = _place(report)
            if where and report.when in ("call", "setup"):
                counts.setdefault(where, Counter())[outcome] += 1
                if outcome == "xfailed":
                    reasons[where, getattr(report, "wasxfail", "").removeprefix("reason: ")] += 1
    if counts:
        terminalreporter.section("conformance")
    for where in sorted(counts):
        parts = [f"{counts[where][key]} {word}" for key, word in COUNTED.items() if counts[where][key]]
        terminalreporter.write_line(f"{where}: {', '.join(parts)}")
        for (place, reason), number in sorted(reasons.items()):
            if place == where:
                terminalreporter.write_line(f"    {number} x {reason}")


def _place(report: pytest.TestReport) -> str:
    """ "live_api/defaulting" for a test of such a case, "" for other tests."""
    name = report.nodeid.rpartition("/")[2]
    if "tests/conformance/" not in report.nodeid or "[" not in name and "[" not in report.nodeid:
        return ""
    module = report.nodeid.partition("::")[0].rpartition("/")[2]
    file = report.nodeid.partition("[")[2].partition("/")[0]
    return f"{module.removeprefix('test_').removesuffix('.py')}/{file}"
