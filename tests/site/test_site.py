"""What a reader does with the built site, in a browser.

Build the book first (``make book``); these tests look at ``_build/html``.
"""

import re
from pathlib import Path

import pytest
import site_browser
import site_survey
from site_browser import SITE

from deepgloss import glossary

GLOSSARY, CLAIMS, MAP = "glossary.html", "claims.html", "map.html"
REPLICATION = "replication.html"
CHANGED = "(its code|the package's code|its code and the package's) changed"


@pytest.fixture
def page(browser, origin):
    """A fresh page with nothing stored; anything in its console fails the test."""
    context = browser.new_context(reduced_motion="reduce", color_scheme="light")
    tab = context.new_page()
    leaving, failed, console = site_survey.watch(tab, "file://")
    yield tab
    leaving = [address for address in leaving if not address.startswith(origin)]
    context.close()
    assert (leaving, failed, console) == ([], [], [])


@pytest.fixture(params=["http", "file"])
def place(request, origin):
    """The address of the site, once from a server and once from its folder."""
    return origin if request.param == "http" else SITE.as_uri()


def test_every_written_chapter_has_its_page():
    pages = {path.removesuffix(".html") for path in site_survey.pages_of(SITE)}
    sources = {path.with_suffix("").relative_to(site_browser.ROOT).as_posix()
               for path in (site_browser.ROOT / "chapters").rglob("*.ipynb")
               if ".ipynb_checkpoints" not in path.parts}
    assert sources and sources <= pages


def test_highlighted_code_can_be_read(page, origin):
    written = [(SITE / path).read_text(encoding="utf-8") for path in site_survey.pages_of(SITE)]
    code = (box for text in written for box in re.findall(r'<div class="highlight">(.*?)</pre>', text, re.S))
    kinds = set().union(*(re.findall(r'<span class="([^"]+)"', box) for box in code))
    palette = (SITE / "_static" / "pygments.css").read_text(encoding="utf-8")
    kinds |= set(re.findall(r"\.highlight \.([a-z][a-z0-9]*) ", palette))
    address = f"{origin}/chapters/optimization/adam.html"
    hard, read = site_survey.palettes(page, address, sorted(kinds))
    assert hard == []
    assert read >= 2 * len(kinds)


@pytest.mark.pages
def test_sliders_change_the_picture_by_keyboard(request, page, pages, place):
    moving = [path for path in pages if 'class="dg-explore"' in (SITE / path).read_text(encoding="utf-8")]
    assert moving or request.config.getoption("chapters")
    for path in moving:
        page.goto(f"{place}/{path}")
        for figure in page.locator("figure.dg-explore").all():
            image = figure.locator("img").first
            for slider in figure.locator('input[type="range"]').all():
                before, value = image.get_attribute("src"), slider.input_value()
                slider.focus()
                page.keyboard.press("ArrowLeft")
                assert slider.input_value() != value, path
                assert image.get_attribute("src") != before, f"{path}: the picture stays"
                page.keyboard.press("ArrowRight")
                assert image.get_attribute("src") == before, f"{path}: the way back differs"


@pytest.mark.parametrize(
    "query, term",
    [("adam", "adam"), ("ＲｅＬＵ", "relu"), ("正規化線形関数", "relu"), ("장단기 메모리", "lstm"),
     ("장단기메모리", "lstm"), ("long short term", "lstm")],
)
def test_glossary_finds_any_name(page, place, query, term):
    page.goto(f"{place}/{GLOSSARY}")
    page.get_by_label("Find a term").fill(query)
    shown = page.locator("[data-entry]:visible")
    assert page.locator(f"#term-{term}").is_visible()
    assert 0 < shown.count() < 30
    assert page.get_by_role("status").inner_text() == f"{shown.count()} of 345 terms"


