"""Checks of the exercises in the chapter on activation functions."""

import itertools
from numbers import Integral

import torch
from torch import nn

from ..._device import device, wide
from .. import register
from .._compare import near
from .relu import _run_counting_units


@register("activation-function-collapse")
def _(collapse) -> None:
    draws = torch.Generator().manual_seed(0)
    for sizes in ([3, 5], [2, 5, 3], [3, 3, 3], [7, 2, 5, 3], [2, 3, 2, 5, 3, 7]):
        layers = [
            tuple(torch.randn(shape, generator=draws, dtype=wide()).to(device())
                  for shape in ((m, n), (m,)))
            for n, m in zip(sizes, sizes[1:])
        ]
        try:
            got = collapse(list(layers))
        except RuntimeError as error:
            raise AssertionError(
                f"layers {' → '.join(map(str, sizes))}: {error}: in which order are the matrices "
                "multiplied, and what do they do to the biases before them?"
            ) from None
        assert got is not None, "collapse returned None: does it end in a return statement?"
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"collapse should return a pair, a weight and a bias, not {type(got).__name__}"
        )
        weight, bias = got
        shape = (sizes[-1], sizes[0])
        assert tuple(weight.shape) == shape, (
            f"layers {' → '.join(map(str, sizes))} make a weight of shape {shape}, not "
            f"{tuple(weight.shape)}: in which order are the matrices multiplied?"
        )
        assert tuple(bias.shape) == shape[:1], (
            f"the bias has the shape {shape[:1]}, not {tuple(bias.shape)}"
        )
        x = torch.randn(11, sizes[0], generator=draws, dtype=wide()).to(device())
        without, wanted = x, x
        for W, b in layers:
            without, wanted = without @ W.T, wanted @ W.T + b
        assert near(x @ weight.T, without), (
            f"layers {' → '.join(map(str, sizes))}: the weight is not right; the last matrix "
            "stands on the left of the product"
        )
        assert near(x @ weight.T + bias, wanted), (
            f"layers {' → '.join(map(str, sizes))}: the weight is right, the bias is not; "
            "every later matrix multiplies the biases before it, too"
        )


@register("activation-function-parity")
def _(parity_network) -> None:
    for n in range(1, 8):
        model = parity_network(n)
        assert isinstance(model, nn.Module), (
            f"parity_network({n}) should return an nn.Module, not {model!r}"
        )
        model = model.to(device())
        bits = torch.tensor(list(itertools.product((0.0, 1.0), repeat=n)), device=device())
        wanted = (bits.sum(1) % 2)[:, None]
        got, units = _run_counting_units(model, bits)
        assert got.shape == wanted.shape, (
            f"{n} bits: inputs {tuple(bits.shape)} should give outputs {tuple(wanted.shape)}, "
            f"not {tuple(got.shape)}"
        )
        worst = (got - wanted).abs().argmax()
        shown = "".join(str(int(bit)) for bit in bits[worst].tolist())
        assert near(got, wanted, atol=1e-4), (
            f"{n} bits: {shown} gives {got[worst].item():.4g}, expected {wanted[worst].item():g}: "
            "as a function of the number of ones, the output is a line that turns at 1, 2, …, n − 1"
        )
        assert units, "no nn.ReLU was used: the corners should come from an nn.ReLU layer"
        assert units <= n, (
            f"parity_network({n}) uses {units} hidden units, {n} are enough: one for each number "
            "of ones at which the line turns, and one for its start"
        )


@register("activation-function-canonical")
def _(output_activation) -> None:
    draws = torch.Generator().manual_seed(1)
    theta = 3 * torch.randn(5, 7, generator=draws, dtype=wide()).to(device())
    for name, log_partition, wanted in (
        ("θ²/2", lambda z: z.square() / 2, theta),
        ("ln(1 + e^θ)", nn.functional.softplus, theta.sigmoid()),
        ("e^θ", torch.exp, theta.exp()),
        ("ln Σ e^θ over the last dimension", lambda z: z.logsumexp(-1), theta.softmax(-1)),
    ):
        activation = output_activation(log_partition)
        assert activation is not None, (
            "output_activation returned None: does it end in a return statement?"
        )
        assert callable(activation), (
            "output_activation should return a function of theta, not its value"
        )
        for z, want in ((theta, wanted), (theta.clone().requires_grad_(), wanted)):
            try:
                got = activation(z)
            except RuntimeError as error:
                raise AssertionError(
                    f"A = {name}: autograd says: {error}: the gradient is taken of a sum, and "
                    "with respect to a tensor that requires one"
                ) from None
            assert isinstance(got, torch.Tensor), (
                f"A = {name}: the activation should return a tensor, not {type(got).__name__}; "
                "torch.autograd.grad returns a tuple"
            )
            assert got.shape == want.shape, (
                f"A = {name}: the activation should keep the shape {tuple(want.shape)}, not make "
                f"it {tuple(got.shape)}: is that A itself instead of its derivative?"
            )
            hint = ("that is A, not its derivative"
                    if torch.equal(log_partition(z).detach(), got.detach()) else
                    "the sum before the gradient keeps every element's own derivative; a mean "
                    "divides it")
            assert near(got, want), (
                f"A = {name}: the activation at {z[0, 0].item():.3f} is {got[0, 0].item():.4g}, "
                f"expected {want[0, 0].item():.4g}: {hint}"
            )
    single = output_activation(lambda z: z.logsumexp(-1))(theta[0])
    assert near(single, theta[0].softmax(-1)), (
        "a single row of θ should give a single row of means"
    )


@register("activation-function-swiglu-width")
def _(swiglu_width) -> None:
    for h, multiple in [(3, 1), (4, 1), (2048, 1), (16384, 1), (16384, 256), (3072, 64),
                        (2048, 128), (100, 7), (10**17 + 1, 1), (8, 8)]:
        wanted = max(width for width in _near(h, multiple) if 3 * width <= 2 * h)
        got = swiglu_width(h, multiple)
        assert got is not None, "swiglu_width returned None: does it end in a return statement?"
        assert isinstance(got, Integral), (
            f"swiglu_width({h}, {multiple}) should be an int, not {got!r}"
        )
        if got % multiple:
            hint = f"it is no multiple of {multiple}"
        elif 3 * got > 2 * h:
            hint = "the gated block is larger than the plain one: 3·h' against 2·h, times d"
        else:
            hint = "there is room for more, up to 3·h' = 2·h; round once, at the end, in integers"
        assert got == wanted, f"swiglu_width({h}, {multiple}) gave {got}, expected {wanted}: {hint}"
    try:
        unasked = swiglu_width(3072)
    except TypeError:
        unasked = None
    assert unasked == 2048, "multiple should be 1 unless it is given"


def _near(h: int, multiple: int) -> list[int]:
    """The multiples around two thirds of h."""
    middle = 2 * h // 3 // multiple
    return [k * multiple for k in range(max(0, middle - 2), middle + 3)]
