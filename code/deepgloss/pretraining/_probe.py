"""The linear probe: what can be read off frozen features with one linear layer."""

import torch
from torch.nn import functional as F

from .._arguments import readable, real, whole
from .._precision import in_float32
from ..losses._reduction import check_floats


@in_float32
def linear_probe(features: torch.Tensor, labels: torch.Tensor, num_classes: int, ridge: float = 0.3) -> torch.Tensor:
    r"""Fit a linear layer to labeled features by ridge regression on one-hot labels, in closed form.

    .. math::
        \min_{W, b} \sum_{i=1}^{n} \|W^\top x_i + b - y_i\|^2 + \lambda D \|W\|^2, \qquad
        W = \tilde X^\top (\tilde X \tilde X^\top + \lambda D I)^{-1} \tilde Y

    :math:`\tilde X` and :math:`\tilde Y` are features and one-hot labels less their means. A system of n
    equations is solved, one for each label: few labels, little work. Scale the features beforehand (a
    variance of 1 on average makes :math:`\lambda` mean the same everywhere).

    Args:
        features: ``(..., n, D)``. Axes in front are other problems, solved at once.
        labels: ``(..., n)``, integers in [0, num_classes).
        num_classes: columns of the layer.
        ridge: :math:`\lambda > 0`.

    Returns:
        Weights ``(..., D + 1, num_classes)``, the last row the bias: the scores of new features are
        ``x @ w[..., :-1, :] + w[..., -1:, :]``.

    Raises:
        TypeError: ``features`` holds no floating-point numbers, or ``labels`` no integers.
        ValueError: the shapes do not fit, a label is out of range, or ``ridge`` is not positive.
    """
    check_floats("features", features)
    num_classes = whole("num_classes", num_classes)
    if not isinstance(labels, torch.Tensor) or labels.dtype != torch.int64:
        raise TypeError(f"labels must be a tensor of int64, not {getattr(labels, 'dtype', type(labels).__name__)}")
    if features.ndim < 2 or labels.shape != features.shape[:-1] or not features.shape[-2]:
        raise ValueError(f"features (..., n, D) and labels (..., n) do not fit: {tuple(features.shape)}, "
                         f"{tuple(labels.shape)}")
    if labels.numel() and readable(labels) and (labels.min() < 0 or labels.max() >= num_classes):
        raise ValueError(f"labels must be in 0..{num_classes - 1}, not {labels.min()}..{labels.max()}")
    if not real("ridge", ridge) > 0:
        raise ValueError(f"ridge must be greater than 0, not {ridge!r}")
    targets = F.one_hot(labels, num_classes).to(features)
    middle, share = features.mean(-2, keepdim=True), targets.mean(-2, keepdim=True)
    x, y = features - middle, targets - share
    n, d = x.shape[-2:]
    gram = x @ x.mT + ridge * d * torch.eye(n, dtype=x.dtype, device=x.device)
    w = x.mT @ torch.linalg.solve(gram, y)                         # (..., D, classes)
    return torch.cat([w, share - middle @ w], -2)
