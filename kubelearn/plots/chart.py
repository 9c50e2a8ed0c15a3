"""A finished chart with the words that stand for it."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import Any


class Chart:
    """A matplotlib figure and its text alternative."""

    def __init__(self, figure: Any, alt: str) -> None:
        self.figure = figure
        self.alt = alt

    def __repr__(self) -> str:
        return self.alt

    def png(self, dpi: int = 130) -> bytes:
        """The picture as PNG; its description is in the file too."""
        buffer = BytesIO()
        self.figure.savefig(buffer, format="png", dpi=dpi, metadata={"Description": self.alt})
        return buffer.getvalue()

    def svg(self) -> str:
        """The picture as SVG text; its description is in the file too."""
        buffer = BytesIO()
        self.figure.savefig(buffer, format="svg", metadata={"Description": self.alt, "Date": None})
        return buffer.getvalue().decode("utf-8")

    def _repr_html_(self) -> str:
        data = b64encode(self.png()).decode("ascii")
        return (
            f'<img alt="{escape(self.alt)}" src="data:image/png;base64,{data}" '
            f'style="max-width:100%">'
        )
