"""The front end's text: small script files joined in order, and the style sheet with its colours.

One module without imports, so it needs no build step and no server beside the notebook's own.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from kubelearn.frames.palette import variables
from kubelearn.frames.states import STATES

SCRIPTS = (
    "text.js",
    "time.js",
    "elements.js",
    "theme.js",
    "changes.js",
    "pods.js",
    "nodes.js",
    "lists.js",
    "board.js",
    "table.js",
    "roving.js",
    "detail.js",
    "strip.js",
    "controls.js",
    "link.js",
)
"""What `cluster_view.js` is built on, in the order in which names are needed."""


@cache
def script() -> str:
    """The ES module of the cluster view."""
    return "\n".join([_states(), _joined("cluster_view.js", SCRIPTS)])


LIVE_SCRIPTS = ("text.js", "time.js", "elements.js", "theme.js", "changes.js", "strip.js",
                "controls.js", "link.js")  # fmt: skip
"""What `live_picture.js` is built on."""


@cache
def live_picture_script() -> str:
    """The ES module of a live picture."""
    return _joined("live_picture.js", LIVE_SCRIPTS)


QUIZ_SCRIPTS = ("elements.js", "theme.js")
"""What `quiz.js` and `what_if.js` are built on."""


@cache
def quiz_script() -> str:
    """The ES module of the quiz."""
    return _joined("quiz.js", QUIZ_SCRIPTS)


@cache
def what_if_script() -> str:
    """The ES module of the sliders."""
    return _joined("what_if.js", QUIZ_SCRIPTS)


def _joined(name: str, scripts: tuple[str, ...]) -> str:
    """A script behind those that it is built on."""
    folder = files("kubelearn.widgets")
    parts = [folder.joinpath("js", part).read_text("utf-8") for part in scripts]
    return "\n".join([*parts, folder.joinpath(name).read_text("utf-8")])


@cache
def quiz_style() -> str:
    """The style sheet of the quiz: that of the cluster view, and its own rules."""
    return _small_style("quiz.css")


@cache
def live_picture_style() -> str:
    """The style sheet of a live picture: that of the cluster view, and its own rules."""
    return _small_style("live_picture.css")


@cache
def what_if_style() -> str:
    """The style sheet of the sliders: that of the cluster view, and its own rules."""
    return _small_style("what_if.css")


def _small_style(name: str) -> str:
    rules = files("kubelearn.widgets").joinpath(name).read_text("utf-8")
    return "\n".join([style(), rules])


@cache
def style() -> str:
    """The style sheet: colours of both themes, then the rules."""
    rules = files("kubelearn.widgets").joinpath("cluster_view.css").read_text("utf-8")
    light, dark = variables("light"), variables("dark")
    themes = f'.kl-view{{{light}}}\n.kl-view[data-theme="dark"]{{{dark}}}'
    return "\n".join([themes, *map(_state_rule, STATES), rules])


def _state_rule(name: str) -> str:
    """The colours of one state's letter, on a pod and in legends."""
    colours = f"color:var(--kl-{name}-ink);background:var(--kl-{name}-fill)"
    outline = f"border-color:var(--kl-{name}-edge);border-style:{STATES[name].outline}"
    box = f'.kl-letter[data-state="{name}"],.kl-pod[data-state="{name}"] .kl-letter'
    return f".kl-view :is({box}){{{colours};{outline}}}"


def _states() -> str:
    """The table of pod states, as the front end needs it."""
    table = {name: [s.letter, s.label, s.meaning] for name, s in STATES.items()}
    return f"const STATES = {json.dumps(table)};"
