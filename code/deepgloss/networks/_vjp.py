"""Vector–Jacobian products: what each operation of a network does to a gradient on its way back."""

import torch

from .._arguments import floats, integers, readable, shown, whole
from .._precision import in_float32
from ._matmul import one_type, product_shape


def unbroadcast(grad: torch.Tensor, shape: torch.Size | tuple[int, ...]) -> torch.Tensor:
    """The gradient of what was broadcast: a sum over every axis along which it was repeated.

    Args:
        grad: the gradient of the broadcast tensor, of any shape.
        shape: of the tensor before, which broadcasts to that of ``grad``.

    Returns:
        A tensor of that shape.

    Raises:
        TypeError: ``grad`` is no tensor of floating-point numbers, or ``shape`` no tuple of integers.
        ValueError: ``shape`` does not broadcast to that of ``grad``.
    """
    floats("grad", grad)
    if not isinstance(shape, (tuple, list)):
        raise TypeError(f"shape must be a tuple of integers, not {shown(shape)}")
    shape = tuple(whole(f"shape[{k}]", n, 0) for k, n in enumerate(shape))
    new = grad.ndim - len(shape)
    if new < 0 or any(n not in (1, m) for n, m in zip(shape, grad.shape[new:])):
        raise ValueError(f"shape must broadcast to that of grad, {tuple(grad.shape)}, not {shape}")
    repeated = [*range(new), *(new + k for k, n in enumerate(shape) if n == 1 and grad.shape[new + k] != 1)]
    return (grad.sum(repeated, keepdim=True) if repeated else grad).reshape(shape)


def matmul_vjp(a: torch.Tensor, b: torch.Tensor, grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Gradients through a product of matrices C = AB, batched and broadcast as :func:`torch.matmul` does.

    .. math::
        \frac{\partial L}{\partial A} = \frac{\partial L}{\partial C} B^\top, \qquad
        \frac{\partial L}{\partial B} = A^\top \frac{\partial L}{\partial C}

    Args:
        a: (…, n, k).
        b: (…, k, m).
        grad: the gradient with respect to the product, (…, n, m).

    Returns:
        The gradients with respect to ``a`` and ``b``, each of its tensor's shape.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: there are fewer than two axes, or the shapes do not fit.

    Source: Giles (2008), section 2.2.
    """
    _same_shape(floats("grad", grad), product_shape(a, b))
    one_type(a=a, b=b, grad=grad)
    return _matmul_vjp(a, b, grad)


@in_float32(autocast="product")
def _matmul_vjp(a, b, grad):
    return unbroadcast(grad @ b.mT, a.shape), unbroadcast(a.mT @ grad, b.shape)


def linear_vjp(x: torch.Tensor, weight: torch.Tensor,
               grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Gradients through a linear layer y = x Wᵀ + b.

    .. math::
        \frac{\partial L}{\partial x} = \delta W, \qquad
        \frac{\partial L}{\partial W} = \sum_n \delta_n x_n^\top, \qquad
        \frac{\partial L}{\partial b} = \sum_n \delta_n, \qquad \delta = \frac{\partial L}{\partial y}

    Args:
        x: the layer's input, (…, in).
        weight: (out, in), as in :class:`torch.nn.Linear`.
        grad: δ, the gradient with respect to the layer's output, (…, out).

    Returns:
        The gradients with respect to ``x`` (…, in), ``weight`` (out, in) and the bias (out,).

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit.

    Source: Rumelhart, Hinton and Williams (1986), equations 6 and 7.
    """
    if floats("weight", weight).ndim != 2:
        raise ValueError(f"weight must have shape (out, in), not {tuple(weight.shape)}")
    if not floats("x", x).ndim or x.shape[-1] != weight.shape[1]:
        raise ValueError(f"x must end in an axis of {weight.shape[1]}, not have shape {tuple(x.shape)}")
    _same_shape(floats("grad", grad), (*x.shape[:-1], weight.shape[0]))
    one_type(x=x, weight=weight, grad=grad)
    return _linear_vjp(x, weight, grad)


@in_float32(autocast="product")
def _linear_vjp(x, weight, grad):
    inputs, deltas = x.reshape(-1, x.shape[-1]), grad.reshape(-1, grad.shape[-1])
    return grad @ weight, deltas.mT @ inputs, deltas.sum(0)


def tanh_vjp(y: torch.Tensor, grad: torch.Tensor) -> torch.Tensor:
    """The gradient through y = tanh(x), from the output: grad · (1 − y²).

    Args:
        y: the output of tanh, any shape.
        grad: the gradient with respect to ``y``, of the same shape.

    Returns:
        The gradient with respect to x.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers.
        ValueError: the shapes differ.
    """
    _same_shape(floats("grad", grad), floats("y", y).shape)
    return _tanh_vjp(y, grad)


@in_float32
def _tanh_vjp(y, grad):
    return grad * (1 - y * y)


def relu_vjp(x: torch.Tensor, grad: torch.Tensor) -> torch.Tensor:
    """The gradient through y = max(x, 0): ``grad`` where x > 0, else 0.

    Args:
        x: the input of ReLU or, what gives the same, its output; any shape.
        grad: the gradient with respect to the output, of the same shape.

    Returns:
        The gradient with respect to x.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers.
        ValueError: the shapes differ.
    """
    _same_shape(floats("grad", grad), floats("x", x).shape)
    return torch.where(x > 0, grad, 0)


def cross_entropy_vjp(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    r"""The gradient of the mean cross-entropy with respect to the logits.

    .. math::
        \frac{\partial L}{\partial z_{nk}} = \frac1N \bigl(\operatorname{softmax}(z_n)_k - [k = y_n]\bigr)

    Args:
        logits: (N, classes).
        labels: (N,), integers in 0…classes−1.

    Returns:
        A tensor of the logits' shape; each row adds up to 0.

    Raises:
        TypeError: the logits are no floating-point numbers, or the labels no integers.
        ValueError: the shapes do not fit, or a label is out of range.

    Source: Bridle (1990), on softmax with this loss.
    """
    if floats("logits", logits).ndim != 2:
        raise ValueError(f"logits must have shape (N, classes), not {tuple(logits.shape)}")
    if integers("labels", labels).shape != logits.shape[:1]:
        raise ValueError(f"labels must have shape {tuple(logits.shape[:1])}, not {tuple(labels.shape)}")
    classes = logits.shape[1]
    if readable(labels) and labels.numel() and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(f"labels must be in 0..{classes - 1}, not {labels.min()}..{labels.max()}")
    return _cross_entropy_vjp(logits, labels)


@in_float32
def _cross_entropy_vjp(logits, labels):
    wanted = torch.nn.functional.one_hot(labels.long(), logits.shape[1])
    return (logits.softmax(1) - wanted) / max(len(logits), 1)


def _same_shape(grad: torch.Tensor, shape) -> None:
    if tuple(grad.shape) != tuple(shape):
        raise ValueError(f"grad must have the output's shape, {tuple(shape)}, not {tuple(grad.shape)}")
