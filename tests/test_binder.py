"""requirements.txt, pyproject.toml and binder/ say the same; Binder's build is looked at."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]


def lines(name: str) -> list[str]:
    """The lines of a requirements file without comments."""
    found = [line.split("#")[0].strip() for line in (TOP / name).read_text().splitlines()]
    return [line for line in found if line]


def test_requirements_are_those_of_the_project() -> None:
    """A learner with pip and a learner with requirements.txt get the same."""
    extras = PROJECT["optional-dependencies"]["notebook"]
    assert sorted(PROJECT["dependencies"] + extras) == sorted(lines("requirements.txt"))


def test_binder_reads_the_same_requirements() -> None:
    """Binder ignores the top file when there is a binder folder, so that one must lead to it."""
    assert lines("binder/requirements.txt") == ["-r ../requirements.txt", "-e ."]


def test_binder_has_a_python_that_the_project_takes() -> None:
    """Without runtime.txt Binder would take an older Python."""
    name, version = (TOP / "binder/runtime.txt").read_text().strip().split("-")
    least = PROJECT["requires-python"].removeprefix(">=")
    assert name == "python"
    assert tuple(map(int, version.split("."))) >= tuple(map(int, least.split(".")))


@pytest.mark.parametrize("name", ["binder/postBuild", "binder/start", "start", "tests/run"])
def test_scripts_can_be_run(name: str) -> None:
    """Executable, and bash can read them."""
    assert os.access(TOP / name, os.X_OK)
    subprocess.run(["bash", "-n", TOP / name], check=True)


def test_the_start_page_asks_nothing() -> None:
    """JupyterLab's question about news stays away."""
    settings = json.loads((TOP / "binder/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


@pytest.fixture(scope="module")
def dockerfile() -> str:
    """What Binder would build."""
    if importlib.util.find_spec("repo2docker") is None:
        pytest.skip("jupyter-repo2docker is not installed")
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    run = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


def test_the_image_gets_the_named_python(dockerfile: str) -> None:
    """The image's environment is made for binder/runtime.txt's version."""
    version = (TOP / "binder/runtime.txt").read_text().strip().removeprefix("python-")
    assert f"Building conda environment for python={version}" in dockerfile


def test_the_project_is_there_before_it_is_installed(dockerfile: str) -> None:
    """`-e .` and `../requirements.txt` need the whole source, and postBuild comes after them."""
    places = [
        re.search(pattern, dockerfile).start()
        for pattern in (
            r"COPY \S+ src/ \$\{REPO_DIR\}",
            r'pip install \S+ -r "binder/requirements.txt"',
            r"RUN ./binder/postBuild",
        )
    ]
    assert places == sorted(places)
