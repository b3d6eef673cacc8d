"""What a reader is told when the check itself has no word for it."""

import pickle
import re
import traceback

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

import deepgloss as dg
from deepgloss import checks


@pytest.fixture
def exercise(monkeypatch):
    """Registers a check for the length of a test."""
    def register(check, slug="doubling", **options):
        monkeypatch.setattr(checks, "_CHECKS", {})
        monkeypatch.setattr(checks, "_IN_PLACE", set())
        checks.register(slug, **options)(check)
        return slug
    return register


def doubling(double):
    """The check of a function that doubles a tensor."""
    x = torch.arange(15.0).reshape(3, 5)
    wanted = 2 * x
    got = double(x, factor=2.0)
    assert (got - wanted).abs().max() < 1e-6, "two times as much"


def said(slug, answer, **options) -> str:
    with pytest.raises(checks.WrongAnswer) as wrong:
        dg.check(slug, answer, **options)
    return str(wrong.value)


CALL = "(float32 tensor of shape (3, 5), factor=2)"


@pytest.mark.parametrize("result, words", [
    ("six", "'six', a str"),
    ([1.5, "x"], "[1.5, 'x'], a list"),
    (np.zeros((7, 5)), "a float64 array of shape (7, 5)"),
    (torch.tensor([1, 2], dtype=torch.int64), "tensor([1, 2], dtype=int64)"),
    (torch.zeros(7, 11, dtype=torch.int64), "an int64 tensor of shape (7, 11)"),
    (torch.nn.Linear(3, 5), "Linear(…)"),
    (int, "int, a class"),
    (None, "None: does it end in a return statement?"),
])
def test_what_came_back_stands_beside_what_is_wanted(exercise, result, words):
    def double(x, factor):
        return result
    advice = said(exercise(doubling), double)
    assert advice.startswith(f"double{CALL} returned {words}; wanted is float32 tensor of shape (3, 5). "
                             "The check could not go on: ")


def test_a_generator_is_guessed_to_be_a_yield_too_much(exercise):
    def double(x, factor):
        yield x
    assert "returned the generator double: is there a yield where a return should be?" in said(exercise(doubling), double)


def test_an_error_in_the_answer_is_shown_with_its_arguments_and_its_line(exercise):
    def helper(y):
        return y / int("zero")

    def double(x, factor):
        return helper(x[0])

    with pytest.raises(checks.WrongAnswer) as wrong:
        dg.check(exercise(doubling), double)
    assert str(wrong.value) == (
        f"double{CALL} raises an error in line {helper.__code__.co_firstlineno + 1} of "
        "helper(y=tensor([0, 1, 2, 3, 4], dtype=float32)), `return y / int(\"zero\")`: "
        "ValueError: invalid literal for int() with base 10: 'zero'"
    )
    assert isinstance(wrong.value.__cause__, ValueError)
    assert traceback.extract_tb(wrong.value.__traceback__)[-1].name == "helper"


def test_an_assertion_of_the_answer_is_no_advice_of_the_check(exercise):
    def double(x, factor):
        assert x.ndim == 1
    assert "raises an error in line" in said(exercise(doubling), double)


@pytest.mark.parametrize("answer, message", [
    (lambda: 1, r"the check calls the answer\(.*factor=2\), and the answer\(\) does not take that: too many"),
    (lambda x, factor, more: x, r"and the answer\(x, factor, more\) does not take that: missing .*'more'"),
    (lambda x: x, r"does not take that: got an unexpected keyword argument 'factor'"),
])
def test_a_wrong_signature_is_named(exercise, answer, message):
    with pytest.raises(checks.WrongAnswer, match=message):
        dg.check(exercise(doubling), answer)


def test_a_type_error_inside_the_answer_is_no_wrong_signature(exercise):
    def double(x, factor):
        return len(factor)
    assert "raises an error in line" in said(exercise(doubling), double)


def test_a_module_without_forward_is_wrong_and_not_unanswered(exercise):
    def check(make):
        make()(torch.ones(3))
    assert "forward" in said(exercise(check), lambda: torch.nn.Module())


class Convex(torch.nn.Module):
    """Its forward asks for what a tensor does not have."""

    def __init__(self, hidden):
        super().__init__()
        self.linear = torch.nn.Linear(1, hidden)

    def forward(self, x):
        return x.hidden


