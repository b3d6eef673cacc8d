"""Which inputs did a prediction depend on? Two questions that one can ask without knowing what is inside."""

from collections.abc import Callable

import torch

from .._arguments import floats, number


def saliency(score: Callable, x: torch.Tensor) -> torch.Tensor:
    r"""How fast each example's score changes with each of its inputs: the gradient, with its sign.

    .. math::
        g_{ni} = \frac{\partial\, \mathrm{score}(x)_n}{\partial x_{ni}}

    Args:
        score: takes inputs (N, …) and returns a number for each example, (N); examples do not influence each other.
        x: inputs, (N, …).

    Returns:
        The gradient, of the shape of ``x``; 0 for scores that no gradient joins to ``x``. The gradients of a model's
        parameters are left alone.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers.
        ValueError: ``x`` has no axis, or the scores are not (N).

    Source: Simonyan, Vedaldi and Zisserman (2014), section 3, who show the absolute value.
    """
    inputs = _examples(x).detach().requires_grad_()
    with torch.enable_grad():
        total = _scores(score, inputs).sum()
        if not total.requires_grad:
            return torch.zeros_like(inputs, requires_grad=False)    # the scores follow from no input by slopes
        return torch.autograd.grad(total, inputs, materialize_grads=True)[0]


def occlusion(score: Callable, x: torch.Tensor, *, baseline: float = 0.0) -> torch.Tensor:
    r"""By how much each example's score falls when one of its inputs is replaced by a constant.

    .. math::
        o_{ni} = \mathrm{score}(x)_n - \mathrm{score}\bigl(x \text{ with } x_{ni} = \text{baseline}\bigr)_n

    Args:
        score: takes inputs (N, …) and returns a number for each example, (N).
        x: inputs, (N, …).
        baseline: what stands in place of the input.

    Returns:
        The falls, of the shape of ``x``; below 0 where the score rises.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or ``baseline`` no number.
        ValueError: ``x`` has no axis, or the scores are not (N).

    Source: Zeiler and Fergus (2014), section 4.2, who cover squares of pixels.
    """
    baseline = float(number("baseline", baseline))
    with torch.no_grad():
        before = _scores(score, _examples(x))
        falls = torch.zeros(len(x), x[:1].numel(), dtype=before.dtype, device=x.device)
        for place in range(falls.shape[1]):
            covered = x.flatten(1).clone() if x.ndim > 1 else x[:, None].clone()
            covered[:, place] = baseline
            falls[:, place] = before - _scores(score, covered.view(x.shape))
    return falls.view(x.shape)


def _examples(x) -> torch.Tensor:
    if not floats("x", x).ndim:
        raise ValueError("x must have at least one axis, not shape ()")
    return x


def _scores(score: Callable, x: torch.Tensor) -> torch.Tensor:
    scores = score(x)
    if not isinstance(scores, torch.Tensor) or scores.shape != (len(x),):
        came = tuple(scores.shape) if isinstance(scores, torch.Tensor) else type(scores).__name__
        raise ValueError(f"score must return a tensor of shape {(len(x),)}, not {came}")
    return scores