def test_glossary_filter_by_keyboard(page, place):
    page.goto(f"{place}/{GLOSSARY}")
    field = page.get_by_label("Find a term")
    field.focus()
    page.keyboard.type("no such term")
    assert page.get_by_role("status").inner_text() == "0 of 345 terms"
    assert page.get_by_text("No term goes by that name.").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("status").inner_text() == "345 terms"
    assert page.locator("[data-entry]:visible").count() == 345


def test_glossary_by_part_and_back(page, origin):
    page.goto(f"{origin}/{GLOSSARY}")
    order = "elements => elements.map(e => e.id)"
    entries = page.locator("[data-entry]")
    alphabet = entries.evaluate_all(order)
    page.get_by_label("By part").check()
    headings = page.locator(".dg-list h2").all_inner_texts()
    assert headings == [part.title for part in glossary.parts()]
    places = [int(entry) for entry in entries.evaluate_all("es => es.map(e => e.dataset.order)")]
    assert places == sorted(places) and len(places) == 345
    page.get_by_label("Find a term").fill("adam")
    assert page.locator(".dg-list h2:visible").all_inner_texts() == ["Optimization"]
    page.get_by_label("Find a term").fill("")
    page.get_by_label("A–Z").check()
    assert entries.evaluate_all(order) == alphabet


def test_glossary_links_land_on_what_is_written(page, origin):
    page.goto(f"{origin}/{GLOSSARY}")
    for term in glossary.terms():
        entry = page.locator(f"#term-{term['id']}")
        written = (SITE / f"chapters/{glossary.chapters()[term['chapter']].part}"
                   f"/{term['chapter']}.html").is_file()
        assert entry.locator(".dg-name a").count() == written, term["id"]
        assert ("Chapter to come" in entry.inner_text()) != written, term["id"]


def test_ledger_filters(page, place):
    page.goto(f"{place}/{CLAIMS}")
    claims = glossary.all_claims()
    shown = page.locator("tr[data-entry]:visible")
    assert shown.count() == len(claims)
    page.get_by_label("Verdict", exact=True).select_option("fails")
    fails = [claim for claim in claims if claim["verdict"] == "fails"]
    assert shown.count() == len(fails)
    assert page.get_by_role("status").inner_text() == f"{len(fails)} of {len(claims)} claims"
    page.get_by_label("Find a claim").fill("adam")
    assert 0 < shown.count() < len(fails)
    assert page.locator("h2:visible").count() < len(glossary.parts())
    page.get_by_label("Find a claim").fill("")
    page.get_by_label("Verdict", exact=True).select_option("")
    page.get_by_label("State", exact=True).select_option("tested")
    tested = shown.count()
    assert 0 < tested
    page.get_by_label("State", exact=True).select_option("open")
    assert shown.count() == len(claims) - tested
    assert page.locator("tfoot td").all_inner_texts()[1:] == [str(tested), str(len(claims) - tested)]


def test_ledger_leads_to_the_row_that_tests(page, origin):
    page.goto(f"{origin}/{CLAIMS}")
    page.locator("#adam-2 a").click()
    page.wait_for_url(re.compile(r"chapters/optimization/adam\.html#claim-adam-2$"))
    assert page.locator("#claim-adam-2").is_visible()


def test_every_chapter_says_what_was_replicated(page, place):
    page.goto(f"{place}/{REPLICATION}")
    table = page.get_by_role("region", name="Replication by chapter")
    rows = table.locator("tbody tr")
    written = [slug for slug, chapter in glossary.chapters().items()
               if (SITE / f"chapters/{chapter.part}/{slug}.html").is_file()]
    assert rows.evaluate_all("rows => rows.map(row => row.id)") == [f"replication-{slug}" for slug in written]
    assert table.locator("thead th").all_inner_texts() == [
        "Chapter", "Held", "Assertions", "Claims", "Settings tried", "Date",
    ]
    for held in rows.locator("td:nth-child(2)").all_inner_texts():
        assert re.fullmatch(rf"all|\d+ fell|not yet|not since {CHANGED}", held)
    for link in table.locator('a[href^="#fell-"]').all():
        assert page.locator(link.get_attribute("href")).count() == 1
    rows.first.locator("th a").click()
    page.wait_for_url(re.compile(rf"/{written[0]}\.html$"))
    line = page.locator("p.dg-replication")
    assert line.count() == 1
    assert re.match(rf"Replicated with|Not replicated (yet|since {CHANGED})\.", line.inner_text())
    assert line.evaluate("e => !!(document.querySelector('.dg-term').compareDocumentPosition(e) & 4)")


