"""The widget itself, without a browser."""

import subprocess
import sys

import pytest

from kubelearn.widgets import WIDGETS, ClusterView, compare, show
from kubelearn.widgets.sources import SCRIPTS, script, style
from tests.frames.fake import FakeWorld, pod, small_world

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def view() -> ClusterView:
    """The small world as a widget."""
    return show(small_world())


def bundle(view: ClusterView) -> dict:
    """What a notebook stores of it."""
    made = view._repr_mimebundle_()
    return made[0] if isinstance(made, tuple) else made


def test_a_notebook_without_kernel_shows_picture_and_text(view: ClusterView) -> None:
    """The widget, SVG in HTML, and plain text."""
    data = bundle(view)
    assert data[VIEW]["model_id"] == view.model_id
    assert "<svg" in data["text/html"]
    assert "Run the cell" in data["text/html"]
    assert data["text/plain"].startswith("At 1m30s: 3 of 4 nodes ready")


def test_the_still_picture_is_of_now(view: ClusterView) -> None:
    """Shown again, it shows what is."""
    view.player.clusters[0].put("pods", pod("fresh"))
    assert "default/fresh" in bundle(view)["text/html"]


def test_messages_reach_the_player(view: ClusterView, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of a front end's message and of its answer."""
    sent = []
    monkeypatch.setattr(view.player, "_send", sent.append)
    view._handle_custom_msg({"type": "select", "key": "pod/default/crash"}, [])
    assert view.player.frames[0]["detail"]["title"] == "Pod crash"
    assert [message["type"] for message in sent] == ["change"]


def test_a_front_end_can_draw_before_the_kernel_answers(view: ClusterView) -> None:
    """The first message is part of the widget's state."""
    assert view.start["frames"][0]["kind"] == "cluster-view"


def test_compare_has_two_boards() -> None:
    """With their names, also in the still picture."""
    view = compare(small_world(), small_world(), ("calm", "storm"))
    assert view.start["names"] == ["calm", "storm"]
    assert bundle(view)["text/html"].count("<svg") == 2


def test_no_cluster_no_view() -> None:
    """Said in words."""
    with pytest.raises(TypeError, match="needs a cluster"):
        ClusterView()


def test_an_empty_cluster_can_be_shown() -> None:
    """Nothing to see is no error."""
    assert show(FakeWorld()).start["frames"][0]["pods"] == []


def test_the_table_has_what_can_be_imported() -> None:
    """Every class is where the table says."""
    import kubelearn.widgets as widgets

    assert [getattr(widgets, name).__module__ for name in WIDGETS] == list(WIDGETS.values())
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = widgets.Nothing


def test_the_widget_library_is_imported_late() -> None:
    """`import kubelearn` and its frames stay light."""
    code = "import sys, kubelearn.widgets, kubelearn.widgets.player, kubelearn.plots\n"
    heavy = {"anywidget", "ipywidgets", "IPython", "matplotlib", "numpy", "pandas"}
    code += f"print(sorted({heavy!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("hook", ["cluster-view", "play", "step", "scrub", "time", "summary"])
def test_hooks_for_tests(hook: str) -> None:
    """Browser tests find the parts by these names."""
    assert f'"data-kl": "{hook}"' in script()


@pytest.mark.parametrize("hook", ["pod", "node", "detail"])
def test_hooks_of_the_board(hook: str) -> None:
    """And the things on the board."""
    assert f'"data-kl": "{hook}"' in script()


def test_keys_stay_in_the_view() -> None:
    """JupyterLab would take them for its own commands."""
    assert "event.stopPropagation();" in script()


def test_the_script_needs_nothing_from_elsewhere() -> None:
    """No import, no address outside, one default export."""
    lines = script().splitlines()
    assert not [line for line in lines if line.startswith("import ")]
    assert [line for line in lines if "http" in line] == [
        '  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);'
    ]
    assert script().count("export default") == 1


def test_the_script_is_made_of_small_files() -> None:
    """Every file of the folder is in the table, once."""
    from importlib.resources import files

    folder = files("kubelearn.widgets").joinpath("js")
    assert sorted(SCRIPTS) == sorted(file.name for file in folder.iterdir())


def test_motion_can_be_unwanted() -> None:
    """Transitions and lights are off then."""
    assert "@media (prefers-reduced-motion: reduce)" in style()
    assert "prefers-reduced-motion" in script()


def test_both_themes_and_the_hosts_colours() -> None:
    """Own colours for light and dark; JupyterLab's page and type where it is the host."""
    assert '.kl-view[data-theme="dark"]{--kl-page:#15181d' in style()
    assert "var(--jp-layout-color1, var(--kl-page))" in style()


def test_rules_stay_in_the_view() -> None:
    """No rule of ours touches the rest of the notebook."""
    for line in style().splitlines():
        if line.strip().endswith("}") and "{" in line and not line.startswith((" ", "@")):
            assert line.startswith(".kl-view"), line
