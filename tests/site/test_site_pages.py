"""Every page of the built site in a browser: each is opened once, and all findings of that visit are kept.

A file of its own, so that a second process can do what a reader does while this one looks at pages.
"""

import pytest
import site_survey
from site_browser import SITE


@pytest.fixture(scope="module")
def visits(request, origin, pages):
    """What every page showed; a summary goes to the terminal and to ``_build/site-report.txt``."""
    found = site_survey.survey(SITE, origin, pages)
    line = site_survey.summary(found)
    (SITE.parent / "site-report.txt").write_text(line + "\n", encoding="utf-8")
    (SITE.parent / "site-report.json").write_text(site_survey.as_json(found), encoding="utf-8")
    yield found
    # A worker of pytest-xdist has no terminal; the file says the same.
    if terminal := request.config.pluginmanager.get_plugin("terminalreporter"):
        terminal.write_line(f"\n{line}")


@pytest.mark.pages
@pytest.mark.parametrize(
    "field",
    ["leaving", "failed", "console", "math", "axe", "images", "titles", "overflow", "repeated"],
)
def test_every_page_is_clean(visits, field):
    assert not site_survey.problems(visits, field)


@pytest.mark.pages
def test_no_link_inside_the_site_is_dead(visits, origin):
    assert site_survey.dead_links(visits, SITE, origin) == []
