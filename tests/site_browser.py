"""A browser and a server for the tests of the built site."""

import os
import shutil
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parent.parent
SITE = Path(os.environ.get("DEEPGLOSS_SITE", ROOT / "_build" / "html"))
NAMES = ("chromium", "chromium-browser", "google-chrome")
# A browser's own errands (updates, checks) must not be taken for requests of a page.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        """Nothing on stderr for every file."""


@contextmanager
def served(folder: Path):
    """Serve a folder on this machine only; gives the address, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browser():
    """A browser without a window: the system's Chromium, or else Playwright's own."""
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)), None)
        try:
            running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            raise RuntimeError(
                "the site tests need a browser: put chromium on the PATH, or run "
                "`python -m playwright install --with-deps chromium`"
            ) from error
        try:
            yield running
        finally:
            running.close()
