"""Image names, what the registries hold, and what programs do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.app import Exit, Stop
from kubelearn.api.images import (
    CATALOGUE,
    DEFAULT,
    InvalidImageName,
    behaviour_of,
    digest_of,
    full_name,
    one_slip,
    parse_image,
    pull_of,
)
from kubelearn.sim.clock import SECOND

NAMES = {
    "nginx": "docker.io/library/nginx:latest",
    "nginx:1.29": "docker.io/library/nginx:1.29",
    "team/app:v1": "docker.io/team/app:v1",
    "localhost:5000/app": "localhost:5000/app:latest",
    "ghcr.io/a/b:x": "ghcr.io/a/b:x",
}


@pytest.mark.parametrize("image", NAMES)
def test_a_name_is_completed(image: str) -> None:
    """Registry and tag are filled in."""
    assert str(parse_image(image)) == NAMES[image] == full_name(image)


@pytest.mark.parametrize("image", ["Nginx", "http://url", "a" * 64, "nginx:", ""])
def test_a_wrong_name_is_refused(image: str) -> None:
    """With the words of `pkg/util/parsers`."""
    with pytest.raises(InvalidImageName, match="couldn't parse image name"):
        parse_image(image)


@pytest.mark.parametrize("image", ["nginx:1.255", "nginx:lates", "redis:99", "app:nosuch"])
def test_a_tag_that_does_not_exist(image: str) -> None:
    """NotFound, as containerd says it."""
    name = str(parse_image(image))
    assert pull_of(image).error == (
        f'rpc error: code = NotFound desc = failed to pull and unpack image "{name}": '
        f'failed to resolve reference "{name}": {name}: not found'
    )


@pytest.mark.parametrize("image", ["ngnix", "ngin", "nginxx", "postgers:15", "me/nosuch"])
def test_a_repository_that_does_not_exist(image: str) -> None:
    """Docker Hub's answer: denied, or not there."""
    assert "pull access denied" in pull_of(image).error


@pytest.mark.parametrize("image", ["nginx:1.29-alpine", "app:v1", "example.com/x", "redis:alpine"])
def test_an_image_that_exists(image: str) -> None:
    """Known images with known tags, and all that nothing speaks against."""
    assert pull_of(image).error == ""


def test_an_annotation_decides_first() -> None:
    """`kubelearn.dev/pull` wins over the catalogue, both ways."""
    assert "NotFound" in pull_of("nginx", "missing").error
    assert pull_of("nginx:1.255", "3s").error == ""


@pytest.mark.parametrize("repository", CATALOGUE)
def test_the_catalogue_is_well_formed(repository: str) -> None:
    """Full names, sizes, patterns that compile, times that are not negative."""
    image = CATALOGUE[repository]
    assert parse_image(repository + ":x").repository == repository
    assert image.size > 0
    assert re.compile(image.tags)
    assert image.app.start_time >= 0


def test_the_command_of_a_container_says_how_it_ends() -> None:
    """A followed command ends by itself; as process 1 it ignores SIGTERM."""
    container = {"name": "c", "image": "busybox", "command": ["sh", "-c", "sleep 5; exit 2"]}
    app = behaviour_of(container)
    assert (app.exit, app.stop) == (Exit(5 * SECOND, 2), Stop(None, 137))


def test_a_shell_without_command_ends_at_once() -> None:
    """`image: busybox` alone: Completed, then a crash loop."""
    assert behaviour_of({"name": "c", "image": "busybox"}).exit == Exit(0, 0)


def test_a_server_with_arguments_stays_a_server() -> None:
    """Arguments of an image with a program of its own are not followed."""
    app = behaviour_of({"name": "c", "image": "redis:7", "args": ["--save", "60", "1"]})
    assert (app.exit, app.listens) == (None, (6379,))


def test_declared_ports_are_listened_on() -> None:
    """An unknown image listens on what its container declares, or everywhere."""
    container = {"name": "c", "image": "app:v1", "ports": [{"containerPort": 8080}]}
    assert behaviour_of(container).listens == (8080,)
    assert behaviour_of({"name": "c", "image": "app:v1"}).listens is DEFAULT.app.listens


def test_what_cannot_be_followed_is_marked() -> None:
    """A guess says that it is one."""
    container = {"name": "c", "image": "python:3.12", "command": ["python", "x.py"]}
    app = behaviour_of(container, ends=True)
    assert (app.exit, app.followed) == (Exit(5 * SECOND, 0), False)


def test_digests_differ_by_tag() -> None:
    """Equal names have equal IDs, other tags others."""
    assert digest_of("nginx") == digest_of("docker.io/library/nginx:latest")
    assert digest_of("nginx:1") != digest_of("nginx:2")


@given(st.text("abc", min_size=1, max_size=6), st.integers(0, 5))
def test_one_slip_is_symmetric_and_not_equality(text: str, place: int) -> None:
    """A letter left out is a slip in both directions; the text itself is none."""
    shorter = text[:place] + text[place + 1 :]
    assert one_slip(text, shorter) == one_slip(shorter, text) == (shorter != text)
    assert not one_slip(text, text)
