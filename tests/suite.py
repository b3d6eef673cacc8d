"""Everything `make test` runs, step by step, and one line at the end that counts what passed."""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
from nbclient import NotebookClient

import deepgloss

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "_build" / "tests"
BROWSER = ["tests/site/test_site.py", "tests/site/test_jupyterlab.py"]


def steps(device: str) -> dict[str, list[str]]:
    """pytest's arguments for each step."""
    # Two notebooks at once would share one GPU's memory.
    workers = [] if device == "cuda" else ["-n", "2", "--dist", "loadfile"]
    nbval = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=300"]
    return {
        "package, structure, exercises": [*workers, "tests", *(f"--ignore={path}" for path in BROWSER)],
        "notebooks": [*workers, *nbval, "index.ipynb", "chapters"],
        "built site": ["tests/site/test_site.py"],
        "JupyterLab": ["tests/site/test_jupyterlab.py"],
    }


def count(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of one step; a step without a report has failed."""
    if not report.exists():
        return 0, 1, 0
    suite = ET.parse(report).getroot().find("testsuite")
    total, skipped = int(suite.get("tests")), int(suite.get("skipped"))
    failed = int(suite.get("failures")) + int(suite.get("errors"))
    return total - failed - skipped, failed, skipped


def keep_failed(report: Path) -> None:
    """Store every notebook that failed as it ran to its end, errors and all, for whoever looks into it."""
    if not report.exists():
        return
    failed = {case.get("classname") for case in ET.parse(report).iter("testcase")
              if case.find("failure") is not None or case.find("error") is not None}
    for path in [ROOT / "index.ipynb", *ROOT.glob("chapters/*/*.ipynb")]:
        if str(path.relative_to(ROOT)).replace("/", ".").removesuffix(".ipynb") in {
            name.removesuffix(".ipynb") for name in failed
        }:
            notebook = nbformat.read(path, as_version=4)
            NotebookClient(notebook, allow_errors=True, timeout=180,
                           resources={"metadata": {"path": str(path.parent)}}).execute()
            nbformat.write(notebook, REPORTS / path.name)


def main() -> int:
    device = deepgloss.device().type          # raises where DEEPGLOSS_DEVICE asks for what is not there
    environment = os.environ | {
        "OMP_NUM_THREADS": "1", "DEEPGLOSS_STATIC": "1", "DEEPGLOSS_DEVICE": device, "MPLBACKEND": "agg",
        "DEEPGLOSS_SHIFT": "0", "DEEPGLOSS_BUDGET": "1",
    }
    REPORTS.mkdir(parents=True, exist_ok=True)
    totals = [0, 0, 0]
    for number, (name, arguments) in enumerate(steps(device).items(), start=1):
        print(f"\n=== {name} ({device})", flush=True)
        report, start = REPORTS / f"{number}.xml", time.monotonic()
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
        code = subprocess.run(command, cwd=ROOT, env=environment).returncode
        passed, failed, skipped = count(report)
        failed = failed or int(code != 0)
        if failed and name == "notebooks":
            keep_failed(report)
        totals = [total + new for total, new in zip(totals, (passed, failed, skipped))]
        print(f"=== {name}: {passed} passed, {failed} failed, {skipped} skipped "
              f"in {time.monotonic() - start:.0f} s", flush=True)
    passed, failed, skipped = totals
    print(f"\nDeepGloss: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
