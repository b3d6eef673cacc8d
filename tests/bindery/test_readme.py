"""The README's Python runs as it stands, and its commands exist."""

import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2]
README = (BOOK / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.S))
def test_the_example_runs(code, capsys):
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})


def test_every_make_command_is_a_target():
    makefile = (BOOK / "Makefile").read_text(encoding="utf-8")
    for page in ("README.md", "CONTRIBUTING.md"):
        for name in re.findall(r"(?:`|^)make ([a-z]+)", (BOOK / page).read_text(encoding="utf-8"), re.M):
            assert re.search(rf"^{name}:", makefile, re.M), f"{page}: make {name}"


def test_every_file_it_names_is_there():
    for page in ("README.md", "CONTRIBUTING.md"):
        text = (BOOK / page).read_text(encoding="utf-8")
        for path in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (BOOK / path).exists(), f"{page}: {path}"
