"""Clipping is PyTorch's, for every norm and whatever is not finite; one kind keeps the direction, the other turns it."""

import math

import pytest
import torch
from comparing import draws
from torch import nn

from deepgloss import stability as S

close = torch.testing.assert_close


def weights(*shapes, scale=1.0, dtype=torch.float64):
    """Parameters with gradients, and one without."""
    held = []
    for k, shape in enumerate(shapes):
        p = nn.Parameter(draws(*shape, seed=k, dtype=dtype))
        p.grad = scale * draws(*shape, seed=k + 7, dtype=dtype)
        held.append(p)
    return [*held, nn.Parameter(draws(3))]


def gradients(parameters):
    return [p.grad for p in parameters if p.grad is not None]


@pytest.mark.parametrize("foreach", [None, True, False])
@pytest.mark.parametrize("norm_type", [0.5, 1, 2.0, 3.5, math.inf])
@pytest.mark.parametrize("max_norm", [0.0, 0.7, 1e4])
def test_norms_are_pytorchs(max_norm, norm_type, foreach):
    ours, theirs = (weights((5, 7), (11,), (2, 3, 2)) for _ in range(2))
    free, before = S.clip_grad_norm(gradients(ours), max_norm, norm_type)
    close(before, nn.utils.get_total_norm(gradients(ours), norm_type))
    close(S.clip_grad_norm_(ours, max_norm, norm_type, foreach=foreach), nn.utils.clip_grad_norm_(theirs, max_norm, norm_type))
    close(gradients(ours), gradients(theirs))
    close(free, gradients(theirs))


@pytest.mark.parametrize("foreach", [None, True, False])
@pytest.mark.parametrize("clip_value", [0.0, 0.7, 1e4])
def test_values_are_pytorchs(clip_value, foreach):
    ours, theirs = (weights((5, 7), (11,), (2, 3, 2)) for _ in range(2))
    free = S.clip_grad_value(gradients(ours), clip_value)
    S.clip_grad_value_(ours, clip_value, foreach)
    nn.utils.clip_grad_value_(theirs, clip_value)
    close(gradients(ours), gradients(theirs))
    close(free, gradients(theirs))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite(bad):
    ours, theirs = (weights((5, 7), (11,)) for _ in range(2))
    for held in (ours, theirs):
        held[0].grad[2, 3] = bad
    before = [g.clone() for g in gradients(ours)]
    with pytest.raises(RuntimeError, match="cannot be clipped"):
        S.clip_grad_norm_(ours, 1.0, error_if_nonfinite=True)
    close(gradients(ours), before, equal_nan=True)
    free, _ = S.clip_grad_norm(gradients(ours), 1.0)
    close(S.clip_grad_norm_(ours, 1.0), nn.utils.clip_grad_norm_(theirs, 1.0), equal_nan=True)
    close(gradients(ours), gradients(theirs), equal_nan=True)
    close(free, gradients(theirs), equal_nan=True)


def test_the_direction_stays_by_norm_and_turns_by_value():
    g = torch.tensor([30.0, 0.4])
    (by_norm,), total = S.clip_grad_norm([g], 1.0)
    (by_value,) = S.clip_grad_value([g], 1.0)
    close(total, torch.tensor(math.hypot(30, 0.4)))
    assert by_norm.norm().item() == pytest.approx(1) and by_value.abs().max() == 1
    cosine = torch.nn.functional.cosine_similarity
    assert cosine(by_norm, g, 0).item() == pytest.approx(1) and cosine(by_value, g, 0).item() < 0.95
    assert g.tolist() == [30.0, pytest.approx(0.4)]


def test_half_types_are_measured_in_float32():
    """70,000 ones: their squares add up to more than float16 holds."""
    p = nn.Parameter(torch.zeros(70_001, dtype=torch.float16))
    p.grad = torch.ones_like(p)
    total = S.clip_grad_norm_(p, 1.0)
    assert total.item() == pytest.approx(70_001**0.5) and p.grad.float().norm().item() == pytest.approx(1, rel=1e-2)


def test_nothing_to_clip():
    assert S.clip_grad_norm_([nn.Parameter(torch.ones(3))], 1.0) == 0
    assert S.clip_grad_norm([], 1.0) == ([], torch.tensor(0.0))
    S.clip_grad_value_([nn.Parameter(torch.ones(3))], 1.0, foreach=True)


@pytest.mark.parametrize("norm_type", [1, 2.0, math.inf])
def test_a_gradient_without_numbers_adds_nothing(norm_type):
    free, total = S.clip_grad_norm([torch.ones(0, 3), torch.tensor([3.0, 4.0])], 1.0, norm_type)
    assert total == S.grad_norm([torch.tensor([3.0, 4.0])], norm_type) and free[0].shape == (0, 3)


@pytest.mark.parametrize("foreach", [True, False])
@pytest.mark.parametrize("clip_value", [1e6, math.inf])
def test_an_interval_wider_than_half_precision_changes_nothing(clip_value, foreach):
    held = [nn.Parameter(torch.ones(2, dtype=dtype)) for dtype in (torch.float16, torch.float32)]
    for p, numbers in zip(held, ([6e4, -math.inf], [-2e6, 3.0])):
        p.grad = torch.tensor(numbers, dtype=p.dtype)
    free = S.clip_grad_value(gradients(held), clip_value)
    S.clip_grad_value_(held, clip_value, foreach)
    close(gradients(held), free)
    assert free[0].tolist() == [6e4 // 32 * 32, -math.inf] and free[1].tolist() == [-min(clip_value, 2e6), 3.0]


@pytest.mark.parametrize("call, error, words", [
    (lambda: S.clip_grad_norm_(weights((3,)), -1.0), ValueError, "max_norm"),
    (lambda: S.clip_grad_norm_(weights((3,)), 1.0, 0.0), ValueError, "norm_type"),
    (lambda: S.clip_grad_norm_(weights((3,)), 1.0, "inf"), TypeError, "norm_type"),
    (lambda: S.clip_grad_norm_(3, 1.0), TypeError, "parameters"),
    (lambda: S.clip_grad_norm_([3], 1.0), TypeError, r"parameters\[0\]"),
    (lambda: S.clip_grad_norm_(weights((3,)), 1.0, foreach=1), TypeError, "foreach"),
    (lambda: S.clip_grad_norm(torch.ones(3), 1.0), TypeError, "gradients"),
    (lambda: S.clip_grad_value([torch.ones(3)], math.nan), ValueError, "clip_value"),
    (lambda: S.clip_grad_value([[1.0]], 1.0), TypeError, r"gradients\[0\]"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
