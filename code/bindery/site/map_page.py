"""The map of concepts: what builds on what, as a picture whose nodes are links, and in words."""

from collections.abc import Callable

from deepgloss import glossary

from .map_layout import WIDTH, arrange, curve, direct, short
from .markup import attribute, link, text

PageOf = Callable[[str], "str | None"]


def picture_html(page_of: PageOf) -> str:
    """The picture, in a frame that scrolls where the screen is narrow.

    Args:
        page_of: a chapter's page by its slug, or None while it is to come.
    """
    chapters = glossary.chapters()
    layout = arrange(glossary.parts(), {s: short(c.title) for s, c in chapters.items()})
    edges = sorted(
        direct({slug: glossary.needs(slug) for slug in chapters}),
        key=lambda edge: (chapters[edge[1]].order, chapters[edge[0]].order),
    )
    paths = "\n".join(
        f'<path d="{curve(layout.pills[source], layout.pills[goal])}" '
        f'data-from="{source}" data-to="{goal}" marker-end="url(#dg-arrow)"/>'
        for source, goal in edges
    )
    bands = titles = nodes = ""
    for part in glossary.parts():
        box = layout.bands[part.slug]
        bands += (
            f'<rect class="dg-band" x="{box.x}" y="{box.y:.1f}" width="{box.width}" '
            f'height="{box.height:.1f}" rx="10"/>\n'
        )
        titles += (
            f'<text class="dg-part" x="{box.x + 12}" y="{box.y + 20:.1f}">{text(part.title)}</text>\n'
        )
        nodes += "".join(
            _node(chapters[slug], layout.pills[slug], page_of(slug)) for slug in part.chapters
        )
    here = sum(page_of(slug) is not None for slug in chapters)
    return f"""<div class="dg-scroll dg-map" role="region" tabindex="0" aria-label="Map of concepts">
<svg viewBox="0 0 {WIDTH} {layout.height:.0f}" width="{WIDTH}" height="{layout.height:.0f}"
 role="group" aria-labelledby="dg-map-title">
<title id="dg-map-title">Map of concepts: {here} of {len(chapters)} chapters are written;
an arrow leads from a chapter to one that builds on it</title>
<defs><marker id="dg-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
 markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5L8 4L0 7.5z"/></marker></defs>
<g aria-hidden="true">
{bands}</g>
<g class="dg-edges" aria-hidden="true">
{paths}
</g>
<g aria-hidden="true">
{titles}</g>
{nodes}</svg></div>"""


def _node(chapter, box, page: str | None) -> str:
    label, title = short(chapter.title), chapter.title
    shape = (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height}" rx="{box.height / 2}"/>'
        f'<text x="{box.x + box.width / 2:.1f}" y="{box.y + box.height / 2:.1f}">{text(label)}</text>'
    )
    if page is None:
        name = f"{title}, chapter to come"
        return (
            f'<g class="dg-node dg-to-come" data-chapter="{chapter.slug}" role="img" '
            f'aria-label="{attribute(name)}"><title>{text(name)}</title>{shape}</g>\n'
        )
    return (
        f'<a class="dg-node dg-here" data-chapter="{chapter.slug}" href="{attribute(page)}" '
        f'aria-label="{attribute(title)}"><title>{text(title)}</title>{shape}</a>\n'
    )


def words_html(part, page_of: PageOf) -> str:
    """The same for one part, in words."""
    return "<ul>\n" + "\n".join(f"<li>{_line(slug, page_of)}</li>" for slug in part.chapters) + "\n</ul>"


def _line(slug: str, page_of: PageOf) -> str:
    chapters = glossary.chapters()
    name = link(page_of(slug), chapters[slug].title)
    if page_of(slug) is None:
        return f'<span class="dg-to-come">{name}: chapter to come</span>'
    needs = [link(page_of(need), chapters[need].title) for need in glossary.needs(slug)]
    if not needs:
        return f"{name} builds on no other chapter"
    listed = needs[0] if len(needs) == 1 else f"{', '.join(needs[:-1])} and {needs[-1]}"
    return f"{name} builds on {listed}"
