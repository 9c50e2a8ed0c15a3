"""Answers in words, as kubectl prints them."""

from __future__ import annotations

from html import escape

STYLE = "white-space:pre;overflow-x:auto;text-align:left;margin:0"
"""JupyterLab breaks long lines of plain text, which takes tables apart; these scroll, by keyboard
too.
"""


class Answer(str):
    """A text that a notebook shows as it is, without quotes and with its long lines whole."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f'<pre tabindex="0" style="{STYLE}">{escape(self)}</pre>'
