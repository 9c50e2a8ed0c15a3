"""What if: sliders that choose settings, and the picture of the scenario that was run with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from kubelearn.widgets.callbacks import Callbacks
from kubelearn.widgets.sources import what_if_script, what_if_style

Run = Callable[..., Any]
"""Takes a value for each setting and returns a picture with `_repr_html_`."""


class WhatIfView(anywidget.AnyWidget):  # type: ignore[misc]  # the library has no types
    """One slider a setting; `choices` holds its values, the first of which is shown first."""

    _esm = what_if_script()
    _css = what_if_style()
    knobs: Any = traitlets.List().tag(sync=True)
    chosen: Any = traitlets.List().tag(sync=True)
    """The place of each setting's value."""
    shown: Any = traitlets.List().tag(sync=True)
    """The choice that the picture is of."""
    html = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, run: Run, choices: Mapping[str, Sequence[Any]], locks: Sequence[Any] = ()
    ) -> None:
        knobs = [{"label": name.replace("_", " "), "values": [str(value) for value in values]}
                 for name, values in choices.items()]  # fmt: skip
        super().__init__(knobs=knobs, chosen=[0] * len(knobs))
        self._run, self._choices = run, {name: tuple(each) for name, each in choices.items()}
        self.callbacks = Callbacks(locks, self._show_error)
        self.observe(self._hear, "chosen")
        self._draw()

    def _show_error(self, text: str) -> None:
        self.error = text

    def _hear(self, _: dict[str, Any]) -> None:
        self.callbacks.run(self._draw)

    def _draw(self) -> None:
        places = list(self.chosen)
        pairs = zip(self._choices.items(), places, strict=True)
        html = self._run(**{name: values[place] for (name, values), place in pairs})._repr_html_()
        with self.hold_sync():
            self.html, self.shown, self.error = html, places, ""
