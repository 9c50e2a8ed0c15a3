"""Live pictures: a view of `show(NAME)` that is drawn anew as the time of its cluster passes."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import anywidget
import traitlets

from kubelearn.frames.source import Frame
from kubelearn.widgets.bundles import with_still
from kubelearn.widgets.cluster_view import HINT
from kubelearn.widgets.messages import receive
from kubelearn.widgets.player import Player
from kubelearn.widgets.session import Cluster, Message
from kubelearn.widgets.sources import live_picture_script, live_picture_style

Draw = Callable[[Any], Any]
"""Takes a cluster, of now or of the past, and returns a picture: `frame` and `_repr_html_`."""


class PicturePlayer(Player):
    """A player whose frames are pictures as HTML; each is sent whole."""

    def __init__(self, cluster: Cluster, send: Callable[[Message], None], draw: Draw) -> None:
        super().__init__([cluster], send)
        self._draw = draw
        self.picture: Any = None
        """What was drawn last."""

    def _look(self) -> list[Frame]:
        cluster = self.clusters[0]
        self.picture = self._draw(cluster if self.past is None else cluster.at(f"{self.past}ns"))
        return [{"html": self.picture._repr_html_(), "summary": self.picture.frame["summary"]}]

    def show(self, *, strip: bool = True) -> None:  # noqa: ARG002
        """Send the picture of this moment."""
        self.show_all()


class LivePicture(anywidget.AnyWidget):  # type: ignore[misc]  # the library has no types
    """A picture under the time control of the cluster view."""

    _esm = live_picture_script()
    _css = live_picture_style()
    start = traitlets.Dict().tag(sync=True)
    """The first message, for a front end that draws before the kernel answers."""

    def __init__(self, cluster: Cluster, draw: Draw) -> None:
        super().__init__()
        self.player = PicturePlayer(cluster, self.send, draw)
        self.start = self.player.callbacks.run(self.player.start_message) or {}
        self.on_msg(self._receive)

    def _receive(self, _: Any, content: dict[str, Any], __: Any) -> None:
        receive(self.player, content)

    @property
    def frame(self) -> Frame:
        """The picture as data."""
        found: Frame = self.player.picture.frame
        return found

    def __repr__(self) -> str:
        return repr(self.player.picture)

    def _repr_html_(self) -> str:
        html: str = self.player.picture._repr_html_()
        return html

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and its picture as HTML and as text."""
        self.player.callbacks.run(self.player.refresh)
        html = f"{self._repr_html_()}<p>{escape(HINT)}</p>"
        return with_still(super()._repr_mimebundle_(**options), html, repr(self))
