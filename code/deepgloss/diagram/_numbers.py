"""How diagrams write numbers and sizes, and what a module's layers put out."""

import math

from .._count import Row, count


def number(value, form: str | None = None) -> str:
    """A number as diagrams write it: 3, −0.5, 23,456, with a true minus.

    Args:
        value: a whole number, written with commas, or another, with at most three digits after
            the point.
        form: a format specification, such as ``".2f"``, that is used instead.
    """
    value = getattr(value, "item", lambda: value)()
    if math.isinf(value):
        text = "∞" if value > 0 else "-∞"
    elif form is not None or math.isnan(value):
        text = format(value, form or "")
    elif float(value).is_integer():
        text = f"{int(value):,}"
    else:
        text = f"{value:.3f}".rstrip("0").rstrip(".")
    # What rounds to zero has no sign.
    return text.lstrip("-") if not text.strip("-0.") else text.replace("-", "−")


def amount(value: int) -> str:
    """A large number in few characters: 912, 23.5K, 1.2M, 175B."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        # 999,500 rounds to 1M, not to 1000K.
        if abs(value) >= 0.9995 * size:
            short = f"{value / size:.1f}" if abs(value) < 99.95 * size else f"{value / size:.0f}"
            return short.removesuffix(".0") + letter
    return number(value)


def size(shape) -> str:
    """A shape as text: ``(6, 28, 28)`` is "6 × 28 × 28"."""
    return " × ".join(f"{side:,}" for side in shape)


def shapes(module, *inputs, depth: int = 1) -> dict[str, Row]:
    """What each layer puts out and holds, so that labels cannot drift from the code.

    The network runs once, on zeros if shapes are given; on the meta device nothing is computed.

    Args:
        module: the network.
        *inputs: tensors or shapes, batch axis included, as :func:`deepgloss.count` takes them.
        depth: layers are summed under so many parts of their names.

    Returns:
        A row for each name, in the order of their first use. A row's ``output`` is a shape with its
        batch axis; ``parameters`` and ``multiply_adds`` are numbers.
    """
    return {row.name: row for row in count(module, *inputs).grouped(depth).rows}
