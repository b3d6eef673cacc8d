"""Checks of the exercises in the chapter on dilated convolution."""

import torch
import torch.nn.functional as F

from ..._device import device, wide
from .. import register
from .._compare import near


@register("dilated-convolution-depth")
def _(layers_needed) -> None:
    for size, kernel in [(1, 2), (2, 2), (3, 2), (32, 2), (33, 2), (1024, 2), (7, 3), (8, 3), (15, 3),
                         (16, 3), (2**40, 2)]:
        got = layers_needed(size, kernel)
        assert got is not None, "layers_needed returned None: does it end in a return statement?"

        def reach(layers, kernel=kernel):
            return 1 + (kernel - 1) * (2**layers - 1)

        assert isinstance(got, int) and got >= 0, f"the number of layers must be an integer, not {got!r}"
        assert reach(got) >= size, (
            f"layers_needed({size}, {kernel}) gave {got}, but {got} layers see {reach(got)}: the "
            "dilations add up to 2^L − 1, times k − 1, and one element more"
        )
        assert got == 0 or reach(got - 1) < size, (
            f"layers_needed({size}, {kernel}) gave {got}, but {got - 1} layers see {reach(got - 1)} already"
        )


@register("dilated-convolution-offsets")
def _(offsets) -> None:
    for kernel, dilations, hint in [
        (3, [1], "one layer reads 0, d, …, (k − 1) d"), (3, [4], "one layer reads 0, d, …, (k − 1) d"),
        (2, [1, 2, 4], "each layer adds its own offsets to each of those before"),
        (3, [2, 2, 2], "an offset that is reached twice is listed once"),
        (3, [1, 2, 9], "the reach may have gaps"), (3, [], "without a layer output i is input i"),
    ]:
        x = torch.zeros(1, 1, 2 + (kernel - 1) * sum(dilations), dtype=wide(), requires_grad=True)
        y = x
        for d in dilations:
            y = F.conv1d(y, torch.ones(1, 1, kernel, dtype=wide()), dilation=d)
        (slope,) = torch.autograd.grad(y[0, 0, 0], x)
        wanted = slope[0, 0].nonzero()[:, 0].tolist()
        kept = list(dilations)
        got = offsets(kernel, dilations)
        assert dilations == kept, "the list of dilations was changed in place"
        assert got is not None, "offsets returned None: does it end in a return statement?"
        assert list(got) == wanted, f"offsets({kernel}, {kept}) gave {got}, expected {wanted}: {hint}"


@register("dilated-convolution-phases")
def _(by_phases) -> None:
    draws = torch.Generator().manual_seed(0)
    own, calls = F.conv1d, []

    def counted(*args, **kwargs):
        calls.append(kwargs.get("dilation", args[5] if len(args) > 5 else 1))
        return own(*args, **kwargs)

    for n, c, t, o, k, d, hint in [
        (2, 3, 12, 5, 3, 2, "phase r holds the elements r, r + d, r + 2d, …"),
        (2, 3, 11, 5, 3, 1, "with d = 1 it is an ordinary convolution"),
        (2, 3, 13, 5, 2, 3, "T need not be a multiple of d"),
        (3, 2, 17, 4, 3, 5, "T need not be a multiple of d"),
    ]:
        x = torch.randn(n, c, t, generator=draws, dtype=wide()).to(device())
        weight = torch.randn(o, c, k, generator=draws, dtype=wide()).to(device())
        wanted = own(x, weight, dilation=d)
        calls.clear()
        F.conv1d = counted
        try:
            got = by_phases(x, weight, d)
        finally:
            F.conv1d = own
        assert got is not None, "by_phases returned None: does it end in a return statement?"
        assert isinstance(got, torch.Tensor) and got.shape == wanted.shape, (
            f"for T = {t}, k = {k} and d = {d} the result must have shape {tuple(wanted.shape)}, not "
            f"{tuple(got.shape)}: T − (k − 1) d outputs are no padding's; {hint}"
        )
        assert near(got, wanted), f"wrong for T = {t}, k = {k} and d = {d}: {hint}"
        assert all(used in (1, (1,)) for used in calls), "F.conv1d was called with a dilation"
        assert len(calls) <= 1, (
            f"F.conv1d was called {len(calls)} times for d = {d}: the phases can share one batch"
        )
