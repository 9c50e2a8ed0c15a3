"""Runs the cases of `live_api/kubectl.json`: the real kubectl against our server.

No controller, scheduler or kubelet runs, as none ran when the cases were recorded: behind the
server is the API alone, and time stands still. One server serves all cases; each has its own
cluster and its own cache of discovery.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from kubelearn.api.server import APIServer
from kubelearn.api.times import EPOCH
from kubelearn.server.http import Server
from kubelearn.sim.clock import SECOND
from kubelearn.sim.fair_lock import FairLock
from tests.conformance.replay import baseline, resolved, send
from tests.server.http.kubectl import program

PLACEHOLDERS = {
    "uid": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "rv": r"\d+",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z",
    "clusterIP": r"10\.96\.\d{1,3}\.\d{1,3}",
    "nodePort": r"3[012]\d{3}",
    "gen": r"[bcdfghjklmnpqrstvwxz2456789]{5}",
    "age": r"(?:\d+[smhdy])+",
    "date": r"(?:\w{3}, \d\d \w{3} \d{4}|\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d \+0000(?: UTC)?",
    "server": r"127\.0\.0\.1:\d+",
    "klog": r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.]+:\d+\]",
}
SHOWN = re.compile("<(" + "|".join(PLACEHOLDERS) + ")>")
DUMP = re.compile(r"\n@@.*\Z|\n\n\Z", re.DOTALL)
"""The difference of two Go values after a text; it is compared up to there."""


class Still:
    """As much of a world as the server needs: the API, and a clock that nobody moves."""

    read_only = False

    def __init__(self, api: APIServer) -> None:
        self.api = api
        self.clock = api.clock
        self.lock = FairLock()

    def command(self, _name: str, function: Any, request: Any) -> Any:
        """Do it at once; nothing is written into a journal."""
        return function(self, request)


def start() -> Server:
    """A server whose world is changed from case to case."""
    server = Server(Still(baseline().api), time="frozen", environment=False)
    # The clock of each case is the wall clock's time at its start: no time moves at the edge.
    server.stamps = False
    return server


def replay(case: dict[str, Any], server: Server, folder: Path) -> tuple[list[int], dict[str, Any]]:
    """(codes of the setup, what kubectl prints and returns) of a case."""
    # kubectl looks at the wall clock, as it did when the cases were recorded.
    now = round((time.time() - EPOCH.timestamp()) * SECOND)
    world = Still(baseline(now).api)
    answers: list[Any] = []
    codes = []
    for step in case["setup"]:
        response = send(world, resolved(step, answers))
        codes.append(response.code)
        answers.append(response.body)
        world.clock.run(world.clock.now + 1_000_000)
    server.world = server.pace.world = world
    return codes, _run(case, server, folder)


def kubeconfig(server: Server, user: str) -> Path:
    """The file with which this user of the cases asks."""
    # The recorder's file of tokens gave its users their names as UIDs.
    return server.kubeconfig_for(user, ("dev", "ops") if user == "alice" else (), user)


def _run(case: dict[str, Any], server: Server, folder: Path) -> dict[str, Any]:
    for name, text in (case.get("files") or {}).items():
        (folder / name).write_text(text)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TZ": "UTC",
        "KUBECONFIG": str(kubeconfig(server, case.get("user") or "")),
        "KUBECACHEDIR": str(folder / "cache"),
    }
    done = subprocess.run(
        [program(), *case["args"]],
        cwd=folder,
        env=environment,
        input=case.get("stdin") or "",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return {"stdout": done.stdout, "stderr": done.stderr, "rc": done.returncode}


def comparable(wanted: dict[str, Any], found: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Both with runs of spaces collapsed, and `found` with `wanted`'s placeholders."""
    both = ({**wanted}, {**found})
    for stream in ("stdout", "stderr"):
        pair = [_collapsed(DUMP.sub("\n", each[stream])).split("\n") for each in both]
        both[0][stream] = pair[0]
        if len(pair[0]) == len(pair[1]):
            pair[1] = [_filled(one, other) for one, other in zip(*pair, strict=True)]
        both[1][stream] = pair[1]
    return both


def _collapsed(text: str) -> str:
    return re.sub(r" +(?=\n|$)", "", re.sub(r"  +", " ", text))


def _filled(wanted: str, found: str) -> str:
    """The wanted line if the found one says the same with real values."""
    parts = SHOWN.split(wanted)
    pattern = "".join(
        PLACEHOLDERS[part] if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
    return wanted if re.fullmatch(pattern, found) else found
