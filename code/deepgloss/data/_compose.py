"""How digit scenes are drawn: many at once, each the same whatever stands beside it."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch.nn import functional as F

from .._arguments import generator
from ._digits import all_digits, sources

INK = 0.28      # less than this after resizing is paper; no multiple of the digits' 1/16
CHUNK = 256     # scenes drawn together; part of what a seed means, so that it stays as it is
TRIES = 24      # places that one digit tries before its scene starts over
ROUNDS = 60     # times that a scene starts over before the canvas counts as too small


@dataclass
class Draw:
    """The random numbers of one chunk of scenes; each purpose has a stream of its own."""

    seed: int
    part: int
    chunk: int
    rows: int

    def uniform(self, columns: int, attempt: int) -> torch.Tensor:
        """Numbers in [0, 1), ``(rows, columns)``; a row ignores how many rows follow it."""
        stream = generator(self.seed, self.part, self.chunk, 1, attempt)
        return torch.rand(self.rows, columns, generator=stream)

    def normal(self, columns: int) -> torch.Tensor:
        """Standard normal numbers, ``(rows, columns)``."""
        # randn fills blocks of 16: whole blocks make a row independent of the rows after it.
        blocks = -(-columns // 16)
        stream = generator(self.seed, self.part, self.chunk, 0)
        return torch.randn(self.rows, 16 * blocks, generator=stream)[:, :columns]


@dataclass
class Plan:
    """What stands where in m scenes of up to K digits; places left over hold zeros."""

    counts: torch.Tensor    # (m,)
    labels: torch.Tensor    # (m, K)
    boxes: torch.Tensor     # (m, K, 4), whole pixels
    glyphs: torch.Tensor    # (m, K, S, S), the resized digits, 0 where there is no ink
    corners: torch.Tensor   # (m, K, 2), x and y of a glyph's first pixel; may be negative


def arrange(
    draw: Draw,
    canvas: tuple[int, int],
    digits: tuple[int, int],
    scale: tuple[int, int],
    max_overlap: float,
) -> Plan:
    """Draw digits, sizes and places; a scene in which one does not fit starts over."""
    (height, width), (fewest, most), rows = canvas, digits, draw.rows
    columns = 1 + most * (2 + 2 * TRIES)
    counts = _pick(draw.uniform(columns, 0)[:, 0], fewest, most)
    present = torch.arange(most) < counts.unsqueeze(1)      # (m, K)
    pool = sources()[draw.part]
    plan = Plan(
        counts,
        torch.zeros(rows, most, dtype=torch.int64),
        torch.zeros(rows, most, 4, dtype=torch.int64),
        torch.zeros(rows, most, scale[1], scale[1]),
        torch.zeros(rows, most, 2, dtype=torch.int64),
    )
    waiting = torch.arange(rows)
    for attempt in range(ROUNDS):
        numbers = draw.uniform(columns, attempt)[waiting, 1:].unflatten(1, (most, -1))
        source = pool[_pick(numbers[..., 0], 0, len(pool) - 1)]
        side = _pick(numbers[..., 1], *scale)
        here = present[waiting]
        glyphs = _resize(source, side, scale) * here[..., None, None]
        first, extent = _extent(glyphs > 0)
        room = torch.tensor([width, height]) - extent                  # (m, K, 2), x first
        places = numbers[..., 2:].unflatten(2, (TRIES, 2)) * (room + 1).unsqueeze(2)
        places = torch.minimum(places.long(), room.unsqueeze(2))       # (m, K, TRIES, 2)
        boxes, fits = _place(places, extent, here, max_overlap)
        done = waiting[fits]
        plan.labels[done] = (all_digits()[1][source] * here)[fits]
        plan.boxes[done] = boxes[fits]
        plan.glyphs[done] = glyphs[fits]
        plan.corners[done] = (boxes[..., :2] - first)[fits]
        waiting = waiting[~fits]
        if len(waiting) == 0:
            return plan
    raise ValueError(
        f"{counts[waiting[0]]} digits of {scale[0]} to {scale[1]} pixels find no room on "
        f"{height} x {width} pixels with max_overlap = {max_overlap:g}: take a larger size, fewer "
        "digits, a smaller scale, or a larger max_overlap"
    )


def paste(plan: Plan, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Draw the plan, later digits over earlier ones.

    Returns:
        Images, class masks and instance masks, each ``(m, height, width)``.
    """
    rows, most = plan.labels.shape
    images = torch.zeros(rows, height, width)
    instances = torch.zeros(rows, height, width, dtype=torch.int64)
    for k in range(most):
        glyphs = plan.glyphs[:, k]
        scene, y, x = glyphs.nonzero(as_tuple=True)
        corner = plan.corners[scene, k]
        pixel = (scene * height + y + corner[:, 1]) * width + x + corner[:, 0]
        images.view(-1)[pixel] = glyphs[scene, y, x]
        instances.view(-1)[pixel] = k + 1
    classes = F.pad(plan.labels + 1, (1, 0))                # (m, K + 1), background first
    masks = classes.gather(1, instances.flatten(1)).view_as(instances)
    return images, masks, instances


