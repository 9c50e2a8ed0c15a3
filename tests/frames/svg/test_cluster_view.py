"""The cluster view as SVG text."""

from xml.etree import ElementTree

import pytest

from kubelearn.frames import cluster_view
from kubelearn.frames.svg import cluster_view_svg
from kubelearn.frames.svg.sheet import shorten
from tests.frames.fake import FakeWorld, large_world, pod, small_world

SVG = "{http://www.w3.org/2000/svg}"


def drawn(world: FakeWorld) -> ElementTree.Element:
    """The picture as a tree; fails where it is not well-formed XML."""
    return ElementTree.fromstring(cluster_view_svg(cluster_view(world)))


@pytest.mark.parametrize("world", [small_world(), large_world(100, 4), FakeWorld()])
def test_every_pod_has_its_title(world: FakeWorld) -> None:
    """Pointing at a pod tells namespace, name and status."""
    titles = {title.text for title in drawn(world).iter(f"{SVG}title")}
    for row in cluster_view(world)["pods"]:
        assert f"{row['namespace']}/{row['name']}: {row['status']}" in titles


def test_it_says_what_it_shows() -> None:
    """Title and description are there for screen readers."""
    root = drawn(small_world())
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "Cluster at 1m30s"
    description = root.find(f"{SVG}desc").text
    assert "3 of 4 nodes ready" in description
    assert "worker-3 NotReady: 1 unknown" in description


def test_it_holds_no_link_to_elsewhere() -> None:
    """It needs nothing but itself."""
    links = [each.get("href", "#") for each in drawn(small_world()).iter()]
    assert all(link.startswith("#kl-box-") or link == "#" for link in links)
    assert "http" not in cluster_view_svg(cluster_view(small_world())).replace(SVG[1:-1], "")


def test_every_box_that_is_used_is_defined() -> None:
    """A letter for each state that occurs."""
    root = drawn(small_world())
    defined = {f"#{each.get('id')}" for each in root.iter(f"{SVG}g") if each.get("id")}
    assert {each.get("href") for each in root.iter(f"{SVG}use")} <= defined


def test_both_themes_and_print() -> None:
    """By the system's wish, by JupyterLab's attribute, and light on paper."""
    text = cluster_view_svg(cluster_view(small_world()))
    assert "prefers-color-scheme:dark" in text
    assert 'data-jp-theme-light="false"' in text
    assert "@media print" in text


def test_words_from_outside_are_escaped() -> None:
    """A reason may hold anything."""
    world = FakeWorld({"pods": [pod(node="n", waiting="<b>&")]})
    assert any("<b>&" in (each.text or "") for each in drawn(world).iter(f"{SVG}title"))


def test_names_are_cut_in_the_middle() -> None:
    """Both ends stay, and what fits stays whole."""
    assert shorten("frontend-5d455b8f78-45dvr", 80) == "frontend…5dvr"
    assert shorten("web", 80) == "web"
