"""Figures, toggles and cards of a small book in a browser, measured on what the screen shows."""

import io
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import site_browser
import site_survey
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

import deepgloss as dg
from deepgloss import _explore, _figures
from deepgloss.glossary import _cards

CONF = f"""
extensions = ["myst_nb", "bindery.site"]
nb_execution_mode = "off"
html_theme = "sphinx_book_theme"
html_static_path = [{str(site_browser.ROOT / "assets")!r}]
html_favicon = {str(site_browser.ROOT / "assets" / "favicon.svg")!r}
html_css_files = ["book.css"]
html_js_files = ["book.js"]
html_context = {{"default_mode": "auto"}}
"""
SOLUTION = "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n### END SOLUTION"


def plot():
    """Lines and large text, nothing else."""
    axes = plt.subplots(figsize=(4, 2))[1]
    axes.text(1, 4, "WWW", size=40, ha="center", va="center")
    axes.plot([2, 3, 5])


def photograph():
    """A photograph beside a plot; both have text."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(4, 2))
    left.imshow(dg.data.photographs((96, 144)).flower.permute(1, 2, 0).numpy(), aspect="auto")
    right.plot([2, 3, 5])


def shown(figure, *, known=True):
    """The output that a figure leaves in a notebook, as today or as before anything was noted."""
    data, about = _figures.png(figure)
    metadata = {"image/png": about} if known else {}
    return new_output("display_data", {"image/png": b64encode(data).decode()}, metadata=metadata)


def collected(function, module, *arguments, **options):
    """The HTML output of something that displays itself."""
    pieces = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEEPGLOSS_STATIC", "1")
        patch.setattr(module, "display", lambda item: pieces.append(item.data))
        function(*arguments, **options)
    return new_output("display_data", {"text/html": pieces[0]})


def drawn(draw):
    """The figure that a function draws."""
    draw()
    return plt.gcf()


def cells():
    """A cell of each kind: its tags, its code, its output."""
    yield ["remove-input"], "dg.term()", collected(dg.term, _cards, "adam")
    yield ["hide-input"], "a = 1", shown(drawn(plot))
    yield ["hide-input"], "a = 2", shown(drawn(photograph))
    yield ["hide-input"], "a = 3", shown(drawn(plot), known=False)
    yield ["hide-input"], "a = 4", collected(dg.explore, _explore, lambda k: plot(), alt="Three letters", k=[1, 2])
    yield (["hide-input"], "a = 5",
           collected(dg.explore, _explore, lambda k: photograph(), alt="A flower", k=[1, 2]))
    yield ["stub"], "raise NotImplementedError  # your answer", None
    yield ["solution", "hide-cell"], SOLUTION, None
    yield ["hide-input"], "a = 6", None


def notebook(title):
    """A chapter with a cell of each kind."""
    made = [new_markdown_cell(f"# {title}", id="title")]
    for k, (tags, code, output) in enumerate(cells()):
        metadata = {"tags": tags, "mystnb": {"image": {"alt": "Letters"}}}
        made.append(new_code_cell(code, id=f"c{k}", metadata=metadata, outputs=[output] if output else []))
    language = {"name": "python", "pygments_lexer": "ipython3"}
    return new_notebook(cells=made, metadata={"language_info": language})


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A built book of two chapters."""
    folder = tmp_path_factory.mktemp("figures")
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    (folder / "index.md").write_text("# Book\n\n```{toctree}\none\ntwo\n```\n", encoding="utf-8")
    with plt.rc_context():
        dg.plot.style()
        for name in ("one", "two"):
            nbformat.write(notebook(name.title()), folder / f"{name}.ipynb")
    done = subprocess.run([sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", ".", "html"],
                          cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def origin(site):
    """The book's address on a server."""
    with site_browser.served(site) as address:
        yield address


@pytest.fixture(params=["http", "file"])
def place(request, site, origin):
    """The book's address, once from a server and once from its folder."""
    return origin if request.param == "http" else site.as_uri()


@pytest.fixture
def tab(browser):
    """Opens pages in one context; nothing may stand in their consoles."""
    contexts, consoles = [], []

    def opened(address, *, scheme="light", width=1280):
        context = browser.new_context(reduced_motion="reduce", color_scheme=scheme, device_scale_factor=2,
                                      viewport={"width": width, "height": 900})
        page = context.new_page()
        contexts.append(context)
        consoles.append(site_survey.watch(page, "file://")[2])
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not any(consoles), consoles


def pixels(page, place):
    """What the screen shows of an element, as numbers."""
    place.scroll_into_view_if_needed()
    page.wait_for_timeout(50)
    return np.asarray(Image.open(io.BytesIO(place.screenshot())).convert("RGB"), dtype=int)


def background(page):
    """The page's color."""
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return np.array([int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(",")])


def contrast(one, other):
    """The contrast of two colors by WCAG 2."""
    def luminance(color):
        part = np.asarray(color) / 255
        return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


FRAMES = {"plot": 0, "photograph": 1, "moving plot": 2, "moving photograph": 3}


def frame(page, name):
    """The frame of one of the chapter's figures."""
    frames = page.locator(".dg-figure")
    assert frames.count() == len(FRAMES)
    return frames.nth(FRAMES[name])


@pytest.mark.parametrize("name", FRAMES)
def test_in_the_dark_a_figure_stands_on_the_pages_color_and_its_text_is_readable(tab, site, name):
    page = tab(f"{site.as_uri()}/one.html", scheme="dark")
    seen, color = pixels(page, frame(page, name)), background(page)
    assert color.max() < 40
    edges = np.concatenate([seen[2], seen[-3], seen[:, 2], seen[:, -3]])
    assert np.abs(edges - color).max() <= 2
    if "plot" in name:
        assert contrast(seen.reshape(-1, 3)[seen.sum(-1).argmax()], color) >= 4.5
        assert (np.abs(seen - color).max(-1) <= 2).mean() > 0.5


@pytest.mark.parametrize("name", ["photograph", "moving photograph"])
def test_a_photograph_keeps_its_colors_in_the_dark(tab, site, name):
    light, dark = (tab(f"{site.as_uri()}/one.html", scheme=scheme) for scheme in ("light", "dark"))
    bright, dim = (pixels(page, frame(page, name)) for page in (light, dark))
    assert bright.shape == dim.shape
    clip = frame(dark, name).locator(".dg-pictures").evaluate("e => e.style.clipPath")
    (left, top), (right, bottom) = ([float(n.strip(" %")) / 100 for n in corner.split()]
                                    for corner in np.array(clip.strip("polygn()").split(","))[[1, 3]])
    height, width, _ = bright.shape
    inside = np.s_[round(top * height) + 3:round(bottom * height) - 3, round(left * width) + 3:round(right * width) - 3]
    assert bright[inside].std() > 20
    np.testing.assert_array_equal(dim[inside], bright[inside])
    # The plot beside it is turned.
    assert (np.abs(bright[:, width // 2 + 20:] - dim[:, width // 2 + 20:]).max(-1) > 100).mean() > 0.5


def test_in_the_light_a_figure_is_the_stored_one(tab, site):
    page = tab(f"{site.as_uri()}/one.html")
    seen = pixels(page, frame(page, "plot"))
    source = page.locator(".dg-figure img").first.get_attribute("src")
    stored = np.asarray(Image.open(site / source).convert("RGB"))
    # The shot of an element that begins between two pixels has one or two rows more.
    spare = range(len(seen) - len(stored) + 1)
    assert any(np.array_equal(seen[row:row + len(stored)], stored) for row in spare)
    assert page.locator(".dg-pictures:visible").count() == 0


def test_a_figure_that_nothing_is_known_of_stands_on_white_without_a_panel(tab, site):
    page = tab(f"{site.as_uri()}/one.html", scheme="dark")
    image = page.locator('.cell_output img[alt="Letters"]').nth(2)
    assert image.evaluate("e => e.closest('.dg-figure')") is None
    seen = pixels(page, image)
    assert (seen[2:4, 2:-2] == 255).all() and seen.min() < 60
    assert image.evaluate("e => getComputedStyle(e).padding") == "0px"


@pytest.mark.parametrize("width", [1280, 390])
def test_figures_have_their_size_and_their_words(tab, site, width):
    page = tab(f"{site.as_uri()}/one.html", width=width)
    assert page.evaluate(site_survey.OVERFLOW) == ""
    for name in FRAMES:
        box = frame(page, name).bounding_box()
        image = frame(page, name).locator("img")
        assert box == pytest.approx(image.bounding_box(), abs=0.5)
        ratio, natural = box["width"] / box["height"], image.evaluate("e => e.naturalWidth / e.naturalHeight")
        assert abs(ratio / natural - 1) < 0.02
        whole = image.evaluate("e => e.naturalWidth / 2")
        assert abs(box["width"] - whole) < 2 if width == 1280 else box["width"] <= 390
        assert image.get_attribute("alt").startswith(("Letters", "Three letters", "A flower"))


def test_a_moving_photograph_moves_in_the_dark(tab, site):
    page = tab(f"{site.as_uri()}/one.html", scheme="dark")
    overlay = frame(page, "moving photograph").locator(".dg-pictures")
    image = frame(page, "moving photograph").locator("img")
    page.locator("figure.dg-explore").nth(1).locator("input").press("ArrowLeft")
    style = overlay.evaluate("e => e.style.backgroundImage")
    assert style == f'url("{image.get_attribute("src")}")'


def test_folded_cells_say_what_they_hold(tab, site):
    page = tab(f"{site.as_uri()}/one.html")
    assert page.locator("details.hide > summary").all_inner_texts() == [
        *["Code of this figure"] * 5, "Solution", "Code",
    ]
    text = page.locator("article").evaluate("e => e.textContent")
    assert "return 2 * x" in text and "SOLUTION" not in text
    assert page.locator(".tag_stub pre").is_visible()
    solution = page.locator(".tag_solution details")
    assert solution.locator(".highlight span").count() > 3, "the solution lost its colors"


def state(page):
    """Whether Japanese and Korean stand open."""
    return [page.locator(f".dg-term details[lang={language}]").evaluate("e => e.open") for language in ("ja", "ko")]


def test_a_card_opens_by_keyboard_and_the_choice_is_kept_on_every_page(tab, place):
    page = tab(f"{place}/one.html")
    assert page.locator(".dg-term > p[lang=en]").first.is_visible()
    assert state(page) == [False, False]
    page.locator(".dg-term details[lang=ja] summary").focus()
    page.keyboard.press("Enter")
    assert state(page) == [True, False]
    # Records the card as each frame of the next page paints it.
    page.add_init_script("""(() => {
      window.painted = [];
      const look = () => {
        const card = document.querySelector(".dg-term details[lang=ja]");
        if (card) painted.push(card.open);
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    })()""")
    page.goto(f"{place}/two.html")
    page.wait_for_function("painted.length > 2")
    assert state(page) == [True, False] and page.evaluate("painted.every(Boolean)")
    page.keyboard.press("Tab")
    page.locator(".dg-term details[lang=ja] summary").click()
    page.goto(f"{place}/one.html")
    assert state(page) == [False, False]


def test_a_browser_that_keeps_nothing_still_opens_cards(browser, site):
    context = browser.new_context()
    page = context.new_page()
    errors = site_survey.watch(page, "file://")[2]
    page.add_init_script("""Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("denied", "SecurityError"); } })""")
    page.goto(f"{site.as_uri()}/one.html")
    errors.clear()                                  # the theme's own script complains
    page.locator(".dg-term details[lang=ko] summary").click()
    assert state(page) == [False, True] and errors == []
    context.close()
