"""``python -m bindery <command>``: run, begin and check the chapters of the book."""

import argparse
import sys
from importlib import import_module

COMMANDS = {
    "run": "run chapters whose code changed, and store their outputs",
    "replicate": "run chapters with other seeds and more training, and record what holds",
    "new": "begin a chapter: a skeleton, or a notebook made from MyST Markdown",
    "check": "hold chapters against the guide, and say what is missing",
}


def main(words: list[str] | None = None) -> int:
    """Run one command; the number to exit with."""
    parser = argparse.ArgumentParser(prog="python -m bindery", description="Makes the book.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary, add_help=False)
    chosen = parser.parse_args((words if words is not None else sys.argv[1:])[:1]).command
    # Imported only now: a command should not wait for what another one needs.
    module = import_module(f".{chosen}", __package__)
    own = argparse.ArgumentParser(prog=f"python -m bindery {chosen}", description=COMMANDS[chosen])
    module.arguments(own)
    try:
        return module.main(own.parse_args((words if words is not None else sys.argv[1:])[1:]))
    except ValueError as error:
        print(f"bindery {chosen}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
