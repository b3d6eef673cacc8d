"""What the tests of the built site share."""

import pytest
import site_browser
import site_survey
from site_browser import SITE


@pytest.fixture(scope="module")
def origin():
    """The address of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail(f"{SITE} holds no built book: build it first with `make book`")
    with site_browser.served(SITE) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests of a file."""
    with site_browser.browser() as running:
        yield running


@pytest.fixture(scope="module")
def pages(request):
    """The book's pages, or those of the chapters that ``--chapters`` names."""
    slugs = request.config.getoption("chapters")
    found = site_survey.pages_of(SITE, slugs.split(",") if slugs else ())
    assert found, f"{SITE} has no page of {slugs or 'any chapter'}: run `make book`"
    return found
