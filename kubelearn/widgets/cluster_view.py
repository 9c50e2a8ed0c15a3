"""The live cluster view: `cluster.show()`, and `kl.compare(a, b)` with two clusters in it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import anywidget
import traitlets

from kubelearn.frames.svg import cluster_view_svg
from kubelearn.frames.text import cluster_view_text
from kubelearn.widgets.bundles import with_still
from kubelearn.widgets.messages import receive
from kubelearn.widgets.player import Player
from kubelearn.widgets.session import Cluster
from kubelearn.widgets.sources import script, style

HINT = "This is a picture of the moment of the last run. Run the cell to make it live."


class ClusterView(anywidget.AnyWidget):  # type: ignore[misc]  # the library has no types
    """A live picture of one cluster, or of two under one time control."""

    _esm = script()
    _css = style()
    start = traitlets.Dict().tag(sync=True)
    """The first message, for a front end that draws before the kernel answers."""

    def __init__(self, *clusters: Cluster, names: Sequence[str] = (), **options: Any) -> None:
        if not clusters:
            raise TypeError("ClusterView needs a cluster: ClusterView(cluster) or cluster.show()")
        super().__init__(**options)
        self.player = Player(clusters, self.send, names)
        self.start = self.player.callbacks.run(self.player.start_message) or {}
        self.on_msg(self._receive)

    def _receive(self, _: Any, content: dict[str, Any], __: Any) -> None:
        receive(self.player, content)

    def __repr__(self) -> str:
        return "\n".join(map(cluster_view_text, self.player.frames))

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and for viewers without a kernel its picture as SVG and as text."""
        self.player.callbacks.run(self.player.refresh)
        return with_still(super()._repr_mimebundle_(**options), self._still_html(), repr(self))

    def _still_html(self) -> str:
        names = self.player.names or [""] * len(self.player.frames)
        pictures = "".join(
            f"<figure style='margin:0 0 8px'>{cluster_view_svg(frame)}"
            f"<figcaption>{escape(name)}</figcaption></figure>"
            for name, frame in zip(names, self.player.frames, strict=False)
        )
        return f"<div class='kl-still'>{pictures}<p>{escape(HINT)}</p></div>"