def test_an_error_in_a_class_is_shown_with_its_arguments():
    advice = said("softplus-convex", Convex)
    assert advice.startswith("Convex raises an error in line ")
    where = "" if dg.device().type == "cpu" else rf" on {dg.device().type}\S*"
    assert re.search(rf"of forward\(x=float64 tensor of shape \(201, 1\){where}\), `return x\.hidden`: AttributeError", advice)


def test_the_advice_of_a_check_is_kept_and_what_came_back_is_added(exercise):
    advice = said(exercise(doubling), lambda x, factor: x)
    assert advice.startswith("two times as much")
    assert advice.endswith(f"\n(the answer{CALL} returned a float32 tensor of shape (3, 5))")


def test_a_long_quotation_loses_its_middle(exercise):
    def check(answer):
        got = answer()
        assert got == 3, f"answer() gave {got!r}, not 3: count again"
    advice = said(exercise(check), lambda: [0.25] * 5000)
    assert len(advice) < 1000 and "count again" in advice


def test_advice_survives_a_repr_that_raises(exercise):
    class Rude:
        def __repr__(self):
            raise RuntimeError
    assert "<Rude instance at " in said(exercise(doubling), lambda x, factor: Rude())


def test_advice_survives_tensors_without_numbers(exercise):
    def check(double):
        torch.func.vmap(double)(torch.zeros(3, 2))
    assert "(float32 tensor of shape (2,)) raises an error in" in said(exercise(check), lambda x: x / {})
    advice = said(exercise(doubling), lambda x, factor: torch.ones(2, device="meta"))
    assert "returned a float32 tensor of shape (2,) on meta" in advice


def doubling_again(double):
    """A check that a change in place could fool."""
    x = torch.ones(3)
    got = double(x)
    assert torch.equal(got, 2 * x), "double(x) is not twice as much"


def test_an_answer_cannot_change_what_it_is_held_against(exercise):
    def double(x):
        x.zero_()
        return x
    assert said(exercise(doubling_again), double).endswith(
        "(double changes its argument x in place, though others may still need it: work on a copy, "
        "such as x.clone() or list(x))"
    )


def test_a_change_in_place_that_does_no_harm_passes(exercise):
    def check(largest):
        numbers = [3, 1, 2]
        assert largest(list(numbers)) == max(numbers), "largest"
    assert dg.check(exercise(check), lambda numbers: numbers.sort() or numbers[-1])


def test_an_exercise_may_ask_for_a_change_in_place(exercise):
    def check(fill):
        x = torch.zeros(3)
        fill(x)
        assert x.all(), "fill left zeros"
    assert dg.check(exercise(check, in_place=True), lambda x: x.fill_(1))
    assert "fill left zeros" in said(exercise(check), lambda x: x.fill_(1))


def test_a_check_sees_the_name_and_signature_of_the_answer(exercise):
    import inspect

    def double(x, factor=2):
        return x

    def check(answer):
        assert answer.__name__ == "double" and list(inspect.signature(answer).parameters) == ["x", "factor"]
        assert answer.__wrapped__ is double

    assert dg.check(exercise(check), double)


def test_a_wrong_answer_can_be_sent_to_another_process():
    wrong = pickle.loads(pickle.dumps(checks.WrongAnswer("adam-state", "count again")))
    assert wrong.exercise == "adam-state" and str(wrong) == "count again"


def test_a_notebook_shows_nothing_but_the_advice():
    cells = [
        "import deepgloss as dg\ndef first_step_ratio(beta1, beta2): raise NotImplementedError",
        "dg.check('adam-first-step', first_step_ratio)",
        "dg.check('adam-first-step', lambda beta1, beta2: (1 - beta1) / (1 - beta2)**0.5)",
        "dg.check('adam-first-step', lambda beta1, beta2: 1 / 0)",
        "import sys, traceback; print(traceback.extract_tb(sys.last_traceback)[-1].line)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=120).execute()
    stub, right, wrong, last = (cell.outputs for cell in notebook.cells[1:])
    assert [output.text for output in stub] == ["… adam-first-step: not answered yet\n"]
    assert [output.text for output in right] == ["✓ adam-first-step\n"]
    assert [output.ename for output in wrong] == ["WrongAnswer"]
    assert wrong[0].traceback == [
        "✗ adam-first-step: the answer(0.9, 0.999) raises an error in line 1 of <lambda>, "
        f"`{cells[3]}`: ZeroDivisionError: division by zero"
    ]
    assert last[0].text == f"{cells[3]}\n"
