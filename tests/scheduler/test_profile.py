"""Profiles."""

from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import DEFAULT_PLUGINS, Profile


def test_the_default_profile_names_all_built_plugins_in_order() -> None:
    """A row of the table that no profile names would never run."""
    assert list(DEFAULT_PLUGINS) == list(PLUGINS)


def test_own_plugins_come_last_with_weight_one() -> None:
    """A disabled default plugin does not come back."""
    profile = Profile().without("ImageLocality").extended([*PLUGINS, "PackTight"])
    assert {"PackTight": 1}.items() <= profile.plugins.items()
    assert list(profile.plugins)[-1] == "PackTight"
    assert "ImageLocality" not in profile.plugins


def test_everything_can_be_disabled() -> None:
    """A star stands for all."""
    assert Profile().without("*").weighted(A=5).plugins == {"A": 5}


def test_weights_change_in_place() -> None:
    """A default plugin keeps its place."""
    changed = Profile().weighted(TaintToleration=1)
    assert list(DEFAULT_PLUGINS) == list(changed.plugins)
    assert changed.plugins["TaintToleration"] == 1
