"""Print every table, or the ones that are named: operations, models, data, tokenizers, book, chapters.

After ``chapters`` may come the ones that are meant: ``python -m bindery.bench chapters lstm adam``.
"""

import sys
from importlib import import_module

TABLES = ("operations", "models", "data", "tokenizers", "book", "chapters")


def main(names: list[str]) -> int:
    """Measure; 2 if a table or a chapter is unknown."""
    if names[:1] == ["chapters"]:
        return chapters(names[1:])
    unknown = set(names) - set(TABLES)
    if unknown:
        print(f"no table {sorted(unknown)}; there are {', '.join(TABLES)}", file=sys.stderr)
        return 2
    for name in names or TABLES:
        import_module(f".{name}", __package__).main()
    return 0


def chapters(names: list[str]) -> int:
    """Measure the chapters that are named, all without a name; 2 if one is unknown."""
    try:
        import_module(".chapters", __package__).main(names)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
