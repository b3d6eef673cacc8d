"""One visit to every page of the built site, and everything that is wrong with each."""

import html
import json
import os
import re
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urlsplit

import site_browser

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

# Three quarters of an audit went into the colors of every word of highlighted code. They come from two
# palettes, which an audit of their own looks at; and a long list's entries look alike, so that the
# first ones stand for all. Every other rule holds there, too. Words of code lose their marks first: two
# thirds of all elements are such words, and every rule walks through all.
CONTRAST = """() => {
  document.querySelectorAll(".highlight pre").forEach(pre => { pre.textContent = pre.textContent; });
  [...document.querySelectorAll("[data-entry]")].slice(60).forEach(e => e.classList.add("alike"));
  axe.configure({ rules: [{ id: "color-contrast",
    selector: ":not(.highlight, .highlight *, .alike, .alike *)" }] });
}"""

# One word of every kind in each sort of code box that the page has.
SWATCHES = """kinds => {
  const boxes = new Map([...document.querySelectorAll("div.highlight > pre")].map(pre => {
    const around = [];
    for (let e = pre.parentElement; e && e.tagName !== "ARTICLE"; e = e.parentElement)
      around.push(...[...e.classList].filter(name => !/^(tag_|docutils|highlight-)/.test(name)));
    return [around.join(" "), pre];
  }));
  for (const pre of boxes.values()) {
    pre.textContent = "plain ";
    for (const kind of kinds) {
      const word = document.createElement("span");
      word.className = kind;
      word.textContent = kind + " ";
      pre.append(word);
    }
    pre.dataset.swatch = "";
    pre.style.whiteSpace = "pre-wrap";
    for (let e = pre; e; e = e.parentElement) { e.hidden = false; if (e.tagName === "DETAILS") e.open = true; }
  }
  return boxes.size;
}"""
SWATCH_AUDIT = """async () => {
  const found = await axe.run("[data-swatch]", { runOnly: ["color-contrast"], preload: false });
  const lines = kind => found[kind].flatMap(v => v.nodes.map(n =>
    `${n.html.slice(0, 80)} ${n.any[0] ? n.any[0].message : ""}`));
  return { fails: [...lines("violations"), ...lines("incomplete")], read: lines("passes").length };
}"""

READY = """async () => {
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  await document.fonts.ready;
}"""

AUDIT = """async rules => {
  const options = { resultTypes: ["violations"], iframes: false, preload: false };
  if (rules) options.runOnly = rules;
  const { violations } = await axe.run(document, options);
  return violations.filter(v => ["serious", "critical"].includes(v.impact)).flatMap(v =>
    v.nodes.map(n => `${v.id}: ${n.target.join(" ")}: ${n.html.slice(0, 120)} `
      + (n.any[0] ? n.any[0].message : "")));
}"""

LOOK = """() => ({
  links: [...document.querySelectorAll("a[href]")].map(a => new URL(a.getAttribute("href"), location).href),
  anchors: [...document.querySelectorAll("[id]")].map(e => e.id),
  repeated: [...document.querySelectorAll("[id]")].map(e => e.id)
    // The theme puts its search field into its search page a second time.
    .filter((id, k, all) => all.indexOf(id) !== k && id !== "search-input"),
  math: document.querySelectorAll("mjx-merror, [data-mjx-error]").length,
  titles: [...document.querySelectorAll("h1")].filter(h => h.checkVisibility()).length,
  // Sphinx takes the file's name where a figure has no alternative text.
  images: [...document.querySelectorAll("img")].filter(i => !i.hasAttribute("alt")
    || /\\.(png|svg|webp|jpe?g)$/.test(i.alt) || (i.closest("article") && !i.alt.trim()))
    .map(i => i.outerHTML.slice(0, 120)),
})"""

OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const framed = e => e && e !== document.body
    && (getComputedStyle(e).overflowX !== "visible" || framed(e.parentElement));
  const wide = [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !framed(e.parentElement))
    .map(e => e.outerHTML.slice(0, 100));
  return `${document.documentElement.scrollWidth} px; ${[...new Set(wide)].slice(0, 4).join(", ")}`;
}"""

SHORTEN = """() => [...document.querySelectorAll("[data-entry]")].slice(60)
  .forEach(entry => { entry.hidden = true; })"""
RESTORE = """() => document.querySelectorAll("[data-entry]")
  .forEach(entry => { entry.hidden = false; })"""

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Visit(NamedTuple):
    """What one page showed. Every list but the last two should be empty."""

    leaving: list[str]
    failed: list[str]
    console: list[str]
    math: list[str]
    axe: list[str]
    images: list[str]
    titles: list[str]
    overflow: list[str]
    repeated: list[str]
    links: list[str]
    anchors: list[str]


def watch(page, origin: str) -> tuple[list, list, list]:
    """Lists that fill as the page works: requests that leave, failures, console messages."""
    leaving, failed, console = [], [], []

    def request(request):
        if not request.url.startswith((origin, "data:", "blob:")):
            leaving.append(request.url)

    page.on("request", request)
    page.on("requestfailed", lambda r: failed.append(f"{r.url}: {r.failure}"))
    page.on("response", lambda r: failed.append(f"{r.url}: {r.status}") if r.status >= 400 else None)
    page.on("console", lambda m: _note(console, m))
    page.on("pageerror", lambda error: console.append(str(error)))
    return leaving, failed, console


def _note(console, message):
    # The theme tells the console where it put the focus, on purpose and as information.
    if message.type in ("error", "warning"):
        console.append(f"{message.type}: {message.text}")


def visit(context, address: str, origin: str) -> Visit:
    """Open a page, look at it in light, dark and at a phone's width, and close it."""
    page = context.new_page()
    leaving, failed, console = watch(page, origin)
    page.set_viewport_size(DESKTOP)
    page.goto(address, wait_until="load")
    page.evaluate(READY)
    # Before code loses its marks, among which links and anchors may be.
    seen = page.evaluate(LOOK)
    page.evaluate(AXE)
    page.evaluate(CONTRAST)
    axe = [f"light: {line}" for line in page.evaluate(AUDIT, None)]
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.evaluate(SHORTEN)
    axe += [f"dark: {line}" for line in page.evaluate(AUDIT, ["color-contrast", "link-in-text-block"])]
    page.evaluate(RESTORE)
    page.set_viewport_size(PHONE)
    overflow = page.evaluate(OVERFLOW)
    page.close()
    return Visit(
        leaving, failed, console,
        math=[f"{seen['math']} errors"] if seen["math"] else [],
        axe=axe,
        images=seen["images"],
        titles=[] if seen["titles"] == 1 else [f"{seen['titles']} visible h1"],
        overflow=[overflow] if overflow else [],
        repeated=seen["repeated"],
        links=seen["links"], anchors=seen["anchors"],
    )


