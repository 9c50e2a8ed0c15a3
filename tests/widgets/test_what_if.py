"""The sliders of "what if", without a browser."""

import pytest

from kubelearn.widgets.sources import what_if_script, what_if_style
from kubelearn.widgets.what_if import WhatIfView


class Shown:
    """A picture that says with which settings it was made."""

    def __init__(self, **settings):
        self.settings = settings

    def _repr_html_(self):
        return repr(self.settings)


CHOICES = {"interval": (10, 5), "cross_zone": (False, True)}


def test_the_first_choice_is_shown_first():
    """With the first value of each setting."""
    view = WhatIfView(Shown, CHOICES)
    assert view.html == "{'interval': 10, 'cross_zone': False}"
    assert (view.chosen, view.shown) == ([0, 0], [0, 0])


def test_a_choice_runs_with_its_values():
    """By the places of the sliders."""
    view = WhatIfView(Shown, CHOICES)
    view.chosen = [1, 1]
    assert view.html == "{'interval': 5, 'cross_zone': True}"
    assert view.shown == [1, 1]


def test_labels_are_words():
    """What the sliders say."""
    knobs = WhatIfView(Shown, CHOICES).knobs
    assert [(knob["label"], knob["values"]) for knob in knobs] == [
        ("interval", ["10", "5"]),
        ("cross zone", ["False", "True"]),
    ]


def test_an_error_is_shown_and_the_picture_stays():
    """Raised under test, as in every callback; the next choice takes it away."""

    def run(interval):
        if interval == 5:
            raise RuntimeError("no such thing")
        return Shown(interval=interval)

    view = WhatIfView(run, {"interval": (10, 5, 1)})
    with pytest.raises(RuntimeError):
        view.chosen = [1]
    assert (view.error, view.shown) == ("RuntimeError: no such thing", [0])
    view.chosen = [2]
    assert (view.error, view.html) == ("", "{'interval': 1}")


@pytest.mark.parametrize("hook", ["what-if", "knob", "state", "picture"])
def test_hooks_for_tests(hook):
    """Browser tests find the parts by these names."""
    assert f'"data-kl": "{hook}"' in what_if_script()


def test_the_script_needs_nothing_from_elsewhere():
    """No import, one default export, keys stay in the view."""
    assert "import " not in what_if_script()
    assert what_if_script().count("export default") == 1
    assert "event.stopPropagation()" in what_if_script()


def test_the_rules_stay_in_the_view():
    """Its own rules begin with its class."""
    own = what_if_style().partition("/* Sliders and colours are those of the cluster view. */")[2]
    assert all(line.startswith(".kl-what-if ") for line in own.splitlines() if "{" in line)
