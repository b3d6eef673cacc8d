"""``make test`` and ``make check`` run what they say: whole, for some chapters, or what is quick."""

import os
import subprocess
import sys

import pytest
import suite

LSTM, ADAM = (suite.ROOT / f"chapters/{name}.ipynb" for name in ("sequences/lstm", "optimization/adam"))


def test_everything_is_in_one_step_or_another():
    steps = suite.steps("cpu", [])
    assert steps[suite.PACKAGE][-2:] == ["tests", "--ignore=tests/site"]
    assert steps[suite.NOTEBOOKS][-2:] == ["index.ipynb", "chapters"]
    assert steps["built site"] == ["-n", "2", "--dist", "loadfile", "tests/site", f"--ignore={suite.LAB}"]
    assert steps["JupyterLab"] == [suite.LAB] and (suite.ROOT / suite.LAB).exists()


def test_some_chapters_bring_their_parts_exercises_notebooks_and_pages():
    steps = suite.steps("cpu", [LSTM, ADAM])
    only = "--chapters=lstm,adam"
    assert steps[suite.PACKAGE][-5:] == ["tests/sequences", "tests/optimization", *suite.BOOKWIDE, only]
    assert steps[suite.NOTEBOOKS][-2:] == ["chapters/sequences/lstm.ipynb", "chapters/optimization/adam.ipynb"]
    assert steps["built site"] == ["tests/site", "-m", "pages", only]
    assert all((suite.ROOT / path).exists() for path in suite.BOOKWIDE)


def test_on_the_cpu_the_package_s_tests_run_on_a_stand_in_device_too():
    for chapters, wanted in (([], ["tests", "--ignore=tests/site", "--ignore=tests/bindery", "--ignore=tests/sweep", "--ignore=tests/oracles"]), ([LSTM], ["tests/sequences"])):
        assert suite.steps("cpu", chapters)[suite.STAND_IN][-len(wanted):] == wanted
        assert all(suite.STAND_IN not in suite.steps(device, chapters) for device in ("cuda", "fake"))
    seen = suite.environment(suite.STAND_IN, "cpu")
    assert seen["DEEPGLOSS_DEVICE"] == "fake" and seen["PYTHONPATH"].split(os.pathsep)[0] == suite.FAKEGPU
    assert suite.FAKEGPU not in suite.environment(suite.PACKAGE, "cpu")["PYTHONPATH"]
    assert suite.FAKEGPU in suite.environment(suite.NOTEBOOKS, "fake")["PYTHONPATH"]


def test_windows_leaves_out_the_tests_of_commands_that_do_not_run_there(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    (quick,) = suite.steps("cpu", [], quick=True).values()
    assert {f"--ignore={path}" for path in suite.POSIX} <= set(quick)
    assert all((suite.ROOT / path).exists() for path in suite.POSIX)


def test_without_float64_there_are_only_the_tests_that_are_about_it(monkeypatch):
    monkeypatch.setenv("FAKEGPU_SINGLE", "1")
    assert list(suite.steps("fake", [])) == [suite.SINGLE] and suite.SINGLE not in suite.steps("cpu", [])
    assert suite.steps("fake", [LSTM])[suite.SINGLE][-3:] == [*suite.WITHOUT, "--chapters=lstm"]
    assert all((suite.ROOT / path).exists() for path in suite.WITHOUT)


@pytest.mark.skipif(sys.platform == "win32", reason="no compiler helps there")
def test_where_no_compiler_is_the_step_is_skipped_with_a_word(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert "no C++ compiler" in suite.obstacle()


def test_the_quick_form_starts_no_notebook_and_no_browser():
    whole = suite.steps("cpu", [])[suite.PACKAGE]
    assert suite.steps("cpu", [], quick=True) == {suite.PACKAGE: [*whole, "--ignore=tests/sweep", "--ignore=tests/oracles"]}


def test_one_notebook_at_a_time_has_the_gpu():
    # Browsers may run side by side: no page starts a kernel.
    assert [name for name, arguments in suite.steps("cuda", []).items() if "-n" in arguments] == ["built site"]


@pytest.mark.parametrize("words, message", [
    (["lsmt"], "no chapter 'lsmt'; nearest are sequences/lstm"),
    (["adam", "losses/adam"], "no chapter 'losses/adam'"),
    (["--quick", "adam"], "--quick takes no chapters"),
])
def test_what_cannot_be_run_is_named_before_anything_runs(words, message, capsys):
    with pytest.raises(SystemExit, match="2"):
        suite.main([*words, "--dry"])
    assert message in capsys.readouterr().err


def test_a_dry_run_says_what_would_run(capsys):
    assert suite.main(["lstm", "optimization/adam", "--dry"]) == 0
    assert "lstm, adam: package, structure, exercises; package on a stand-in device; notebooks; built site" in capsys.readouterr().out


def test_notebooks_run_as_a_reader_runs_them_and_tests_as_the_book_is_made(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_STATIC", "1")
    live = suite.environment(suite.NOTEBOOKS, "cpu")
    assert (live["DEEPGLOSS_STATIC"], live["DEEPGLOSS_QUIET"]) == ("0", "1")
    assert "MPLBACKEND" not in live            # an inherited one would swallow the figures
    assert suite.environment(suite.PACKAGE, "cpu")["DEEPGLOSS_STATIC"] == "1"


def test_chapters_choose_among_tests_that_come_once_a_chapter():
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", suite.BOOKWIDE[0], "--chapters=adam,relu"]
    said = subprocess.run(command, cwd=suite.ROOT, capture_output=True, text=True, check=True).stdout
    names = [line.partition("::")[2] for line in said.splitlines() if "::" in line]
    assert sorted(names) == [
        "test_a_chapter_meets_the_guide[activations/relu]", "test_a_chapter_meets_the_guide[optimization/adam]",
        "test_contents_pages_and_bibliography_fit_together", "test_headings_of_every_level_are_anchors_in_the_built_book",
    ]
