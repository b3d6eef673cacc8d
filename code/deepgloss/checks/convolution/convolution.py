"""Checks of the exercises in the chapter on convolution."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from ..._device import device, wide
from .. import register
from .._compare import draws, near, several, tensor


def _tensor(got, wanted, what: str) -> None:
    """An answer must be a tensor of the shape that is wanted."""
    assert tensor(got, what).shape == wanted.shape, (
        f"{what} must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}"
    )


class _Forbidden(TorchDispatchMode):
    """Refuses what would compute a convolution's gradient by itself."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name, transposed = func.name().split("::")[1], False
        if name == "convolution":
            transposed = args[6]
        assert not transposed, "no transposed convolution: F.conv2d with zeros between and around g does it"
        assert name != "convolution_backward", "no autograd: the gradient is itself a convolution of g"
        return func(*args, **(kwargs or {}))


@register("convolution-cost")
def _(conv_cost) -> None:
    for case, hint in [
        ((3, 8, 3, (32, 32), 1, 1, 1), "a filter spans all input channels: C_in · k² products"),
        ((3, 8, 3, (31, 17), 1, 0, 1), "height and width differ"),
        ((4, 6, 5, (32, 20), 2, 2, 1), "the output has ⌊(n + 2p − k) / s⌋ + 1 rows and columns"),
        ((4, 6, 3, (9, 9), 1, 1, 2), "with groups a filter sees C_in / groups channels"),
        ((8, 8, 3, (9, 9), 3, 0, 8), "with groups a filter sees C_in / groups channels"),
    ]:
        inputs, outputs, k, size, stride, padding, groups = case
        layer = nn.Conv2d(inputs, outputs, k, stride, padding, groups=groups)
        maps = layer(torch.zeros(1, inputs, *size))
        got = conv_cost(*case)
        got = several(got, 2, "return the pair (parameters, multiplications)")
        parameters = sum(p.numel() for p in layer.parameters())
        assert got[0] == parameters, (
            f"conv_cost{case} gave {got[0]} parameters, expected {parameters}: each filter has a "
            f"bias, and {hint if groups > 1 else 'spans all input channels'}"
        )
        products = maps.numel() * layer.weight[0].numel()
        assert got[1] == products, (
            f"conv_cost{case} gave {got[1]} multiplications, expected {products}: {hint}"
        )
    assert tuple(conv_cost(3, 8, 3, (9, 9))) == (224, 8 * 27 * 49), (
        "stride 1, padding 0 and one group unless the caller says otherwise"
    )


@register("convolution-full")
def _(convolve) -> None:
    for n, k in [(2, 2), (7, 3), (3, 7), (5, 1), (1, 4)]:
        a, b = draws(n, seed=n), draws(k, seed=10 + k)
        kept = a.clone(), b.clone()
        wanted = torch.zeros(n + k - 1, dtype=a.dtype, device=a.device)
        for t in range(k):
            wanted[t:t + n] += b[t] * a
        got = convolve(a, b)
        assert torch.equal(a, kept[0]) and torch.equal(b, kept[1]), "an argument was changed in place"
        assert got is not None, "convolve returned None: does it end in a return statement?"
        assert isinstance(got, torch.Tensor) and got.shape == wanted.shape, (
            f"{n} and {k} coefficients give n + k - 1 = {n + k - 1}: pad by k - 1 on either side, "
            f"and return shape ({n + k - 1},)"
        )
        assert near(got, wanted), (
            f"convolve(a, b) is wrong for n = {n}, k = {k}: F.conv1d does not turn the filter"
        )


