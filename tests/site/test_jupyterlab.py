"""A reader opens a chapter in JupyterLab, runs all its cells, and moves a slider."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

from site_browser import browser

BOOK = Path(__file__).parents[2]
CHAPTER = "chapters/optimization/adam.ipynb"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that serves a copy of the chapters."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(BOOK / "chapters", folder / "chapters")
    # Every cell in the page at once, so that the test sees outputs a reader would scroll to.
    tracker = folder / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text('{"windowingMode": "none"}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    # A reader's kernel draws inline; the tests' own backend would swallow the figures.
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"} | {
        "DEEPGLOSS_STATIC": "0", "DEEPGLOSS_QUIET": "0",
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
             f"--port={port}", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
             "--LabApp.news_url=None",
             "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
            env=environment, stdout=log, stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            assert server.poll() is None, (folder / "log").read_text()
            try:
                urllib.request.urlopen(f"{address}/api?token={token}", timeout=2)
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        else:
            pytest.fail(f"JupyterLab did not start:\n{(folder / 'log').read_text()}")
        yield f"{address}/lab/tree/{CHAPTER}?token={token}", folder / CHAPTER
    finally:
        server.terminate()
        server.wait(20)


def test_a_chapter_runs_from_top_to_bottom_and_its_slider_draws(lab):
    address, path = lab
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1200, "height": 1400})
        page.goto(address)
        page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=120_000)
        # Before its kernel has answered once, a notebook loses the command to run.
        page.get_by_text("| Idle").first.wait_for(timeout=120_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Restart Kernel and Run All Cells…").click()
        page.locator(".jp-Dialog button.jp-mod-accept").click()
        slider = page.locator(".widget-slider .noUi-handle").first
        slider.wait_for(timeout=180_000)
        # The last code cell has its number, and no cell waits any more.
        page.wait_for_function(
            """() => {
              const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputArea-prompt")]
                .map(prompt => prompt.textContent);
              return prompts.length > 0 && prompts.every(text => /\\[\\d+\\]/.test(text));
            }""", timeout=180_000,
        )
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        picture = page.locator(".widget-output img").first
        before = picture.get_attribute("src")
        slider.press("ArrowRight")
        page.wait_for_function(
            "before => document.querySelector('.widget-output img')?.src !== before", arg=before,
            timeout=60_000,
        )
        page.keyboard.press("Control+s")
        saved = notebook_once_saved(path)
    code = [cell for cell in saved.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(output.output_type != "error" for cell in code for output in cell.outputs)


def notebook_once_saved(path: Path):
    """The notebook's file as soon as JupyterLab has written it."""
    for _ in range(60):
        try:
            notebook = nbformat.read(path, as_version=4)
        except nbformat.reader.NotJSONError:      # caught half written
            time.sleep(0.5)
            continue
        if any("widget-view" in kind for cell in notebook.cells if cell.cell_type == "code"
               for output in cell.outputs for kind in output.get("data", {})):
            return notebook
        time.sleep(0.5)
    pytest.fail("JupyterLab did not save the notebook")
