"""What every scheduler plugin must keep to, over each row of `PLUGINS`.

The checks are the library's own (`kubelearn.scheduler.checks`): what `kl.check` asks of a
learner's plugin, and what is only advice there.
"""

from __future__ import annotations

import pytest

from kubelearn.scheduler.checks import CHECKS, Subject
from kubelearn.scheduler.plugins import PLUGINS


@pytest.mark.parametrize("name", sorted(PLUGINS))
@pytest.mark.parametrize("title", CHECKS)
def test_a_built_in_plugin_keeps_to(title: str, name: str) -> None:
    """All checks, the advice included."""
    rule, _ = CHECKS[title]
    assert rule(Subject(PLUGINS[name], name)) == ""


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_it_has_the_name_of_its_row(name: str) -> None:
    """Profiles and decisions use one name."""
    assert name == PLUGINS[name].name
