"""The checks of the part on optimization take the book's solutions and refuse plausible mistakes."""

import pytest

import deepgloss as dg
from exercises import altered, slugs, solution, stub

ADAM = "optimization/adam"

MISTAKES = [
    (ADAM, "adam-first-step", ("** 0.5", ""), "root is taken"),
    (ADAM, "adam-first-step", ("(1 - beta1) /", "beta1 /"), "m starts as"),
    (ADAM, "adam-first-step", ("(1 - beta1) /", "1 / (1 - beta1) /"), "m starts as"),
    (ADAM, "adam-state", (" if p.requires_grad", ""), "frozen"),
    (ADAM, "adam-state", ("2 * ", ""), "two averages"),
    (ADAM, "adam-state", ("p.numel()", "len(p)"), "72 trained parameters"),
    (ADAM, "adam-wrong-way", ("largest if amsgrad else v", "v"), "amsgrad=True"),
    (ADAM, "adam-wrong-way", ("w = min(max(w, -1.0), 1.0)", "pass"), "then clip"),
    (ADAM, "adam-wrong-way", (" / t**0.5", ""), "η/√t"),
    (ADAM, "adam-wrong-way", ("t % 3 == 1", "t % 3 == 0"), "expected"),
    (ADAM, "adam-wrong-way", ("1 / (1 + C**2)", "0.999"), "β₂ = 1/"),
]


@pytest.mark.parametrize("slug", slugs(ADAM))
def test_the_solution_passes_and_the_stub_does_not(slug, capsys):
    dg.check(slug, solution(ADAM, slug))
    assert capsys.readouterr().out == f"✓ {slug}\n"
    with pytest.raises((AssertionError, TypeError)):
        dg.check(slug, stub(ADAM, slug))


@pytest.mark.parametrize("chapter, slug, edit, advice", MISTAKES)
def test_a_plausible_mistake_gets_advice(chapter, slug, edit, advice):
    with pytest.raises(AssertionError, match=advice):
        dg.check(slug, altered(chapter, slug, edit))