def _pick(uniform: torch.Tensor, low: int, high: int) -> torch.Tensor:
    """Numbers in [0, 1) as whole numbers in [low, high], all equally likely."""
    return (low + (uniform * (high - low + 1)).long()).clamp(max=high)


@lru_cache(maxsize=8)
def _interpolation(scale: tuple[int, int]) -> torch.Tensor:
    """For each side, the matrix that resizes 8 samples to it: ``(sides, S, 8)``, zero-padded.

    Bilinear resizing is linear and separable: resizing the rows of the identity gives its matrix.
    """
    unit = torch.eye(8).unsqueeze(0)
    matrices = []
    for side in range(scale[0], scale[1] + 1):
        matrix = F.interpolate(unit, size=side, mode="linear", align_corners=False)[0].T
        matrices.append(F.pad(matrix, (0, 0, 0, scale[1] - side)))
    return torch.stack(matrices)


def _resize(source: torch.Tensor, side: torch.Tensor, scale: tuple[int, int]) -> torch.Tensor:
    """Digits ``source`` resized to ``side`` pixels: ``(m, K, S, S)``, 0 where there is no ink."""
    matrix = _interpolation(scale)[side - scale[0]]         # (m, K, S, 8)
    glyphs = matrix @ all_digits()[0][source] @ matrix.mT
    return glyphs * (glyphs > INK)


def _extent(ink: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """First pixel and size of the ink in ``(m, K, S, S)``, both ``(m, K, 2)`` with x first."""
    lines = torch.stack([ink.any(2), ink.any(3)], dim=2).to(torch.uint8)    # (m, K, 2, S)
    first = lines.argmax(3)
    last = lines.shape[3] - 1 - lines.flip(3).argmax(3)
    return first, (last - first + 1) * lines.any(3)


def _place(
    places: torch.Tensor, extent: torch.Tensor, present: torch.Tensor, max_overlap: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Give each digit the first of its places that overlaps no earlier digit too much.

    Args:
        places: corners to try, ``(m, K, TRIES, 2)``, x first.
        extent: widths and heights, ``(m, K, 2)``.
        present: which digits there are, ``(m, K)``.
        max_overlap: bound on the share of the smaller of two boxes that the other covers.

    Returns:
        Boxes ``(m, K, 4)``, zero where there is no digit, and which scenes work out, ``(m,)``.
    """
    rows, most = present.shape
    boxes = torch.zeros(rows, most, 4, dtype=torch.int64)
    area = extent.prod(2)                                   # (m, K)
    fits = torch.ones(rows, dtype=torch.bool)
    for k in range(most):
        low = places[:, k]                                  # (m, TRIES, 2)
        high = low + extent[:, k].unsqueeze(1)
        earlier = boxes[:, None, :k]                        # (m, 1, k, 4)
        common = (
            torch.minimum(high.unsqueeze(2), earlier[..., 2:])
            - torch.maximum(low.unsqueeze(2), earlier[..., :2])
        ).clamp(min=0).prod(3)                              # (m, TRIES, k), pixels in both
        smaller = torch.minimum(area[:, k].unsqueeze(1), area[:, :k]).unsqueeze(1)
        good = (common <= max_overlap * smaller).all(2)     # (m, TRIES)
        first = good.to(torch.uint8).argmax(1)
        index = torch.arange(rows)
        box = torch.cat([low[index, first], high[index, first]], dim=1)
        boxes[:, k] = box * present[:, k].unsqueeze(1)
        fits &= good.any(1) | ~present[:, k]
    return boxes, fits