def pages_of(folder: Path, chapters: Collection[str] = ()) -> list[str]:
    """The pages of a built book, or those of some chapters, as paths below its folder."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    pages = [path for path in paths if not path.startswith(("_static/", "_sources/"))]
    return [path for path in pages if Path(path).stem in chapters] if chapters else pages


def palettes(page, address: str, kinds: list[str]) -> tuple[list[str], int]:
    """What of highlighted code is hard to read on a page, light and dark; and how many words were read.

    Args:
        page: an open tab.
        address: a page with code in every sort of box that the book has.
        kinds: the classes that highlighting gives to words.
    """
    page.goto(address)
    page.evaluate(READY)
    # A box that is still fading in, on a busy machine, has another color than it will have.
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; animation: none !important; }")
    page.evaluate(AXE)
    assert page.evaluate(SWATCHES, kinds)
    fails, read = [], 0
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        seen = page.evaluate(SWATCH_AUDIT)
        fails += [f"{theme}: {line}" for line in seen["fails"]]
        read += seen["read"]
    return fails, read


def survey(folder: Path, origin: str, pages: list[str], browsers: int | None = None) -> dict[str, Visit]:
    """Visit pages below a folder that is served at ``origin``; by path.

    Several browsers share the pages, one for each core by default: an audit keeps one core busy.
    """
    browsers = browsers or min(os.cpu_count() or 1, 4)
    waiting, found = iter(pages), {}

    def work():
        with site_browser.browser() as running:
            context = running.new_context(reduced_motion="reduce", color_scheme="light")
            while path := next(waiting, None):
                found[path] = visit(context, f"{origin}/{path}", origin)

    with ThreadPoolExecutor(browsers) as pool:
        for result in [pool.submit(work) for _ in range(browsers)]:
            result.result()
    return {path: found[path] for path in pages}


def dead_links(visits: dict[str, Visit], folder: Path, origin: str) -> list[str]:
    """Links inside the site that lead to no file, or to no anchor of their page."""
    @cache
    def anchors(goal: str) -> set[str]:
        if goal in visits:
            return set(visits[goal].anchors)
        ids = re.findall(r"""\sid=["']([^"']*)""", (folder / goal).read_text(encoding="utf-8"))
        return set(map(html.unescape, ids))

    dead = []
    for path, seen in visits.items():
        for link in dict.fromkeys(seen.links):
            if not link.startswith(origin):
                continue
            address, anchor = urldefrag(link)
            goal = unquote(urlsplit(address).path).lstrip("/") or "index.html"
            if not (folder / goal).is_file():
                dead.append(f"{path}: no file {goal}")
            elif anchor and goal.endswith(".html") and unquote(anchor) not in anchors(goal):
                dead.append(f"{path}: {goal} has no anchor #{unquote(anchor)}")
    return dead


def summary(visits: dict[str, Visit]) -> str:
    """One line to quote."""
    def total(field):
        return sum(len(getattr(seen, field)) for seen in visits.values())

    return (
        f"site: {len(visits)} pages, {total('leaving')} requests leaving, {total('failed')} failed, "
        f"{total('console')} console errors, {total('math')} math errors, {total('axe')} serious or "
        f"critical axe violations (light and dark), {total('overflow')} pages too wide for a phone"
    )


def problems(visits: dict[str, Visit], field: str) -> str:
    """One kind of finding on all pages, as text; empty if there is none."""
    return "\n".join(
        f"{path}: {line}" for path, seen in visits.items() for line in getattr(seen, field)
    )


def as_json(visits: dict[str, Visit]) -> str:
    """All findings, to look at afterwards."""
    return json.dumps(
        {
            path: {k: v for k, v in seen._asdict().items() if k not in ("links", "anchors") and v}
            for path, seen in visits.items()
        },
        indent=1, ensure_ascii=False,
    )
