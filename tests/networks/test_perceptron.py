"""The perceptron follows its rule, comes to an end where it must, and names bad input."""

import math

import pytest
import torch
from sklearn import linear_model

import deepgloss as dg
from deepgloss.networks import Perceptron, perceptron_step

AND = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def separable(margin, n=101, inputs=5, seed=0):
    """Points of length at most 1 that a plane through the origin separates with at least a margin."""
    draws = torch.Generator().manual_seed(seed)
    plane = torch.nn.functional.normalize(torch.randn(inputs, generator=draws), dim=0)
    x = torch.nn.functional.normalize(torch.randn(50 * n, inputs, generator=draws))
    x = x[(x @ plane).abs() > margin][:n]
    assert len(x) == n
    return x, (x @ plane > 0).long()[:, None]


def test_a_step_by_hand():
    weight, bias = torch.tensor([[1.0, -2.0], [0.5, 0.5]]), torch.tensor([0.0, -3.0])
    new, shift = perceptron_step(torch.tensor([3.0, 1.0]), torch.tensor([0.0, 0.0]), weight, bias, lr=0.5)
    assert new.tolist() == [[-0.5, -2.5], [0.5, 0.5]] and shift.tolist() == [-0.5, -3.0]
    assert weight.tolist() == [[1, -2], [0.5, 0.5]]                     # a pure function


def test_zero_is_an_output_of_zero():
    weight, bias = torch.zeros(1, 2), torch.zeros(1)
    assert perceptron_step(torch.ones(2), torch.zeros(1), weight, bias)[0].tolist() == [[0, 0]]
    assert Perceptron(2)(torch.ones(3, 2)).tolist() == [[0]] * 3


def test_learning_is_one_step_after_the_other():
    x, t = separable(0.05)
    model, weight, bias = Perceptron(5).to(dg.device()), torch.zeros(1, 5), torch.zeros(1)
    model.learn(x.to(dg.device()), t, epochs=3)
    for _ in range(3):
        for n in range(len(x)):
            weight, bias = perceptron_step(x[n], t[n].float(), weight, bias)
    torch.testing.assert_close(model.weight.cpu(), weight)
    torch.testing.assert_close(model.bias.cpu(), bias)


def test_it_takes_the_path_of_scikit_learn():
    x, t = separable(0.02)
    ours, theirs = Perceptron(5), linear_model.Perceptron(shuffle=False, max_iter=2, tol=None, eta0=1.0)
    theirs.fit(x.double().numpy(), t[:, 0].numpy())
    ours.double().learn(x.double(), t, epochs=2)
    torch.testing.assert_close(ours.weight, torch.from_numpy(theirs.coef_), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("margin", [0.02, 0.1, 0.3])
def test_mistakes_stay_below_novikoffs_bound(margin):
    x, t = separable(margin)
    model = Perceptron(5)
    mistakes = model.learn(x, t, epochs=10_000)
    assert mistakes[-1] == 0 and torch.equal(model(x), t.float())
    # The bias is a weight of an input that is always 1: R² = 2, and the plane has the length 1.
    assert 0 < mistakes.sum() <= 2 / margin**2


def test_half_types_learn_in_single_precision():
    x = torch.tensor([[1.0], [1.0]]).to(torch.bfloat16)
    model = Perceptron(1)
    model.weight.fill_(-600.0)
    mistakes = model.learn(x, torch.ones(2, 1), epochs=1000)       # in bfloat16 −600 + 1 is −600 again
    assert mistakes[-1] == 0 and model.weight + model.bias > 0


def test_units_learn_side_by_side():
    gates = torch.tensor([[0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]]).T           # AND, OR, XOR
    model = Perceptron(2, 3)
    mistakes = model.learn(AND, gates, epochs=50, generator=torch.Generator().manual_seed(0))
    assert len(mistakes) == 50                                              # XOR never ends
    assert torch.equal(model(AND)[:, :2], gates[:, :2].float())
    assert (mistakes[-1] == torch.tensor([0, 0, mistakes[-1, 2]])).all() and (mistakes[:, 2] > 0).all()


def test_it_stops_after_a_pass_without_a_mistake():
    mistakes = Perceptron(2).learn(AND, AND[:, :1], epochs=99)
    assert len(mistakes) < 10 and mistakes[-1] == 0 and (mistakes[:-1] > 0).all()
    assert Perceptron(2).learn(AND, AND[:, :1], epochs=0).shape == (0, 1)


@pytest.mark.parametrize("call, error, words", [
    (lambda: Perceptron(0), ValueError, "in_features"),
    (lambda: Perceptron(2, 1.5), TypeError, "units"),
    (lambda: Perceptron(2)(torch.ones(3)), ValueError, "x must end in an axis of 2"),
    (lambda: Perceptron(2).learn(AND, torch.ones(4)), ValueError, r"targets must have shape \(4, 1\)"),
    (lambda: Perceptron(2).learn(AND, -torch.ones(4, 1)), ValueError, "targets must be 0 or 1"),
    (lambda: Perceptron(2).learn(AND, [[0], [0], [0], [1]]), TypeError, "targets must be a tensor of real numbers"),
    (lambda: Perceptron(2).learn(AND / 0, torch.ones(4, 1)), ValueError, "x and targets must hold finite numbers"),
    (lambda: Perceptron(2).learn(AND.to("meta"), torch.ones(4, 1)), ValueError, "x and targets must hold finite"),
    (lambda: Perceptron(2).learn(AND, torch.ones(4, 1), generator=3), TypeError, "generator must be a torch.Generator"),
    (lambda: Perceptron(2).learn(AND, torch.ones(4, 1), lr=0), ValueError, "lr must be above 0"),
    (lambda: Perceptron(2).learn(AND, torch.ones(4, 1), epochs=1.5), TypeError, "epochs"),
    (lambda: perceptron_step(AND[0], torch.ones(1), torch.ones(2), torch.ones(1)), ValueError, "weight must have shape"),
    (lambda: perceptron_step(AND[0], torch.ones(2), torch.ones(1, 2), torch.ones(1)), ValueError, "target must have shape"),
    (lambda: perceptron_step(AND[0], torch.ones(1), torch.ones(1, 2), torch.ones(1), lr=math.inf), ValueError, "lr"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