def test_map_links_work_by_keyboard(page, place):
    page.goto(f"{place}/{MAP}")
    nodes = page.locator(".dg-map [data-chapter]")
    assert nodes.count() == len(glossary.chapters())
    adam = page.locator('.dg-map a[data-chapter="adam"]')
    adam.focus()
    assert "dg-lit" in page.locator('.dg-map [data-chapter="momentum"]').get_attribute("class")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"chapters/optimization/adam\.html$"))


def test_link_to_a_chapter_to_come_leads_to_its_entry(page, origin):
    pages = {path: path.read_text(encoding="utf-8") for path in SITE.glob("chapters/**/*.html")}
    waiting = [path for path, text in pages.items() if "dg-to-come reference" in text]
    if not waiting:
        assert all((SITE / f"chapters/{chapter.part}/{slug}.html").is_file()
                   for slug, chapter in glossary.chapters().items())
        return
    page.goto(f"{origin}/{waiting[0].relative_to(SITE).as_posix()}")
    link = page.locator("a.dg-to-come").first
    assert link.get_attribute("title").startswith("Chapter to come: ")
    link.click()
    page.wait_for_url(re.compile(r"glossary\.html#term-"))
    assert page.locator("[data-entry]:target").is_visible()


@pytest.mark.parametrize(
    "query, entry", [("Adam", "adam"), ("正規化線形関数", "relu"), ("장단기 메모리", "lstm"),
                     ("합성곱신경망", "convolutional-neural-network"), ("과적합은", "overfitting"),
                     ("합성곱 신경망을", "convolutional-neural-network"), ("leakyrelu", "leaky-relu"),
                     ("합성곱신경망이란", "convolutional-neural-network")]
)
def test_search_finds_terms_in_three_languages(page, place, query, entry):
    page.goto(f"{place}/search.html?q={query}")
    page.get_by_text("Search finished").wait_for()
    goals = page.locator("#search-results li a").evaluate_all("es => es.map(e => e.href)")
    assert any(goal.endswith(f"{GLOSSARY}#term-{entry}") for goal in goals)
    if (SITE / "chapters/optimization/adam.html").is_file() and entry == "adam":
        assert any(goal.endswith("chapters/optimization/adam.html") for goal in goals)


def test_search_knows_every_name(page, origin):
    page.goto(f"{origin}/search.html")
    page.wait_for_function("Search.hasIndex()")
    names = [
        [name, f"#term-{term['id']}"]
        for term in glossary.terms() for group in glossary.names(term).values() for word in group
        for name in (word, "".join(word.split()))
    ]
    missing = page.evaluate(
        """names => names.filter(([name, anchor]) => {
          const results = Search._performSearch(...Search._parseQuery(name));
          return !results.some(r => r[0] === "glossary" && r[2] === anchor);
        })""", names)
    assert missing == []


def test_theme_choice_persists(page, origin):
    page.goto(f"{origin}/index.html")
    mode = "document.documentElement.dataset.mode"
    before = page.evaluate(mode)
    page.locator("button.theme-switch-button:visible").first.click()
    after = page.evaluate(mode)
    assert after != before
    page.goto(f"{origin}/{GLOSSARY}")
    assert page.evaluate(mode) == after


def test_stale_build_is_noticed():
    built = (SITE / "index.html").stat().st_mtime
    newer = [path for path in Path(site_browser.ROOT, "assets").iterdir()
             if path.stat().st_mtime > built and (SITE / "_static" / path.name).read_bytes()
             != path.read_bytes()]
    assert not newer, f"built before these changed, so run `make book`: {newer}"
