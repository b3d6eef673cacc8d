"""YOLO's first version: one network, one grid of boxes, one loss."""

from collections.abc import Sequence

import torch
from torch import nn

from .._arguments import floats, integers, real, whole
from .._precision import widened
from ._arguments import boxes, listed, size
from ._boxes import box_convert
from ._iou_losses import iou_loss

# Table of figure 3: sides and channels of kernels; "pool" halves the size, a step of 2 does, too.
LAYERS = ((7, 64, 2), "pool", (3, 192, 1), "pool", (1, 128, 1), (3, 256, 1), (1, 256, 1), (3, 512, 1), "pool",
          *((1, 256, 1), (3, 512, 1)) * 4, (1, 512, 1), (3, 1024, 1), "pool",
          *((1, 512, 1), (3, 1024, 1)) * 2, (3, 1024, 1), (3, 1024, 2), (3, 1024, 1), (3, 1024, 1))


class YOLOv1(nn.Module):
    """YOLO's first network: 24 convolutions and two fully connected layers, which look at the whole picture.

    Args:
        grid: S, cells along each side.
        boxes: B, boxes a cell.
        num_classes: C.
        layers: of the convolutions: (kernel, channels, stride), or ``"pool"``; figure 3's by default.
        hidden: units of the first fully connected layer.
        image_size: side of the pictures, which are square.
        in_channels: channels of the pictures.
        dropout: share of hidden units dropped in training.

    Shape:
        ``(N, in_channels, image_size, image_size)`` to ``(N, S, S, 5 B + C)``: for each cell B times
        (x, y, w, h, confidence), then C classes.

    Raises:
        TypeError, ValueError: a number is out of range.

    Source: Redmon et al. (2016), figure 3 and section 2.2; the slope of leaky ReLU is 0.1.
    """

    def __init__(self, grid: int = 7, boxes: int = 2, num_classes: int = 20, layers: Sequence = LAYERS, *, hidden: int = 4096,
                 image_size: int = 448, in_channels: int = 3, dropout: float = 0.5):
        super().__init__()
        self.grid, self.boxes, self.num_classes = whole("grid", grid), whole("boxes", boxes), whole("num_classes", num_classes)
        channels, side = whole("in_channels", in_channels), whole("image_size", image_size)
        modules: list[nn.Module] = []
        for layer in listed("layers", layers):
            if layer == "pool":
                modules.append(nn.MaxPool2d(2, 2))
                side //= 2
                continue
            kernel, width, stride = _layer(layer)
            modules += [nn.Conv2d(channels, width, kernel, stride, kernel // 2), nn.LeakyReLU(0.1, inplace=True)]
            channels, side = width, (side + 2 * (kernel // 2) - kernel) // stride + 1
        if side < 1:
            raise ValueError(f"image_size must leave a map after the layers: {image_size} pixels are too few")
        self.features, self.shape = nn.Sequential(*modules), (in_channels, image_size, image_size)
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(channels * side**2, whole("hidden", hidden)), nn.LeakyReLU(0.1, inplace=True),
            nn.Dropout(real("dropout", dropout, 0, 1)), nn.Linear(hidden, grid**2 * (5 * boxes + num_classes)))
        for layer in self.features:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, a=0.1)
                nn.init.zeros_(layer.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """What each cell says."""
        if floats("x", x).ndim != 4 or tuple(x.shape[1:]) != self.shape:
            raise ValueError(f"x must have shape (N, {', '.join(map(str, self.shape))}), not {tuple(x.shape)}")
        cell = 5 * self.boxes + self.num_classes
        return self.head(self.features(x)).unflatten(1, (self.grid, self.grid, cell))   # (N, S, S, 5 B + C)


def _layer(layer) -> tuple[int, int, int]:
    if not isinstance(layer, (tuple, list)) or len(layer) != 3:
        raise ValueError(f"layers must be (kernel, channels, stride) or 'pool', not {layer!r}")
    return tuple(whole("layers", n) for n in layer)


def yolo_targets(box: Sequence[torch.Tensor], labels: Sequence[torch.Tensor], grid: int, image_size: tuple[int, int],
                 num_classes: int) -> torch.Tensor:
    """What each cell should say: the cell that an object's center falls into answers for it.

    Args:
        box: of the objects of each image, ``(K, 4)``, as (x1, y1, x2, y2) in pixels.
        labels: ``(K,)``, ``int64``.
        grid: S, cells along each side.
        image_size: height and width in pixels.
        num_classes: C.

    Returns:
        ``(N, S, S, 5 + C)``: the center within the cell, in [0, 1]; width and height as shares of the image; 1 where an
        object is; its class as zeros and a one. Of two objects in one cell the later one stays.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Redmon et al. (2016), section 2.
    """
    (height, width), s, c = size("image_size", image_size), whole("grid", grid), whole("num_classes", num_classes)
    box, labels = listed("box", box), [integers(f"labels[{n}]", label) for n, label in enumerate(listed("labels", labels))]
    if len(box) != len(labels):
        raise ValueError(f"labels must be one tensor an image, {len(box)}, not {len(labels)}")
    found = []
    for n, (one, label) in enumerate(zip(box, labels)):
        shares = box_convert(boxes(f"box[{n}]", one, 2), "xyxy", "cxcywh") / one.new_tensor([width, height] * 2)
        if not one.isfinite().all():
            raise ValueError(f"box[{n}] must be finite numbers")
        if len(label) != len(one) or (len(label) and not 0 <= int(label.min()) <= int(label.max()) < c):
            raise ValueError(f"labels[{n}] must be {len(one)} classes in 0..{c - 1}, not {label.tolist()}")
        target = one.new_zeros(s, s, 5 + c)
        place = (shares[:, :2] * s).clamp(0, s)
        cell = place.long().clamp(max=s - 1)                                    # the last one reaches to the image's edge
        for k in range(len(one)):                                               # in order, so that the later one stays
            x, y = cell[k].tolist()
            target[y, x] = 0
            target[y, x, :2], target[y, x, 2:4] = place[k] - cell[k], shares[k, 2:]
            target[y, x, 4] = target[y, x, 5 + int(label[k])] = 1
        found.append(target)
    return torch.stack(found) if found else torch.zeros(0, s, s, 5 + c)


def yolo_loss(output: torch.Tensor, target: torch.Tensor, boxes: int = 2, coordinates: float = 5.0,
              no_object: float = 0.5) -> dict[str, torch.Tensor]:
    r"""YOLO's sum of squared errors, term by term.

    .. math::
        L ={} & \lambda_\mathrm{coord} \sum_{i,j} 1_{ij}^\mathrm{obj} \bigl[(x_i - \hat x_i)^2 + (y_i - \hat y_i)^2\bigr]
        + \lambda_\mathrm{coord} \sum_{i,j} 1_{ij}^\mathrm{obj}
        \bigl[(\sqrt{w_i} - \sqrt{\hat w_i})^2 + (\sqrt{h_i} - \sqrt{\hat h_i})^2\bigr] \\
        &+ \sum_{i,j} 1_{ij}^\mathrm{obj} (C_i - \hat C_i)^2
        + \lambda_\mathrm{noobj} \sum_{i,j} 1_{ij}^\mathrm{noobj} (C_i - \hat C_i)^2
        + \sum_i 1_i^\mathrm{obj} \sum_c \bigl(p_i(c) - \hat p_i(c)\bigr)^2

    Of the boxes j of a cell i with an object, the one that overlaps it most answers for it (obj), and its confidence C
    should be that overlap; all other boxes should have a confidence of 0 (noobj). The network gives the square roots of
    width and height themselves.

    Args:
        output: ``(N, S, S, 5 B + C)``: B times (x, y, √w, √h, confidence), then C classes.
        target: ``(N, S, S, 5 + C)``, as :func:`yolo_targets` gives.
        boxes: B.
        coordinates: λ_coord.
        no_object: λ_noobj.

    Returns:
        Five numbers, ``"center"``, ``"size"``, ``"object"``, ``"no object"`` and ``"class"``, with their weights and
        summed over an image, in the mean over images. Their sum is the loss.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Redmon et al. (2016), equation 3.
    """
    b, weight, quiet = whole("boxes", boxes), real("coordinates", coordinates, 0), real("no_object", no_object, 0)
    classes = floats("target", target).shape[-1] - 5
    if target.ndim != 4 or floats("output", output).shape != (*target.shape[:3], 5 * b + classes):
        raise ValueError(f"output must have shape {(*target.shape[:3], 5 * b + classes)}, not {tuple(output.shape)}")
    given, truth = widened(output), widened(target)
    each, p = given[..., :5 * b].unflatten(-1, (b, 5)), given[..., 5 * b:]       # (N, S, S, B, 5), (N, S, S, C)
    wanted = truth[..., None, :4]
    with torch.no_grad():
        iou = 1 - iou_loss(*(_corners(x, truth.shape[1]) for x in (torch.cat([each[..., :2], each[..., 2:4].square()], -1),
                                                                  wanted.expand_as(each[..., :4]))), "iou")
        distance = (each[..., :4] - torch.cat([wanted[..., :2], wanted[..., 2:].sqrt()], -1)).square().sum(-1)
        best = torch.where(iou.amax(-1) > 0, iou.argmax(-1), distance.argmin(-1))   # where none overlaps, the nearest
        answers = nn.functional.one_hot(best, b) * truth[..., 4:5]              # (N, S, S, B)
    terms = {
        "center": weight * answers * (each[..., :2] - wanted[..., :2]).square().sum(-1),
        "size": weight * answers * (each[..., 2:4] - wanted[..., 2:].sqrt()).square().sum(-1),
        "object": answers * (each[..., 4] - iou).square(),
        "no object": quiet * (1 - answers) * each[..., 4].square(),
        "class": truth[..., 4] * (p - truth[..., 5:]).square().sum(-1),
    }
    return {name: (term.sum() / max(len(output), 1)).to(output.dtype) for name, term in terms.items()}


def decode_yolo(output: torch.Tensor, image_size: tuple[int, int], boxes: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    """The boxes that cells speak of, and the score of each class for each.

    Args:
        output: ``(N, S, S, 5 B + C)``, as for :func:`yolo_loss`.
        image_size: height and width in pixels.
        boxes: B.

    Returns:
        Boxes ``(N, S·S·B, 4)``, as (x1, y1, x2, y2) in pixels, and scores ``(N, S·S·B, C)``: the confidence times the
        probability of the class.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind.

    Source: Redmon et al. (2016), equation 1.
    """
    (height, width), b = size("image_size", image_size), whole("boxes", boxes)
    if floats("output", output).ndim != 4 or output.shape[-1] <= 5 * b or output.shape[1] != output.shape[2]:
        raise ValueError(f"output must have shape (N, S, S, 5 B + C) with B = {b}, not {tuple(output.shape)}")
    each, p = output[..., :5 * b].unflatten(-1, (b, 5)), output[..., 5 * b:]
    corners = _corners(torch.cat([each[..., :2], each[..., 2:4].square()], -1), output.shape[1])
    scores = each[..., 4:] * p.unsqueeze(-2)                                    # (N, S, S, B, C)
    return (corners * corners.new_tensor([width, height] * 2)).flatten(1, 3), scores.flatten(1, 3)


def _corners(x: torch.Tensor, grid: int) -> torch.Tensor:
    """From the place in the cell and the size, (N, S, S, B, 4), to corners as shares of the image."""
    at = torch.arange(grid, device=x.device, dtype=x.dtype)
    cell = torch.stack(torch.broadcast_tensors(at, at[:, None]), -1)[:, :, None]   # (S, S, 1, 2), x and y
    center, half = (x[..., :2] + cell) / grid, x[..., 2:] / 2
    return torch.cat([center - half, center + half], -1)
