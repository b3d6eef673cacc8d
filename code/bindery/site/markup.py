"""Small pieces of HTML that the generated pages share."""

import html


def text(value: str) -> str:
    """A text as HTML. Quotes stay as they are: Sphinx's search would index their entities."""
    return html.escape(value, quote=False)


def attribute(value: str) -> str:
    """A text as the value of an attribute."""
    return html.escape(value, quote=True)


def link(target: str | None, label: str, **attributes: str) -> str:
    """A link, or the label alone if there is nowhere to go."""
    if target is None:
        return text(label)
    more = "".join(f' {name}="{attribute(value)}"' for name, value in attributes.items())
    return f'<a href="{attribute(target)}"{more}>{text(label)}</a>'


def search_box(label: str, hint: str) -> str:
    """The field that a page's entries are narrowed by; ``find.js`` does the work."""
    return (
        f'<label class="dg-search">{text(label)} '
        f'<input type="search" autocomplete="off" spellcheck="false" '
        f'placeholder="{attribute(hint)}"></label>'
    )


def choice(label: str, name: str, options: list[tuple[str, str]]) -> str:
    """A menu; each option is (value, what the reader sees), and the empty value means all."""
    rows = " ".join(
        f'<option value="{attribute(value)}">{text(shown)}</option>' for value, shown in options
    )
    return (
        f'<div class="dg-choice"><label for="dg-{name}">{text(label)}</label> '
        f'<select id="dg-{name}" data-filter="{name}">{rows}</select></div>'
    )
