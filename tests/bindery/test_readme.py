"""The README's Python runs as it stands, and its commands exist."""

import re
from pathlib import Path

import pytest
import yaml

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


def test_the_workflow_on_windows_runs_the_commands_that_it_gives():
    told = re.findall(r"^(?:py -3\.\d+|\.venv\\Scripts\\\S+) (.*?)\s*(?:#.*)?$", README, re.M)
    jobs = yaml.safe_load((BOOK / ".github/workflows/test.yml").read_text(encoding="utf-8"))["jobs"]
    run = " ".join(step.get("run", "") for step in jobs["windows"]["steps"])
    lab, others = [[c for c in told if c.startswith("lab") is is_lab] for is_lab in (True, False)]
    assert len(lab) == 1 and len(others) == 4 and [c for c in others if c not in run] == []
