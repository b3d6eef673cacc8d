"""What `make test` and `make check` run, step by step, and one line at the end that counts what passed.

Without arguments everything. With chapters (`adam lstm`) everything about those: their parts' tests, what
the guide asks of them, their exercises, their notebooks and their pages. With `--quick` what needs neither
a kernel of a chapter nor a browser. Where PyTorch's device is the CPU, the package's tests run once more on a
stand-in device, see fakegpu/README.md; `DEEPGLOSS_DEVICE=fake` runs everything there, with
`FAKEGPU_SINGLE=1` what must do without float64: the checks, and every chapter.
"""

import argparse
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
FAKEGPU = str(ROOT / "tests" / "fakegpu")
if os.environ.get("DEEPGLOSS_DEVICE", "").strip() == "fake":
    sys.path.append(FAKEGPU)                  # PyTorch looks for its devices when it is imported

import deepgloss
from bindery import notebooks

REPORTS = ROOT / "_build" / "tests"
SITE, LAB = "tests/site", "tests/site/test_jupyterlab.py"
PACKAGE, NOTEBOOKS = "package, structure, exercises", "notebooks"
STAND_IN = "package on a stand-in device"
SINGLE = "checks and chapters without float64"
OFF_DEVICE = [SITE, "tests/bindery", "tests/sweep", "tests/oracles"]          # the rooms whose tests are at home on the CPU
WITHOUT = ["tests/ground/test_single.py", "tests/fakegpu/test_chapters_single.py"]
POSIX = ["tests/bindery/test_bindery_run.py", "tests/bindery/test_replicate.py"]   # commands that README leaves to Linux and macOS
BOOKWIDE = ["tests/bindery/test_chapters.py", "tests/bindery/test_exercises.py"]


def steps(device: str, chapters: list[Path], quick: bool = False) -> dict[str, list[str]]:
    """pytest's arguments for each step; without chapters for the whole book."""
    only = ["--chapters=" + ",".join(path.stem for path in chapters)] if chapters else []
    if device == "fake" and os.environ.get("FAKEGPU_SINGLE"):
        return {SINGLE: ["-n", "2", *WITHOUT, *only]}
    # Two notebooks at once would share one GPU's memory.
    workers = [] if device == "cuda" else ["-n", "2", "--dist", "loadfile"]
    nbval = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=300"]
    left_out = [SITE, *POSIX] if sys.platform == "win32" else [SITE]
    package = {PACKAGE: [*workers, "tests", *(f"--ignore={path}" for path in left_out)]}
    if quick:
        # The sweep and the oracles, the longest of all, go with the whole suite.
        return {PACKAGE: [*package[PACKAGE], "--ignore=tests/sweep", "--ignore=tests/oracles"]}
    if not chapters:
        return package | stand_in(device, workers, ["tests", *(f"--ignore={room}" for room in OFF_DEVICE)]) | {
            NOTEBOOKS: [*workers, *nbval, "index.ipynb", "chapters"],
            "built site": ["-n", "2", "--dist", "loadfile", SITE, f"--ignore={LAB}"],
            "JupyterLab": [LAB],
        }
    parts = [f"tests/{part}" for part in dict.fromkeys(path.parent.name for path in chapters)]
    parts = [part for part in parts if (ROOT / part).is_dir()]
    return {
        PACKAGE: [*workers, *parts, *BOOKWIDE, *only],
        **stand_in(device, workers, parts),
        NOTEBOOKS: [*workers, *nbval, *(notebooks.shown(ROOT, path) for path in chapters)],
        "built site": [SITE, "-m", "pages", *only],
    }


def stand_in(device: str, workers: list[str], tests: list[str]) -> dict[str, list[str]]:
    """The step on the stand-in device, where no other device takes the tests off the CPU."""
    return {STAND_IN: [*workers, *tests]} if device == "cpu" and tests else {}


def environment(step: str, device: str) -> dict[str, str]:
    """What the tests of a step, and the kernels they start, see of the world."""
    device = "fake" if step == STAND_IN else device
    path = [FAKEGPU] if device == "fake" else []
    common = os.environ | {
        "PYTHONPATH": os.pathsep.join([*path, *filter(None, [os.environ.get("PYTHONPATH")])]),
        "OMP_NUM_THREADS": "1", "DEEPGLOSS_DEVICE": device, "DEEPGLOSS_SHIFT": "0", "DEEPGLOSS_BUDGET": "1",
    }
    if step == NOTEBOOKS:
        # As a reader runs them: sliders call the code, figures are drawn. Bars would be compared.
        common.pop("MPLBACKEND", None)
        return common | {"DEEPGLOSS_STATIC": "0", "DEEPGLOSS_QUIET": "1"}
    return common | {"DEEPGLOSS_STATIC": "1", "MPLBACKEND": "agg"}


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


def arguments(words: list[str]) -> argparse.Namespace:
    """What is asked for; a chapter that does not exist ends here, with the names of the nearest."""
    parser = argparse.ArgumentParser(description=__doc__, prog="suite.py")
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="all of the book unless given")
    parser.add_argument("--quick", action="store_true", help="no notebooks and no browser")
    parser.add_argument("--dry", action="store_true", help="say what would run")
    options = parser.parse_args(words)
    if options.chapters and options.quick:
        parser.error("--quick takes no chapters")
    try:
        options.chapters = notebooks.select(ROOT, options.chapters) if options.chapters else []
    except ValueError as error:
        parser.error(str(error))
    return options


def obstacle() -> str:
    """Why the stand-in device cannot be built here; empty where it can."""
    sys.path.append(FAKEGPU)
    import fakegpu

    return fakegpu.obstacle()


def main(words: list[str]) -> int:
    options = arguments(words)
    device = deepgloss.device().type          # raises where DEEPGLOSS_DEVICE asks for what is not there
    planned = steps(device, options.chapters, options.quick)
    if options.dry:
        about = ", ".join(path.stem for path in options.chapters) or "the whole book"
        print(f"Testing on {device}, {about}: {'; '.join(planned)}")
        return 0
    REPORTS.mkdir(parents=True, exist_ok=True)
    totals, begin = [0, 0, 0], time.monotonic()
    for number, (name, wanted) in enumerate(planned.items(), start=1):
        if name == STAND_IN and (why := obstacle()):
            print(f"\n=== {name}: skipped, {why}", flush=True)
            totals[2] += 1
            continue
        print(f"\n=== {name} ({device})", flush=True)
        report, start = REPORTS / f"{number}.xml", time.monotonic()
        report.unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *wanted]
        code = subprocess.run(command, cwd=ROOT, env=environment(name, device)).returncode
        passed, failed, skipped = count(report)
        failed = failed or int(code != 0)
        if failed and name == NOTEBOOKS:
            keep_failed(report)
        totals = [total + new for total, new in zip(totals, (passed, failed, skipped))]
        print(f"=== {name}: {passed} passed, {failed} failed, {skipped} skipped "
              f"in {time.monotonic() - start:.0f} s", flush=True)
    passed, failed, skipped = totals
    print(f"\nDeepGloss: {passed} passed, {failed} failed, {skipped} skipped "
          f"in {(time.monotonic() - begin) / 60:.1f} minutes")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
