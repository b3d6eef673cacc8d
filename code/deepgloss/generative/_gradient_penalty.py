"""The gradient penalty of Wasserstein networks: a critic whose slope is near 1 between data and samples."""

from collections.abc import Callable

import torch

from .._arguments import floats, real
from .._precision import widened
from ._arguments import alike, cpu_generator, examples, function


def gradient_penalty(critic: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, fake: torch.Tensor, target: float = 1.0,
                     generator: torch.Generator | None = None) -> torch.Tensor:
    r"""How far the critic's slope is from 1 at points between data and samples.

    .. math::
        \mathbb E \big( \lVert \nabla_{\hat x} f(\hat x) \rVert - 1 \big)^2, \qquad
        \hat x = \epsilon x + (1 - \epsilon) \tilde x, \quad \epsilon \sim U(0, 1)

    Its gradient reaches the critic's parameters through the slope: a derivative of second order. Data and samples get
    none of it.

    Args:
        critic: f, from (N, …) to one number each, every example on its own: no batch normalization.
        x: data, (N, …).
        fake: as many samples, of the same shape.
        target: of the slope, at least 0; with 0 it is a zero-centered penalty between the two.
        generator: a CPU generator for ε; the global one by default.

    Returns:
        A single number; it is weighted by 10 in the paper.

    Raises:
        TypeError: one of them is of a wrong kind, or types differ.
        ValueError: shapes differ, there is no example, or the critic gives other than one number each or no gradient.

    Source: Gulrajani and others (2017), equation 3 and algorithm 1.
    """
    function("critic", critic)
    alike("fake", fake, "x", examples("x", x))
    target = real("target", target, 0)
    share = torch.rand(len(x), *[1] * (x.ndim - 1), generator=cpu_generator(generator)).to(x.device, x.dtype)
    with torch.enable_grad():
        between = (share * x.detach() + (1 - share) * fake.detach()).requires_grad_()
        values = floats("critic's values", critic(between))
        if values.numel() != len(x):
            raise ValueError(f"critic must give one number an example, {len(x)} of them, not shape {tuple(values.shape)}")
        if not values.requires_grad:
            raise ValueError("critic must pass gradients to its input: nothing in it may detach")
        slopes, = torch.autograd.grad(values.sum(), between, create_graph=True)
        # A root of at least a tiny square: at a slope of exactly 0 the norm's own derivative would be NaN.
        norms = (widened(slopes).flatten(1).square().sum(1) + 1e-12).sqrt()
        return (norms - target).square().mean()