@register("convolution-probe")
def _(probe) -> None:
    for inputs, outputs, k in [(1, 1, 3), (3, 5, 3), (2, 3, 5), (4, 2, 1)]:
        layer = nn.Conv2d(inputs, outputs, k, padding=k // 2, dtype=wide()).to(device())
        layer.requires_grad_(False)
        layer.weight.copy_(draws(*layer.weight.shape))
        layer.bias.copy_(draws(outputs, seed=1))
        calls = []

        def closed(x, layer=layer, calls=calls):
            calls.append(len(x))
            return layer(x.to(layer.weight))

        got = probe(closed, inputs, k)
        got = several(got, 2, "return the pair (weight, bias)")
        assert calls, "the layer was never called: its answers are all there is to know about it"
        assert len(calls) == 1, (
            f"the layer was called {len(calls)} times: one call is enough, because a batch holds many inputs"
        )
        for name, found, wanted, advice in (
            ("bias", got[1], layer.bias, "it is the answer to a blank input"),
            ("weight", got[0], layer.weight,
             "the answer to a single 1 shows the filter turned around, and holds the bias as well"),
        ):
            _tensor(found, wanted, f"the {name}")
            assert near(found, wanted), f"the {name} is wrong: {advice}"


@register("convolution-match")
def _(match) -> None:
    for size, window, scale, offset in [((9, 11), (3, 3), 1.0, 0.0), ((8, 7), (2, 5), 1.0, 0.0),
                                        ((9, 9), (3, 3), 50.0, 0.0), ((9, 11), (3, 2), 1.0, 1000.0)]:
        picture, pattern = scale * draws(*size) + offset, draws(*window, seed=1)
        picture[-window[0]:, -window[1]:] = scale * 0.75 + offset        # one constant patch
        picture[1:1 + window[0], 2:2 + window[1]] = 2 * scale * pattern + scale + offset
        kept = picture.clone(), pattern.clone()
        patches = picture.unfold(0, window[0], 1).unfold(1, window[1], 1).flatten(2)
        patches = patches - patches.mean(2, keepdim=True)
        centered = (pattern - pattern.mean()).flatten()
        lengths = patches.norm(dim=2)
        flat = lengths < 1e-9 * scale
        wanted = (patches @ centered / (lengths * centered.norm()).masked_fill(flat, 1)).masked_fill(flat, 0)
        got = match(picture, pattern)
        assert torch.equal(picture, kept[0]) and torch.equal(pattern, kept[1]), (
            "an argument was changed in place"
        )
        _tensor(got, wanted, "the map")
        assert got.isfinite().all(), "there are NaNs: where a patch is constant, its length is 0"
        assert near(got[flat], wanted[flat], atol=1e-4), (
            "where a patch is constant the answer is 0"
        )
        assert abs(got[1, 2] - 1) < 1e-4, (
            f"where the pattern itself stands, brighter and of more contrast, the coefficient is 1, "
            f"not {got[1, 2]:.4g}: center the patch and divide by its length and the pattern's"
        )
        assert near(got, wanted, atol=1e-4), (
            "a coefficient is wrong: the squared length of a centered patch of m pixels is "
            "Σx² − (Σx)²/m"
        )


@register("convolution-backward")
def _(input_gradient) -> None:
    for size, kernel, stride, padding, hint in [
        ((7, 9), (3, 3), 1, 0, "turn the filters, exchange their channels, pad g by k − 1"),
        ((7, 9), (3, 3), 1, 1, "the padding of the forward pass is cut off at the end"),
        ((7, 9), (2, 3), 1, 0, "the kernel need not be square"),
        ((9, 9), (3, 3), 2, 0, "a stride puts s − 1 zeros between the elements of g"),
        ((8, 11), (3, 2), 3, 1, "what no window reached at the far end gets a gradient of 0"),
    ]:
        x = draws(2, 3, *size).requires_grad_()
        weight = draws(5, 3, *kernel, seed=1)
        y = F.conv2d(x, weight, stride=stride, padding=padding)
        g = draws(*y.shape, seed=2)
        (wanted,) = torch.autograd.grad(y, x, g)
        kept = g.clone(), weight.clone()
        with _Forbidden():
            got = input_gradient(g, weight, size, stride, padding)
        assert torch.equal(g, kept[0]) and torch.equal(weight, kept[1]), (
            "an argument was changed in place"
        )
        assert got is not None, "input_gradient returned None: does it end in a return statement?"
        assert isinstance(got, torch.Tensor) and got.shape == wanted.shape, (
            f"for a kernel of {kernel}, stride {stride} and padding {padding} the gradient must have "
            f"the input's shape {tuple(wanted.shape)}, not {tuple(got.shape)}: {hint}"
        )
        assert near(got, wanted), (
            f"wrong for a kernel of {kernel}, stride {stride} and padding {padding}: {hint}"
        )
