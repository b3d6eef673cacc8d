"""Print every table, or the ones that are named: operations, models, data, tokenizers, book, chapters."""

import sys
from importlib import import_module

TABLES = ("operations", "models", "data", "tokenizers", "book", "chapters")


def main(names: list[str]) -> int:
    """Measure; 2 if a table is unknown."""
    unknown = set(names) - set(TABLES)
    if unknown:
        print(f"no table {sorted(unknown)}; there are {', '.join(TABLES)}", file=sys.stderr)
        return 2
    for name in names or TABLES:
        import_module(f".{name}", __package__).main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
