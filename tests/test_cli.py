"""The command line: what it would start, what it says when something is missing."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kubelearn import cli


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A folder of lessons with lesson 00 in it."""
    file = tmp_path / "notebooks" / "00-start.ipynb"
    file.parent.mkdir()
    file.touch()
    return file


def test_version_is_printed() -> None:
    """`kubelearn --version` names the program and its version."""
    run = subprocess.run(
        [sys.executable, "-m", "kubelearn.cli", "--version"], capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (0, "kubelearn 0.1.0\n")


def test_no_command_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command the help comes, and that is no error."""
    assert cli.main([]) == 0
    assert "open JupyterLab on the first lesson" in capsys.readouterr().out


def test_the_lesson_is_found_from_below_a_checkout(
    lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside a checkout any current folder will do."""
    below = lesson.parents[1] / "docs" / "decisions"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert cli.first_lesson() == lesson.resolve()


def test_a_folder_without_lessons_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the folder, and what to do."""
    assert cli.main(["lab", "--notebooks", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert str(tmp_path) in message
    assert "--notebooks DIR" in message


def test_without_jupyterlab_the_message_says_how_to_get_it(
    lesson: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing JupyterLab is one sentence, not a traceback."""
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda name: None)
    assert cli.main(["lab", "--notebooks", str(lesson.parent)]) == 1
    assert "pip install 'kubelearn[notebook]'" in capsys.readouterr().err


def test_other_options_go_on_to_jupyterlab(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `kubelearn lab` does not know itself, JupyterLab gets, and its exit code comes back."""
    started: list[list[str]] = []

    class Ended:
        def __init__(self, command: list[str], env: dict[str, str]) -> None:
            started.append(command)

        def wait(self) -> int:
            return 3

    monkeypatch.setattr(cli.subprocess, "Popen", Ended)
    assert cli.main(["lab", "--notebooks", str(lesson.parent), "--no-browser", "--port=1"]) == 3
    assert started[0][-2:] == ["--no-browser", "--port=1"]


def test_the_root_is_the_folder_of_the_lessons(lesson: Path) -> None:
    """JupyterLab's file list shows the lessons, and lesson 00 is open."""
    command = cli.lab_command(lesson, [])
    assert f"--ServerApp.root_dir={lesson.parent}" in command
    assert "--LabApp.default_url=/lab/tree/00-start.ipynb" in command


def test_the_terminal_is_no_login_shell(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login shell would set PATH anew and hide the environment's kubectl."""
    monkeypatch.setenv("SHELL", "/bin/zsh")
    setting = '--ServerApp.terminado_settings={"shell_command": ["/bin/zsh"]}'
    assert setting in cli.lab_command(lesson, [])


def test_own_programs_come_first_on_the_path() -> None:
    """`!kubectl` in a cell finds the kubectl that was installed with kubelearn."""
    path = cli.lab_environment({"PATH": "/usr/bin"})["PATH"]
    assert path.split(os.pathsep) == [str(Path(sys.executable).parent), "/usr/bin"]


def test_importing_it_is_light() -> None:
    """The command line starts without any package of the notebooks."""
    code = "import sys, kubelearn.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    heavy = {"numpy", "pandas", "matplotlib", "ipywidgets", "IPython", "jupyterlab", "yaml"}
    assert heavy & set(loaded.split()) == set()


def _serving(*options: str) -> subprocess.Popen[str]:
    """`kubelearn serve`, started."""
    command = [sys.executable, "-m", "kubelearn.cli", "serve", *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C, or a request to terminate: exit code 0, and the kubeconfig has gone."""
    manifest = tmp_path / "ns.yaml"
    manifest.write_text("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")
    process = _serving("--nodes", "1", "--time", "frozen", str(manifest))
    assert process.stdout is not None
    applied, line = process.stdout.readline(), process.stdout.readline()
    process.stdout.readline()
    kubeconfig = Path(line.removeprefix("export KUBECONFIG=").strip())
    during = kubeconfig.exists()
    process.send_signal(number)
    rest, complaint = process.communicate(timeout=30)
    assert (applied, during, kubeconfig.exists()) == ("namespace/shop created\n", True, False)
    assert (process.returncode, rest, complaint) == (0, "\nThe cluster is gone.\n", "")


def test_serve_with_tls() -> None:
    """The kubeconfig has what a client needs to trust the server, and a token."""
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    process = _serving("--nodes", "1", "--time", "frozen", "--tls")
    assert process.stdout is not None
    line = process.stdout.readline()
    config = json.loads(Path(line.removeprefix("export KUBECONFIG=").strip()).read_text())
    process.terminate()
    process.communicate(timeout=30)
    cluster = config["clusters"][0]["cluster"]
    assert cluster["server"].startswith("https://127.0.0.1:")
    assert "certificate-authority-data" in cluster
    assert config["users"][0]["user"]["token"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["nope.yaml"], "nope.yaml"),
        (["--speed", "-1"], "speed=-1.0: give simulated seconds a second, above 0"),
    ],
)
def test_serve_says_what_is_wrong(options: list[str], text: str) -> None:
    """In one line, without a traceback."""
    process = _serving("--nodes", "1", *options)
    _, complaint = process.communicate(timeout=30)
    assert process.returncode == 1
    assert complaint.startswith("kubelearn: ")
    assert text in complaint
    assert "Traceback" not in complaint
