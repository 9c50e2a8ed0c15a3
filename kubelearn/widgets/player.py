"""Playing: simulated time beside real time, in small slices.

An asyncio task, so it works in JupyterLab and, without threads, in JupyterLite. Cells run between
its slices. Frames are dropped when the front end does not keep up, time is not.
"""

from __future__ import annotations

import asyncio

from kubelearn.api.store import Record
from kubelearn.sim.clock import SECOND
from kubelearn.widgets.session import Cluster, Session

TICK = 0.05
"""Real seconds between two slices: at most 20 frames a second."""
UNDRAWN = 2
"""Frames that may be under way to a front end."""
WAITED = 20
"""Slices after which a frame is sent although the front end did not answer."""
STRIP_EVERY = 10
"""Slices between two time lines."""
SPEEDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Simulated seconds a real second."""
FARTHEST = 600 * SECOND
"""How far one step looks for a change."""
VISIBLE = frozenset(
    {
        "pods",
        "nodes",
        "services",
        "events",
        "endpointslices.discovery.k8s.io",
        "deployments.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "replicasets.apps",
    }
)
"""Resources whose writes can change the picture."""


class Player(Session):
    """A session whose time can be played, stepped and sped up."""

    _task: asyncio.Task[None] | None = None
    _skipped = 0
    _slices = 0

    def play(self) -> None:
        """Let time run beside real time: from now, or from the past moment that is looked at.

        Needs a running event loop, as every notebook has.
        """
        self.playing = True
        self._task = asyncio.get_running_loop().create_task(self._keep_playing())
        self.show()

    def pause(self) -> None:
        """Stop after the slice that runs now."""
        self.playing = False
        self._task = None
        self.show()

    async def _keep_playing(self) -> None:
        own = asyncio.current_task()
        while self.playing and self._task is own:
            if self.callbacks.free():
                self.callbacks.run(self.slice)
            await asyncio.sleep(TICK)

    def look(self, time: int) -> None:
        """Show a moment of the past (ns); the last one is now."""
        end: int = self.control()["end"]
        self.playing = False
        self.past = None if time >= end else max(0, time)
        self.show()

    def go_on(self) -> None:
        """Make the past moment the present: what came after it is given up."""
        moment, self.past = self.past, None
        if moment is not None:
            for cluster in self.clusters:
                cluster.rewind(f"{moment}ns")
        self.show()

    def set_speed(self, speed: float) -> None:
        """Simulated seconds a real second."""
        if not 0 < speed <= max(SPEEDS):
            raise ValueError(f"speed {speed:g} is out of bounds: use up to {max(SPEEDS):g}")
        self.speed = speed
        self.show(strip=False)

    def slice(self) -> None:
        """One slice of time at the chosen speed, and a frame if the front end keeps up."""
        if not self.playing:
            return
        try:
            self._advance(round(self.speed * TICK * SECOND))
        except Exception:
            self.playing = False
            raise
        self._slices += 1
        if self.number - self.drawn > UNDRAWN and self._skipped < WAITED:
            self._skipped += 1
            return
        self._skipped = 0
        self.show(strip=self._slices % STRIP_EVERY == 0)

    def _advance(self, time: int) -> None:
        if self.past is None:
            for cluster in self.clusters:
                cluster.run(f"{time}ns")
            return
        # What is past is shown again, it does not happen again.
        self.past += time
        if self.past >= self.control()["end"]:
            self.past = None

    def step(self) -> None:
        """On to the next moment at which the picture changes."""
        self.playing = False
        if self.past is not None:
            self.look(self.next_moment(self.past))
            return
        for cluster in self.clusters:
            end = cluster.clock.now + FARTHEST
            while cluster.clock.now < end and not self._step(cluster):
                pass
        self._catch_up()
        self.show()

    def _step(self, cluster: Cluster) -> bool:
        """Run one event; True when it wrote something that is drawn, or when nothing is left."""
        store = cluster.api.store
        before = store.revision
        if cluster.step() is None:
            return True
        return any(_is_seen(record) for record in store.since(before))

    def _catch_up(self) -> None:
        """Two clusters always show one time."""
        latest = max(cluster.clock.now for cluster in self.clusters)
        for cluster in self.clusters:
            if cluster.clock.now < latest:
                cluster.run(f"{latest - cluster.clock.now}ns")


def _is_seen(record: Record) -> bool:
    return record.resource in VISIBLE and record.old is not record.new
