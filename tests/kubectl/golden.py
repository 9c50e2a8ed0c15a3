"""The real kubectl and ours beside each other, each before a cluster of the same history."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from time import sleep
from typing import NamedTuple

from kubelearn.cluster import Cluster
from kubelearn.kubectl import Client, execute
from kubelearn.server.http import Server
from tests.server.http.kubectl import program

NAMED = {
    r"/tmp\S*/(LIVE|MERGED)-\d+": r"\1",
    r"^((?:---|\+\+\+) \S+)\t.*$": r"\1",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z": "<time>",
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC": "<date>",
    r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000": "<date>",
    r'(resourceVersion"?: )"\d+"': r'\1"<version>"',
    r"http://127\.0\.0\.1:\d+/s/[\w-]+|https://127\.0\.0\.1:6443": "<server>",
    r"debugger-[a-z0-9]{5}\b": "<debugger>",
    r"10\.96\.\d+\.\d+": "<clusterIP>",
    r"\b3[012]\d{3}\b": "<nodePort>",
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<uid>",
    r"^[IW]\d{4} \d\d:\d\d:\d\d\.\d+ .*(?:throttling|Waited).*\n": "",
}
"""What the two clusters choose by themselves, or what the wall clock tells."""


class Said(NamedTuple):
    """Both outputs and the exit code of one command."""

    stdout: str
    stderr: str
    code: int

    def in_order(self) -> Said:
        """The same with sorted lines."""
        return self._replace(stdout="\n".join(sorted(self.stdout.split("\n"))))


class Pair:
    """Two forks of a cluster, one for each kubectl."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.ours, self.folder = cluster.fork(), folder
        self.server = Server(cluster.fork(), time="frozen", environment=False)

    def close(self) -> None:
        """Stop the server."""
        self.server.close()

    def say(self, words: list[str], stdin: str = "") -> tuple[Said, Said]:
        """What the real one and ours say."""
        real = _comparable(*self._real(words, stdin))
        client = Client(self.ours, self.ours.send, stdin)
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            printed = execute(client, words)
        finally:
            os.chdir(before)
        return real, _comparable(printed.stdout, printed.stderr, printed.code)

    def read(self, words: list[str], *, ordered: bool = True) -> tuple[Said, Said]:
        """The same for a command that changes nothing; not `ordered`: the lines of each sorted.

        The real one counts ages up to its own now, which stands elsewhere in its second than the
        simulated now, and an age may differ by one: so it is asked again in the course of a second.
        """
        for _ in range(8):
            real, ours = (said if ordered else said.in_order() for said in self.say(words))
            if real == ours:
                break
            sleep(0.15)
        return real, ours

    def _real(self, words: list[str], stdin: str) -> tuple[str, str, int]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "TZ": "UTC",
            "KUBECONFIG": str(self.server.kubeconfig),
            "KUBECACHEDIR": str(self.folder / "cache"),
        }
        done = subprocess.run(
            [program(), *words],
            cwd=self.folder,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout, done.stderr, done.returncode


def _comparable(stdout: str, stderr: str, code: int) -> Said:
    for pattern, name in NAMED.items():
        pair = (re.sub(pattern, name, text, flags=re.MULTILINE) for text in (stdout, stderr))
        stdout, stderr = pair
    return Said(_lines(stdout), _lines(stderr), code)


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip("\n").split("\n"))
