"""What draws is imported when it is first used; every public name is there all the same."""

import subprocess
import sys

import pytest

import deepgloss as dg


def in_a_new_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_the_package_alone_draws_nothing():
    heavy = ["ipywidgets", "matplotlib", "sklearn"]
    assert in_a_new_process(f"import sys, deepgloss; print([name for name in {heavy} if name in sys.modules])") == "[]"


@pytest.mark.parametrize("name", ["plot", "diagram", "explore"])
def test_a_name_that_draws_is_there_when_asked_for(name):
    assert in_a_new_process(f"import deepgloss; print(deepgloss.{name}.__name__)").endswith(name)


def test_all_public_names_are_listed_and_there():
    code = "import deepgloss as dg; print(set(dg.__all__) <= set(dir(dg)) and all(getattr(dg, n) for n in dg.__all__))"
    assert in_a_new_process(code) == "True"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'plots'"):
        dg.plots
