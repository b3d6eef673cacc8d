"""The loss of a real network along one direction or two."""

from collections.abc import Callable
from itertools import product

import torch
from torch import nn

from .._arguments import flag, floats, shown
from ._restored import restored

Direction = list[torch.Tensor]


def random_direction(model: nn.Module, generator: torch.Generator | None = None, normalize: bool = True) -> Direction:
    r"""A random direction in the space of a model's parameters, as long in each filter as the filter itself.

    .. math:: d_{ij} \leftarrow \frac{d_{ij}}{\|d_{ij}\|}\, \|w_{ij}\|

    where j counts the filters, or rows, of a weight. Networks that differ by the scale of their filters
    alone, as with normalization layers, then have the same surface. In biases and other parameters of one
    axis the direction is zero.

    Args:
        model: gives shapes and lengths.
        generator: on the CPU; PyTorch's global one unless given.
        normalize: without it, the direction is a normal draw, for every parameter.

    Returns:
        A tensor for each parameter, in the order of ``model.parameters()``.

    Raises:
        TypeError: an argument is of a wrong kind.

    Source: Li et al. (2018), section 4.
    """
    _model(model)
    if generator is not None and not isinstance(generator, torch.Generator):
        raise TypeError(f"generator must be a torch.Generator or None, not {shown(generator)}")
    flag("normalize", normalize)
    direction = []
    for w in model.parameters():
        d = torch.randn(w.shape, generator=generator).to(w.device, w.dtype)
        if normalize:
            axes = tuple(range(1, w.ndim))
            d = d * (_length(w.detach(), axes) / _length(d, axes)) if axes else torch.zeros_like(d)
        direction.append(d)
    return direction


def loss_slice(model: nn.Module, loss: Callable[[], torch.Tensor], first: Direction, along: torch.Tensor,
               second: Direction | None = None, across: torch.Tensor | None = None) -> torch.Tensor:
    r"""The loss at :math:`w + a\,d_1`, or at :math:`w + a\,d_1 + b\,d_2`, where w are the model's parameters.

    The model is afterwards as it was before. It is looked at in the mode that it has: with ``model.eval()``,
    batch normalization keeps its statistics, and dropout is off.

    Args:
        model: whose parameters move.
        loss: computes the loss of the model, one number; on the same data each time.
        first, second: directions, as :func:`random_direction` makes them, or differences of two networks.
        along, across: the numbers a and b, (A,) and (B,).

    Returns:
        The losses, (A,), or (A, B) with a second direction; on the CPU, in float64.

    Raises:
        TypeError: an argument is of a wrong kind.
        ValueError: a direction does not fit the model, or a second one comes without ``across``.

    Source: Goodfellow, Vinyals and Saxe (2015); two directions, Li et al. (2018).
    """
    _model(model)
    if not callable(loss):
        raise TypeError(f"loss must be a function that computes the loss, not {shown(loss)}")
    if (second is None) != (across is None):
        raise ValueError("second and across must be given together")
    axes = [("first", first, "along", along)] + ([] if second is None else [("second", second, "across", across)])
    shapes = [w.shape for w in model.parameters()]
    for name, direction, numbers, values in axes:
        if not isinstance(direction, (list, tuple)) or [getattr(d, "shape", None) for d in direction] != shapes:
            raise ValueError(f"{name} must be a list of tensors with the shapes of the model's parameters")
        if floats(numbers, values).ndim != 1:
            raise ValueError(f"{numbers} must have one axis, not shape {tuple(values.shape)}")
    with restored(model), torch.no_grad():
        start = [w.clone() for w in model.parameters()]
        losses = []
        for place in product(*(values.tolist() for *_, values in axes)):
            for k, (w, begin) in enumerate(zip(model.parameters(), start)):
                w.copy_(begin + sum(a * direction[k] for a, (_, direction, *_) in zip(place, axes)))
            losses.append(float(loss()))
    return torch.tensor(losses, dtype=torch.float64).reshape([len(values) for *_, values in axes])


def _length(x: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    return x.square().sum(axes, keepdim=True).sqrt()


def _model(model) -> None:
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, not {shown(model)}")
