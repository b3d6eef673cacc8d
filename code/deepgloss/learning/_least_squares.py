"""Linear regression: empirical risk minimization that needs no steps."""

import torch

from .._arguments import floats, real, same_type
from .._precision import in_float32


@in_float32
def least_squares(x: torch.Tensor, y: torch.Tensor, *, weight_decay: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
    r"""The linear function of least mean squared error on given examples.

    .. math::
        (w, b) = \operatorname*{arg\,min}_{w, b} \;
        \frac{1}{N} \sum_{n=1}^{N} (w \cdot x_n + b - y_n)^2 + \lambda \lVert w \rVert^2

    Where several are equally good, as with fewer examples than inputs and λ = 0, the shortest :math:`w`
    is given. The bias is not held small.

    Args:
        x: examples, (N, D), N ≥ 1.
        y: targets, (N).
        weight_decay: λ, at least 0; scikit-learn's ``Ridge`` calls Nλ ``alpha``.

    Returns:
        The weights (D) and the bias (), of the type of ``x``.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, there is no example, or ``weight_decay`` is below 0.

    Source: Hoerl and Kennard (1970), equation 2.1; without λ, Legendre (1805).
    """
    if floats("x", x).ndim != 2 or not len(x):
        raise ValueError(f"x must have shape (N, D) with at least one example, not {tuple(x.shape)}")
    if floats("y", y).shape != (len(x),):
        raise ValueError(f"y must have shape {(len(x),)}, not {tuple(y.shape)}")
    same_type(x=x, y=y)
    decay = real("weight_decay", weight_decay, 0)
    center, middle = x.mean(0), y.mean()
    rows, targets = x - center, y - middle
    # Far from 0 a mean is rounded by more than some columns vary: what is left of it goes now.
    rest = rows.mean(0)
    rows, center = rows - rest, center + rest
    if decay:
        # λ‖w‖² is the squared error of D more examples, whose targets are 0.
        root = (len(x) * decay) ** 0.5
        rows = torch.cat([rows, root * torch.eye(x.shape[1], dtype=x.dtype, device=x.device)])
        targets = torch.cat([targets, targets.new_zeros(x.shape[1])])
    # Rounding grows with √N. PyTorch's own cut-off grows with N: in float32, 10,000 examples would
    # lose any direction that varies a thousand times less than the widest.
    cut_off = torch.finfo(x.dtype).eps * (x.shape[1] + len(x) ** 0.5)
    weight = torch.linalg.pinv(rows, rtol=cut_off) @ targets        # (D)
    return weight, middle - center @ weight
