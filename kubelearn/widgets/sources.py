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
    folder = files("kubelearn.widgets")
    parts = [folder.joinpath("js", name).read_text("utf-8") for name in SCRIPTS]
    return "\n".join([_states(), *parts, folder.joinpath("cluster_view.js").read_text("utf-8")])


@cache
def style() -> str:
    """The style sheet: colours of both themes, then the rules."""
    rules = files("kubelearn.widgets").joinpath("cluster_view.css").read_text("utf-8")
    light, dark = variables("light"), variables("dark")
    return f'.kl-view{{{light}}}\n.kl-view[data-theme="dark"]{{{dark}}}\n{rules}'


def _states() -> str:
    """The table of pod states, as the front end needs it."""
    table = {name: [s.letter, s.label, s.meaning] for name, s in STATES.items()}
    return f"const STATES = {json.dumps(table)};"
