"""Boxes told as offsets from other boxes, which is what networks regress."""

import math

import torch

from .._arguments import real
from .._precision import widened
from ._arguments import boxes
from ._boxes import box_convert

LIMIT = math.log(1000 / 16)     # a box grows by no more than this: that of Detectron and torchvision


def encode_boxes(box: torch.Tensor, anchors: torch.Tensor, weights=(1.0, 1.0, 1.0, 1.0)) -> torch.Tensor:
    r"""Offsets that lead from anchors to boxes.

    .. math::
        t_x = \frac{c_x - a_x}{a_w}, \quad t_y = \frac{c_y - a_y}{a_h}, \quad
        t_w = \log\frac{w}{a_w}, \quad t_h = \log\frac{h}{a_h}

    Args:
        box: ``(…, 4)``, as (x1, y1, x2, y2), with sides above 0.
        anchors: the same shape and type, or another that broadcasts.
        weights: four numbers above 0 that multiply t; (10, 10, 5, 5) makes them about normal in Fast R-CNN.

    Returns:
        ``(…, 4)``, (t_x, t_y, t_w, t_h).

    Raises:
        TypeError, ValueError: an argument is of a wrong kind.

    Source: Girshick et al. (2014), appendix C, equations 6 to 9.
    """
    target, anchor = _centered("box", box), _centered("anchors", anchors)
    shift = (target[..., :2] - anchor[..., :2]) / anchor[..., 2:]
    growth = torch.log(target[..., 2:] / anchor[..., 2:])
    return (torch.cat([shift, growth], -1) * _weights(weights, shift)).to(box.dtype)


def decode_boxes(deltas: torch.Tensor, anchors: torch.Tensor, weights=(1.0, 1.0, 1.0, 1.0),
                 limit: float = LIMIT) -> torch.Tensor:
    r"""Boxes that offsets lead to, the inverse of :func:`encode_boxes`.

    .. math:: c_x = a_x + t_x a_w, \qquad w = a_w e^{\min(t_w, \mathrm{limit})}

    Args:
        deltas: ``(…, 4)``, (t_x, t_y, t_w, t_h).
        anchors: ``(…, 4)``, as (x1, y1, x2, y2).
        weights: those of :func:`encode_boxes`.
        limit: bound on t_w and t_h, so that no untrained network makes a box of infinite size.

    Returns:
        ``(…, 4)``, as (x1, y1, x2, y2).

    Raises:
        TypeError, ValueError: an argument is of a wrong kind.
    """
    anchor = _centered("anchors", anchors)
    t = widened(boxes("deltas", deltas))
    t = t / _weights(weights, t)
    center = anchor[..., :2] + t[..., :2] * anchor[..., 2:]
    half = anchor[..., 2:] * torch.exp(t[..., 2:].clamp(max=real("limit", limit, 0))) / 2
    return torch.cat([center - half, center + half], -1).to(deltas.dtype)


def _centered(name: str, value) -> torch.Tensor:
    return box_convert(widened(boxes(name, value)), "xyxy", "cxcywh")


def _weights(weights, like: torch.Tensor) -> torch.Tensor:
    if not isinstance(weights, (tuple, list)) or len(weights) != 4:
        raise ValueError(f"weights must be four numbers, not {weights!r}")
    return like.new_tensor([real(f"weights[{k}]", weight, 1e-9) for k, weight in enumerate(weights)])
