"""What an entry of the glossary must look like, and everything that is wrong with one."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from ._data import DIRECTORY, LANGUAGES, Loader, leading_terms, read, read_yaml

LEVELS = ("headword", "sub", "mention")
VERDICTS = ("holds", "holds here", "needs care", "fails", "history")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# field: (type, required)
TERM = {
    "id": (str, True),
    "en": (str, True),
    "aka": (list, True),
    "ja": (list, True),
    "ko": (list, True),
    "level": (str, True),
    "chapter": (str, True),
    "sources": (list, True),
    "needs": (list, False),
    "definition": (dict, False),
}
CLAIM = {
    "id": (str, True),
    "term": (str, True),
    "chapter": (str, True),
    "sources": (list, True),
    "claim": (str, True),
    "verdict": (str, True),
    "note": (str, False),
    "instead": (str, False),
}


class _NoDuplicates(Loader):
    """YAML lets a key stand twice and keeps the second; a glossary must not lose one silently."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {sorted(twice)} stands twice")
        return super().construct_mapping(node, deep)


def problems(directory: Path = DIRECTORY) -> list[str]:
    """Everything that is wrong with the glossary in a folder, one line for each: file, entry, field."""
    found: list[str] = []
    outline = read_yaml(directory / "parts.yml", _NoDuplicates)
    for part in outline["parts"]:
        path = directory / f"{part['slug']}.yml"
        if not path.exists():
            found.append(f"parts.yml: {part['slug']}: {path.name} does not exist")
            continue
        try:
            content = read_yaml(path, _NoDuplicates)
        except yaml.YAMLError as error:
            found.append(f"{path.name}: not readable as YAML: {error}")
            continue
        for kind, fields in (("terms", TERM), ("claims", CLAIM)):
            for place, entry in enumerate(content.get(kind, []), start=1):
                name = entry.get("id", f"{kind} entry {place}")
                found += [f"{path.name}: {name}: {line}" for line in _shape(entry, fields)]
                if entry.get("chapter") not in part["chapters"]:
                    found.append(
                        f"{path.name}: {name}: chapter: {entry.get('chapter')!r} is not a chapter of "
                        f"the part {part['slug']!r}"
                    )
    # References between entries can only be followed once every entry has its fields.
    return found or list(_references(directory))


def validate(directory: Path = DIRECTORY) -> None:
    """Check the glossary's files.

    Raises:
        ValueError: something is wrong; every problem stands on a line of its own, with the
            file, the entry and the field.
    """
    found = problems(directory)
    if found:
        raise ValueError("the glossary has problems:\n" + "\n".join(found))


def _shape(entry: dict, fields: dict) -> Iterator[str]:
    """What is wrong with one entry looked at by itself."""
    for name in entry:
        if name not in fields:
            yield f"{name}: unknown field; known are {', '.join(fields)}"
    for name, (kind, required) in fields.items():
        if name not in entry:
            if required:
                yield f"{name}: missing"
        elif not isinstance(entry[name], kind):
            yield f"{name}: {entry[name]!r} is a {type(entry[name]).__name__}, not a {kind.__name__}"
        elif kind is str and entry[name] != entry[name].strip() or entry[name] == "":
            yield f"{name}: {entry[name]!r} is empty or has blanks at its ends"
        elif kind is list and not all(isinstance(item, str) and item.strip() for item in entry[name]):
            yield f"{name}: every item must be a text that is not empty, not {entry[name]!r}"
    if not SLUG.fullmatch(str(entry.get("id"))):
        yield f"id: {entry.get('id')!r} is not made of a–z, 0–9 and hyphens"
    if "level" in fields and entry.get("level") not in LEVELS:
        yield f"level: {entry.get('level')!r} is none of {', '.join(LEVELS)}"
    if "verdict" in fields:
        if entry.get("verdict") not in VERDICTS:
            yield f"verdict: {entry.get('verdict')!r} is none of {', '.join(VERDICTS)}"
        if entry.get("verdict") in ("needs care", "fails") and "instead" not in entry:
            yield "instead: missing; a claim that does not stand needs the statement that does"
    for name in ("ja", "ko"):
        if name in fields and entry.get(name) == []:
            yield f"{name}: a term needs at least one name in each language"
    if isinstance(entry.get("definition"), dict):
        for language in LANGUAGES:
            text = entry["definition"].get(language)
            if not (isinstance(text, str) and text.strip()):
                yield f"definition.{language}: missing or empty"
        for language in sorted(set(entry["definition"]) - set(LANGUAGES)):
            yield f"definition.{language}: unknown language"


def _references(directory: Path) -> Iterator[str]:
    """What is wrong between entries: ids, terms of claims, prerequisites, definitions owed."""
    content = read(directory)
    home = {entry["id"]: entry["chapter"] for entry in content.terms}
    place = {
        entry["id"]: (content.chapters[entry["chapter"]].order, index)
        for index, entry in enumerate(content.terms)
    }
    for kind in (content.terms, content.claims):
        seen = set()
        for entry in kind:
            if entry["id"] in seen:
                yield f"{_file(entry, content)}: {entry['id']}: id: stands twice"
            seen.add(entry["id"])
    for entry in content.claims:
        if home.get(entry["term"]) is None:
            yield f"{_file(entry, content)}: {entry['id']}: term: no term {entry['term']!r}"
        elif home[entry["term"]] != entry["chapter"]:
            yield (
                f"{_file(entry, content)}: {entry['id']}: chapter: its term {entry['term']!r} belongs to "
                f"{home[entry['term']]!r}, not {entry['chapter']!r}"
            )
    for entry in content.terms:
        for need in entry.get("needs", []):
            where = f"{_file(entry, content)}: {entry['id']}: needs"
            if need not in place:
                yield f"{where}: no term {need!r}"
            # Prerequisites that stand earlier cannot form a circle.
            elif place[need] >= place[entry["id"]]:
                yield f"{where}: {need!r} does not stand earlier in the book"
    for slug in content.chapters:
        leading = leading_terms(slug, content.terms)
        defined = [entry for entry in leading if "definition" in entry]
        for entry in leading:
            if defined and entry not in defined:
                yield f"{_file(entry, content)}: {entry['id']}: definition: missing"
            if entry in defined and "needs" not in entry:
                yield f"{_file(entry, content)}: {entry['id']}: needs: missing"


def _file(entry: dict, content) -> str:
    return f"{content.chapters[entry['chapter']].part}.yml"
