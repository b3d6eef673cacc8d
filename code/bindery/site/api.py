"""The API pages: every public module of the package, found by walking it.

A new module of the package appears by itself. What it offers is its ``__all__``, or else every
public name that it or its private modules define.
"""

import importlib
import inspect
import pkgutil
from typing import NamedTuple

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

PACKAGE = "deepgloss"
# Importing these registers the checks of exercises; readers call all of them through `check`.
HIDDEN = ("deepgloss.checks.",)

# A class shows what it inherits from the package's own classes, and nothing from these.
STOP = ("Module", "Sequential", "Optimizer", "LRScheduler", "object", "tuple", "dict", "list", "str", "int", "Exception")

# There is no inventory of other projects to look these up in: the book is built with no network.
ELSEWHERE = [
    (r"py:.*", r"(torch|numpy|np|matplotlib|plt|collections|pathlib|typing|types|sklearn|nn)(\..*)?"),
    (r"py:.*", r"(optional|callable|iterable|sequence|mapping|iterator|array-like|any)"),
    (r"py:.*", r"(Tensor|Module|Parameter|Optimizer|Generator|Figure|Axes|Path|ndarray|T)"),
    (r"py:.*", r"(bool|bytes|complex|dict|float|frozenset|int|list|object|range|set|slice|str|tuple)"),
    (r"py:.*", r"(None|Any|Callable|Iterable|Iterator|Mapping|Sequence|property)"),
    (r"py:(exc|class|obj)", r"\w*(Error|Exception|Iteration|Warning)"),
]


class Item(NamedTuple):
    """Something to document: the name readers import it by, and autodoc's word for its kind."""

    name: str
    kind: str


def module_names() -> list[str]:
    """The public modules of the package: the package first, then its parts in the order of the book."""
    from deepgloss import glossary

    package = importlib.import_module(PACKAGE)
    order = {f"{PACKAGE}.{part.slug}": place for place, part in enumerate(glossary.parts())}
    names = [
        module.name
        for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}.")
        if not any(piece.startswith("_") for piece in module.name.split("."))
        and not module.name.startswith(HIDDEN)
    ]

    def place(name):
        top = ".".join(name.split(".")[:2])
        return order.get(top, -1), name

    return [PACKAGE, *sorted(names, key=place)]


def items(name: str, claimed: set[int]) -> list[Item]:
    """What one module offers, except what has been claimed by a module nearer the top.

    Args:
        name: the module's full name.
        claimed: the ids of objects documented so far; grows.
    """
    module = importlib.import_module(name)
    offered = getattr(module, "__all__", None)
    names = offered if offered is not None else [n for n in vars(module) if not n.startswith("_")]
    found = []
    for public in names:
        thing = getattr(module, public)
        kind = "class" if inspect.isclass(thing) else "function" if callable(thing) else None
        if kind is None or id(thing) in claimed or not _belongs(thing, name):
            continue
        claimed.add(id(thing))
        exception = kind == "class" and issubclass(thing, BaseException)
        found.append(Item(f"{name}.{public}", "exception" if exception else kind))
    return found


def _belongs(thing, name: str) -> bool:
    """True for what a module, its private modules or the modules below it define.

    The package itself only has what its private modules define; its parts speak for themselves.
    """
    home = getattr(thing, "__module__", None) or ""
    if name == PACKAGE:
        return home == PACKAGE or home.startswith(f"{PACKAGE}._")
    return home == name or home.startswith(f"{name}.")


def _shortcuts() -> list[str]:
    """What the package passes on from its parts, as references to where it is documented."""
    package = importlib.import_module(PACKAGE)
    found = []
    for public, thing in sorted(vars(package).items()):
        home = ".".join((getattr(thing, "__module__", None) or "").split(".")[:2])
        if public.startswith("_") or home == PACKAGE or not home.startswith(f"{PACKAGE}."):
            continue
        if not home.split(".")[1].startswith("_"):
            found.append(f":any:`{PACKAGE}.{public} <{home}.{public}>`")
    return found


def reference(name: str, claimed: set[int]) -> str:
    """The reStructuredText that documents one module."""
    lines = [f".. automodule:: {name}", ""]
    if name == PACKAGE and (shortcuts := _shortcuts()):
        lines += ["Also at hand from the package itself: " + ", ".join(shortcuts) + ".", ""]
    for item in items(name, claimed):
        lines.append(f".. auto{item.kind}:: {item.name}")
        if item.kind == "class":
            lines += ["   :members:", f"   :inherited-members: {', '.join(STOP)}"]
        lines.append("")
    return "\n".join(lines)


class Reference(SphinxDirective):
    """A section for each public module."""

    def run(self):
        """Have autodoc write every section."""
        names = module_names()
        self.env.deepgloss_modules = {"page": self.env.docname, "modules": names}
        claimed: set[int] = set()
        sections = []
        for name in names:
            module = importlib.import_module(name)
            self.env.note_dependency(module.__file__)
            section = nodes.section("", ids=[f"module-of-{name.replace('.', '-')}"])
            section += nodes.title("", "", nodes.literal("", name))
            fence = ["```{eval-rst}", *reference(name, claimed).splitlines(), "```"]
            self.state.nested_parse(StringList(fence, "api"), self.content_offset, section)
            sections.append(section)
        return sections


def _skip(app, what, name, thing, skip, options):
    """Fields of a named tuple have a docstring that says nothing."""
    if (getattr(thing, "__doc__", None) or "").startswith("Alias for field number"):
        return True
    return None


def _keep_colon(app, what, name, thing, options, lines):
    """Put back together what napoleon takes apart.

    It reads "The vocabulary: every character" in the docstring of a property as a type and a
    description. This book's docstrings hold sentences there.
    """
    if what in ("attribute", "property", "data") and lines and lines[-1].startswith(":type: "):
        kind = lines.pop().removeprefix(":type: ")
        lines[0] = f"{kind}: {lines[0]}"


def _outdated(app, env, added, changed, removed):
    """The page is read again when a module has come or gone."""
    known = getattr(env, "deepgloss_modules", None)
    if known is None or known["page"] in removed or known["modules"] == module_names():
        return []
    return [known["page"]]


def _settings(app, config):
    config.nitpick_ignore_regex = [*config.nitpick_ignore_regex, *ELSEWHERE]


def setup(app):
    """Register the directive, and what autodoc and napoleon need to know."""
    for extension in ("sphinx.ext.autodoc", "sphinx.ext.napoleon"):
        app.setup_extension(extension)
    app.add_directive("deepgloss-api", Reference)
    app.connect("config-inited", _settings)
    app.connect("autodoc-skip-member", _skip)
    app.connect("autodoc-process-docstring", _keep_colon, priority=900)
    app.connect("env-get-outdated", _outdated)
