"""`kubelearn` at a shell prompt: opens the lessons in JupyterLab, or serves a cluster."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from kubelearn import __version__
from kubelearn.api.errors import APIError

FIRST_LESSON = "00-*.ipynb"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (`sys.argv` if None); returns the exit code."""
    parser = _parser()
    known, extra = parser.parse_known_args(arguments)
    if known.command is None:
        parser.print_help()
        return 0
    try:
        if known.command == "lab":
            return lab(known.notebooks, extra)
        if extra:
            parser.error(f"unrecognized arguments: {' '.join(extra)}")
        return serve(known)
    except (APIError, OSError, ValueError, ModuleNotFoundError) as error:
        print(f"kubelearn: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kubelearn",
        description="A Kubernetes that you can see, break, rewind and fork inside a notebook.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"kubelearn {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")
    lab_parser = commands.add_parser(
        "lab",
        help="open JupyterLab on the first lesson",
        description="Open JupyterLab on the first lesson. Other options go on to JupyterLab, "
        "for example --no-browser or --port=8890.",
        allow_abbrev=False,
    )
    lab_parser.add_argument(
        "--notebooks",
        type=Path,
        metavar="DIR",
        help="the folder of the lessons (default: the one of this checkout)",
    )
    _add_serve(commands)
    return parser


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "serve",
        help="serve a cluster for kubectl until Ctrl-C",
        description="Serve a cluster for kubectl on this machine until Ctrl-C.",
        allow_abbrev=False,
    )
    parser.add_argument("--nodes", type=int, default=3, help="workers (default: 3)")
    parser.add_argument("--zones", type=int, default=3, help="zones (default: 3)")
    parser.add_argument("--seed", type=int, default=0, help="the seed of all chance (default: 0)")
    parser.add_argument(
        "--time",
        choices=("live", "on-demand", "frozen"),
        default="live",
        help="when time passes: always, while a client waits, or never (default: live)",
    )
    parser.add_argument(
        "--speed", type=float, help="simulated seconds a second (default: 1 live, 10 on demand)"
    )
    parser.add_argument("--port", type=int, default=0, help="the port (default: a free one)")
    parser.add_argument("--tls", action="store_true", help="HTTPS, and users by their tokens")
    parser.add_argument(
        "manifests", nargs="*", type=Path, metavar="FILE", help="manifests to apply first"
    )


def serve(options: argparse.Namespace) -> int:
    """Serve a cluster until Ctrl-C or a request to terminate; returns the exit code.

    Raises APIError or OSError for manifests that cannot be applied or a port that is taken.
    """
    from kubelearn.cluster import Cluster

    cluster = Cluster(options.nodes, options.zones, options.seed)
    for manifest in options.manifests:
        print(cluster.apply(manifest))
    signal.signal(signal.SIGTERM, _interrupt)
    mode = options.time.replace("-", " ")
    try:
        with cluster.serve(time=mode, speed=options.speed, port=options.port, tls=options.tls):
            print("Serving until Ctrl-C. Type the line above in another terminal.", flush=True)
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        print("\nThe cluster is gone.")
    return 0


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def lab(notebooks: Path | None, extra: Sequence[str]) -> int:
    """Open JupyterLab on the first lesson and wait until it ends; returns its exit code.

    Raises FileNotFoundError without lessons, ModuleNotFoundError without JupyterLab.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise ModuleNotFoundError(
            "JupyterLab is not installed beside kubelearn. Install both: "
            "pip install 'kubelearn[notebook]'"
        )
    lesson = first_lesson(notebooks)
    process = subprocess.Popen(lab_command(lesson, extra), env=lab_environment(os.environ))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # JupyterLab has got the same Ctrl-C and is closing down


def first_lesson(notebooks: Path | None = None) -> Path:
    """The file of lesson 00: in the given folder, this checkout or above the current folder.

    Raises FileNotFoundError with the places that were looked at.
    """
    folders = [notebooks] if notebooks else _folders(Path.cwd(), Path(__file__).parent)
    for folder in folders:
        found = sorted(folder.glob(FIRST_LESSON))
        if found:
            return found[0].resolve()
    raise FileNotFoundError(
        f"no lesson {FIRST_LESSON} in {', '.join(map(str, folders))}. Run this in a checkout of "
        "kubelearn, or name the folder of the lessons: kubelearn lab --notebooks DIR"
    )


def _folders(*starts: Path) -> list[Path]:
    above = [folder for start in starts for folder in (start, *start.parents)]
    return [folder / "notebooks" for folder in above if (folder / "notebooks").is_dir()] or [
        start / "notebooks" for start in starts
    ]


def lab_command(lesson: Path, extra: Sequence[str]) -> list[str]:
    """The command that opens JupyterLab on a lesson, with the lesson's folder as its root.

    The terminal gets its shell by name: a login shell, which it would get otherwise when the server
    has no terminal itself, sets PATH anew and then finds another kubectl than the notebooks do.
    """
    shell = json.dumps({"shell_command": [os.environ.get("SHELL") or "/bin/sh"]})
    command = [sys.executable, "-m", "jupyterlab"]
    command.append(f"--ServerApp.root_dir={lesson.parent}")
    command.append(f"--LabApp.default_url=/lab/tree/{lesson.name}")
    command.append(f"--ServerApp.terminado_settings={shell}")
    command.append("--ServerApp.answer_yes=True")  # one Ctrl-C ends it; lessons are saved anyway
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # a container's only user; the server listens on loopback
    return [*command, *extra]


def lab_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with this Python's own programs first on PATH, its kubectl among them."""
    own = str(Path(sys.executable).parent)
    path = environment.get("PATH", "")
    return {**environment, "PATH": f"{own}{os.pathsep}{path}" if path else own}


if __name__ == "__main__":
    raise SystemExit(main())
