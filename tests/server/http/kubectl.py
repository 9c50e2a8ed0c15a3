"""Runs the real kubectl against a served cluster: the current one, or the oldest supported."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def program():
    """The kubectl beside this Python, else one on the path, else None."""
    beside = Path(sys.executable).with_name("kubectl")
    return str(beside) if beside.exists() else shutil.which("kubectl")


def older():
    """Kubectl 1.30, which `scripts/older_kubectl.py` puts beside this Python, else None."""
    beside = Path(sys.executable).with_name("kubectl-1.30")
    return str(beside) if beside.exists() else None


PROGRAMS = {"1.37": program, "1.30": older}
"""Version -> where it is."""


class Kubectl:
    """A command line with its own home, against one server."""

    def __init__(self, server, folder, user="", groups=(), version="1.37"):
        self.folder, self.version = folder, version
        self.program = PROGRAMS[version]()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TZ": "UTC",
            "KUBECONFIG": str(server.kubeconfig_for(user, groups)),
            "KUBECACHEDIR": str(folder / "cache"),
        }

    def start(self, *words, **options):
        """A process of `kubectl WORDS` that goes on."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            [self.program, *words], cwd=self.folder, env=self.environment, text=True,
            **{**pipes, **options},
        )  # fmt: skip

    def run(self, *words, stdin="", timeout=60):
        """The finished process of `kubectl WORDS`."""
        return subprocess.run(
            [self.program, *words],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def text(self, *words, **options):
        """What it prints; an AssertionError with its complaint when it fails."""
        done = self.run(*words, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout
