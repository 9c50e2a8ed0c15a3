"""Runs the real kubectl against a served cluster."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def program():
    """The kubectl beside this Python, else one on the path, else None."""
    beside = Path(sys.executable).with_name("kubectl")
    return str(beside) if beside.exists() else shutil.which("kubectl")


class Kubectl:
    """A command line with its own home, against one server."""

    def __init__(self, server, folder, user="", groups=()):
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TZ": "UTC",
            "KUBECONFIG": str(server.kubeconfig_for(user, groups)),
            "KUBECACHEDIR": str(folder / "cache"),
        }

    def run(self, *words, stdin="", timeout=60):
        """The finished process of `kubectl WORDS`."""
        return subprocess.run(
            [program(), *words],
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
