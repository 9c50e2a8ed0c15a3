"""Drives a real JupyterLab in headless Chromium.

Nothing of JupyterLab's own menus, toolbars or styles is touched: they change with version and
language. Commands go through `window.jupyterapp`, and errors are read from the cells' models.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Browser, Page, sync_playwright

TOKEN = "lessons"
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"

# The background flags keep Chromium from looking for its maker's servers.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A learner's own settings must not leak into a test, nor one test's into the next.
PRIVATE_FOLDERS = (
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "IPYTHONDIR",
)

KERNEL_IS_IDLE = """() => window.jupyterapp?.shell?.currentWidget?.sessionContext
    ?.session?.kernel?.status === 'idle'"""

RUN_ALL = """() => {
    window.klRun = '';
    window.jupyterapp.commands.execute('notebook:run-all-cells')
        .then(() => { window.klRun = 'done'; }, () => { window.klRun = 'failed'; });
}"""

# A run that stops at an error leaves nothing running either; the models then hold the error.
RUN_HAS_ENDED = """() => window.klRun
    && window.jupyterapp.shell.currentWidget.content.widgets.every(
    cell => cell.model.type !== 'code'
        || !['running', 'pending'].includes(cell.model.executionState))"""

CELL_ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap(
    (cell, index) => cell.model.type !== 'code' ? [] : cell.model.outputs.toJSON()
        .filter(output => output.output_type === 'error')
        .map(output => ({index, name: output.ename, value: output.evalue})))"""

WIDGET_CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap(
    (cell, index) => cell.model.type === 'code' && cell.model.outputs.toJSON().some(
        output => 'application/vnd.jupyter.widget-view+json' in (output.data || {}))
        ? [index] : [])"""

RUN_CELL = """index => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    window.jupyterapp.commands.execute('notebook:run-cell');
}"""

REVEAL_CELL = """async index => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, 'start');
}"""

ASK_KERNEL = """async code => {
    const future = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
        .requestExecute({code, store_history: false});
    let text = '', error = null;
    future.onIOPub = message => {
        if (message.header.msg_type === 'stream') text += message.content.text;
        if (message.header.msg_type === 'error')
            error = message.content.ename + ': ' + message.content.evalue;
    };
    await future.done;
    return {text, error};
}"""


@dataclass(frozen=True)
class CellError:
    """An exception that a cell ended in: the cell's index from 0, the class, the message."""

    index: int
    name: str
    value: str


@dataclass(frozen=True)
class Answer:
    """What a piece of code printed in the kernel, and its error if it had one."""

    text: str
    error: str | None


@contextmanager
def lab_server(root: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Runs JupyterLab over the folder with settings of its own; gives its base URL.

    Raises RuntimeError with the server's log if it does not answer within 60 s.
    """
    private = Path(tempfile.mkdtemp(prefix="kubelearn-lab-"))
    _write_settings(private / PRIVATE_FOLDERS[0])
    port = _free_port()
    with (private / "server.log").open("w") as log:
        process = subprocess.Popen(
            _server_command(root, port),
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_private_environment(private), **(environment or {})},
            start_new_session=True,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        _wait_until_served(base, process, private / "server.log")
        yield base
    finally:
        _stop_group(process)
        shutil.rmtree(private, ignore_errors=True)


def _server_command(root: Path, port: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={root}",
        "--LabApp.expose_app_in_browser=True",
    ]


def _private_environment(private: Path) -> dict[str, str]:
    return {name: str(private / name) for name in PRIVATE_FOLDERS}


def _write_settings(folder: Path) -> None:
    """The news pop-up would cover the first cell; only this setting keeps it away."""
    plugin = folder / "@jupyterlab" / "apputils-extension"
    plugin.mkdir(parents=True)
    settings = {"fetchNews": "false", "checkForUpdates": False}
    (plugin / "notification.jupyterlab-settings").write_text(json.dumps(settings))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_served(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not _answers(base):
        if process.poll() is not None or time.monotonic() > deadline:
            end = log.read_text()[-3000:]
            raise RuntimeError(f"JupyterLab did not start. Its log ends:\n{end}")
        time.sleep(0.05)


def _answers(base: str) -> bool:
    try:
        urllib.request.urlopen(f"{base}/api/status?token={TOKEN}", timeout=2).close()
    except OSError:
        return False
    return True


def _stop_group(process: subprocess.Popen[bytes]) -> None:
    """Ends the server and its kernels, politely first."""
    for stop, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, stop)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, headless=True, args=list(CHROMIUM_ARGUMENTS)
        )
        try:
            yield browser
        finally:
            browser.close()


def open_notebook(page: Page, base: str, path: str, patience: float = 90) -> None:
    """Opens one notebook alone, without a saved workspace; returns when its kernel is idle."""
    page.goto(f"{base}/doc/tree/{path}?token={TOKEN}&reset", wait_until="domcontentloaded")
    page.wait_for_function(KERNEL_IS_IDLE, timeout=patience * 1000)


def run_all(page: Page, patience: float = 180) -> list[CellError]:
    """Runs every cell from the top and waits; gives the errors. A first error stops the run."""
    page.evaluate(RUN_ALL)
    page.wait_for_function(RUN_HAS_ENDED, timeout=patience * 1000)
    return [CellError(**found) for found in page.evaluate(CELL_ERRORS)]


def run_cell(page: Page, index: int) -> None:
    """Starts one cell and does not wait for it."""
    page.evaluate(RUN_CELL, index)


def widget_cells(page: Page) -> list[int]:
    """Indices of the cells whose output is a widget, read from the models."""
    return cast("list[int]", page.evaluate(WIDGET_CELLS))


def reveal_cell(page: Page, index: int) -> None:
    """Scrolls a cell into view; JupyterLab may leave out what is far from the screen."""
    page.evaluate(REVEAL_CELL, index)


def ask_kernel(page: Page, code: str) -> Answer:
    """Runs code in the notebook's kernel beside its cells."""
    return Answer(**page.evaluate(ASK_KERNEL, code))


def execute(page: Page, command: str, arguments: Mapping[str, Any] | None = None) -> None:
    """Executes one of JupyterLab's commands by its id and waits for it."""
    page.evaluate(
        "([command, args]) => window.jupyterapp.commands.execute(command, args).then(() => null)",
        [command, dict(arguments or {})],
    )


def set_theme(page: Page, theme: str) -> None:
    """Changes the theme and waits until the page wears it."""
    execute(page, "apputils:change-theme", {"theme": theme})
    page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")


def shut_down_kernel(page: Page) -> None:
    """Ends the notebook's kernel, so that its memory is free for the next one."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
