"""Numbers of a model on a data set: in batches, without gradients, in evaluation mode."""

import contextlib
import math
import operator
from typing import NamedTuple

import torch
from torch import nn
from torch.utils.data import DataLoader

from .._arguments import whole
from ._batches import loaded, model_device, split
from ._check import check_pair


class Scores(NamedTuple):
    """Means over a data set; None for what does not apply."""

    loss: float
    accuracy: float | None
    metric: float | None


@contextlib.contextmanager
def mode(model: nn.Module, training: bool):
    """Put the model in training or evaluation mode, and every module back as it was."""
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was in before:
            module.training = was


def predict(model: nn.Module, x: torch.Tensor | DataLoader, *, batch_size: int | None = None) -> torch.Tensor:
    """The model's outputs on ``x``, computed in batches without gradients, in evaluation mode.

    Args:
        model: maps inputs ``(B, ...)`` to one tensor of outputs ``(B, ...)``.
        x: inputs ``(N, ...)``, on the model's device; or a loader of pairs of inputs and targets,
            whose inputs are taken.
        batch_size: examples at once, 256 by default; decides the memory, not the result. A loader has
            its own.

    Returns:
        Outputs ``(N, ...)``. The model is left in the mode it was in.

    Raises:
        TypeError, ValueError: ``x`` is empty or no tensor, ``batch_size`` is less than 1, or is given
            beside a loader.
    """
    batches = _batches(model, x, x, batch_size)
    with mode(model, False), torch.no_grad():
        return torch.cat([model(inputs) for inputs, _ in batches])


def accuracy(model: nn.Module, x: torch.Tensor | DataLoader, y: torch.Tensor | None = None, *,
             batch_size: int | None = None) -> float:
    """Share of targets whose largest logit is at the right label, in [0, 1].

    Args:
        model: maps inputs ``(B, ...)`` to logits ``(B, classes)`` or ``(B, classes, ...)``.
        x: inputs ``(N, ...)``, on the model's device; or a loader of pairs of inputs and labels.
        y: integer labels ``(N,)`` or ``(N, ...)``; none beside a loader.
        batch_size: examples at once, 256 by default; decides the memory, not the result. A loader has
            its own.

    Returns:
        The share over all labels. The model is left in the mode it was in.

    Raises:
        TypeError, ValueError: there are no examples, ``x`` and ``y`` differ in length, or the outputs
            have no axis of classes beside the axes of ``y``.
    """
    [(total, count)] = totals(model, _batches(model, x, y, batch_size), [_right_labels_or_error])
    return total / count


def evaluate(model: nn.Module, x: torch.Tensor | DataLoader, y: torch.Tensor | None = None, *,
             loss=nn.functional.cross_entropy, metric=None, batch_size: int | None = None) -> Scores:
    """Loss, accuracy and metric of a model on a data set.

    Args:
        model: maps inputs ``(B, ...)`` to outputs.
        x: inputs ``(N, ...)``, on the model's device; or a loader of pairs of inputs and targets,
            which are moved there.
        y: targets ``(N, ...)``; none beside a loader.
        loss: maps outputs and targets to their mean loss.
        metric: maps outputs and targets to a number that is a mean over the examples.
        batch_size: examples at once, 256 by default; decides the memory, not the result. A loader has
            its own.

    Returns:
        Means over all examples; ``accuracy`` where ``y`` holds labels and the outputs an axis
        of classes at dimension 1, ``metric`` where it is given. The model is left in the mode
        it was in.

    Raises:
        TypeError, ValueError: there are no examples, ``x`` and ``y`` differ in length, or ``y`` or
            ``batch_size`` is given beside a loader.
    """
    return to_scores(totals(model, _batches(model, x, y, batch_size), measures(loss, metric)))


def _batches(model: nn.Module, x, y, batch_size: int | None):
    """Pairs of inputs and targets on the model's device."""
    if isinstance(x, DataLoader):
        if batch_size is not None or not (y is None or y is x):
            raise ValueError("y and batch_size must be left out where x is a DataLoader, which has both")
        return loaded(x, model_device(model))
    if not isinstance(x, torch.Tensor):
        raise TypeError(f"x must be a tensor or a DataLoader, not {type(x).__name__}")
    batch_size = whole("batch_size", 256 if batch_size is None else batch_size)
    check_pair("x", x, "y", y)
    return split(x, y, batch_size)


def totals(model, batches, functions) -> list[tuple[float, int]]:
    """Sum and count over a data set for each function of outputs and targets.

    A function gives ``(number, times, count)``: a batch adds ``number · times`` to the sum and
    ``count`` to the count; or None where it does not apply. The numbers of all batches reach the
    host at once: one wait for the device, not one a batch.
    """
    columns = [[] for _ in functions]
    with mode(model, False), torch.no_grad():
        for inputs, targets in batches:
            outputs = model(inputs)
            for function, column in zip(functions, columns):
                row = function(outputs, targets)
                if row is not None:
                    column.append(row)
    return [_total(column) for column in columns]


def _total(column) -> tuple[float, int]:
    if not column:
        return 0.0, 0
    numbers, times, counts = zip(*column)
    return math.fsum(map(operator.mul, torch.stack(numbers).tolist(), times)), sum(counts)


def mean_of(function):
    """For :func:`totals`: ``function``, which gives a batch's mean over its examples, or None."""
    def weighted(outputs, y):
        if function is None:
            return None
        return torch.as_tensor(function(outputs, y)).detach(), len(y), len(y)
    return weighted


def right_labels(outputs: torch.Tensor, y: torch.Tensor):
    """For :func:`totals`: how often the largest of the logits is at the right label.

    Logits are ``(B, classes, ...)`` and labels ``(B, ...)``; None for other shapes. Counted in
    integers, so that an accuracy is the same for every batch size.
    """
    labels = not (y.is_floating_point() or y.is_complex() or y.dtype == torch.bool)
    fits = outputs.ndim == y.ndim + 1 and outputs.shape[:1] + outputs.shape[2:] == y.shape
    if not labels or not fits:
        return None
    return (outputs.argmax(1) == y).sum(), 1, y.numel()


def measures(loss, metric) -> list:
    """The functions behind :class:`Scores`, for :func:`totals`."""
    return [mean_of(loss), right_labels, mean_of(metric)]


def to_scores(sums) -> Scores:
    """The means, from what :func:`totals` makes of :func:`measures`."""
    return Scores(*(total / count if count else None for total, count in sums))


def _right_labels_or_error(outputs, y):
    row = right_labels(outputs, y)
    if row is None:
        raise ValueError(
            "accuracy wants integer labels (B, ...) and logits (B, classes, ...), not "
            f"{y.dtype} {tuple(y.shape)} and logits {tuple(outputs.shape)}"
        )
    return row
