"""Runs a case through its adapter: `adapters/<file>.py`, or `adapters/<area>.py` for a whole area.

An adapter has `OPERATIONS` (op -> function of the input), `KINDS` (file -> such a function), or
`run(input)`, all giving what is compared with `expect`, or `check(case)`, which compares itself.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pytest

from tests.conformance.cases import Case

PACKAGE = "tests.conformance.adapters"


def adapter_of(case: Case) -> ModuleType | None:
    """The module that puts this case to kubelearn, or None when there is none yet."""
    for name in (f"{case.area}.{case.file}", case.file, case.area):
        package = f"{PACKAGE}.{name}"
        if "." in name and find_spec(f"{PACKAGE}.{case.area}") is None:
            continue
        if not name.replace("_", "").replace(".", "").isidentifier():
            continue
        try:
            found = find_spec(package)
        except ModuleNotFoundError:
            continue
        if found is not None and found.origin is not None:
            return import_module(package)
    return None


def run_case(case: Case) -> None:
    """Compare what kubelearn says with what the case expects; a case nobody runs has failed."""
    adapter = adapter_of(case)
    if adapter is None:
        pytest.fail(f"no adapter runs {case.file}")
    if hasattr(adapter, "check"):
        adapter.check(case.data)
        return
    given = case.data.get("input", case.data.get("given", case.data))
    if "tables" in case.data.get("file", {}):
        given = {**given, "tables": case.data["file"]["tables"]}
    run = _operation(adapter, case.file, given)
    if run is None:
        pytest.fail(f"the adapter of {case.file} does not know operation {given.get('op')!r}")
    assert case.data["expect"] == run(given)


def _operation(adapter: ModuleType, file: str, given: dict[str, Any]) -> Any:
    if hasattr(adapter, "run"):
        return adapter.run
    if hasattr(adapter, "KINDS"):
        return adapter.KINDS.get(file)
    return adapter.OPERATIONS.get(given.get("op"))
