"""From a model's scores for the next symbol to a draw: temperature, top-k and top-p."""

import torch

from .._arguments import real, whole
from .._precision import widened


def next_probabilities(
    logits: torch.Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> torch.Tensor:
    r"""The distribution that the next symbol is drawn from.

    .. math:: p_i \propto \begin{cases} e^{l_i / \tau} & i \in K \cap P \\ 0 & \text{otherwise} \end{cases}

    :math:`K` holds the k largest logits, and with them those equal to the k-th. :math:`P` is the
    *nucleus*: the smallest set of most probable symbols whose probabilities add up to at least
    ``top_p``, taken after the temperature and within :math:`K`. The most probable symbol always
    stays. Temperature 0 stands for its limit: the largest logits alone, in equal parts.

    Args:
        logits: scores ``(..., V)``; −inf for symbols that must not come.
        temperature: :math:`\tau \ge 0`.
        top_k: k ≥ 1, or None for all.
        top_p: in (0, 1], or None for all.

    Returns:
        Probabilities ``(..., V)``. Half types are computed in float32 and rounded once. A row of −∞
        alone, or with NaN or +∞ in it, gives NaN, as in :func:`torch.softmax`.

    Raises:
        TypeError: an argument has another type.
        ValueError: an argument is out of range.

    Source: top-k, Fan, Lewis and Dauphin (2018); top-p, Holtzman et al. (2020), section 3.1.
    """
    p = _distribution(logits, temperature, top_k, top_p)
    return p.to(logits.dtype)


def _distribution(logits, temperature, top_k, top_p) -> torch.Tensor:
    """The same in float32 at least."""
    if not isinstance(logits, torch.Tensor) or not logits.is_floating_point():
        raise TypeError(f"logits must be a tensor of floating-point numbers, not {logits!r}")
    if not logits.dim() or not logits.shape[-1]:
        raise ValueError(f"logits must be (..., V) with V of at least 1, not {tuple(logits.shape)}")
    temperature, logits = real("temperature", temperature, 0), widened(logits)
    if top_k is not None:
        kth = logits.topk(min(whole("top_k", top_k), logits.shape[-1]), -1).values[..., -1:]
        logits = logits.masked_fill(logits < kth, -torch.inf)
    # the largest logit is taken off first: a tiny temperature must not make inf − inf
    behind = logits - logits.amax(-1, keepdim=True)
    if temperature < torch.finfo(logits.dtype).tiny:     # it may round to 0: the limit
        best = (behind == 0).to(logits)
        p = best / best.sum(-1, keepdim=True)
    else:
        p = (behind / temperature).softmax(-1)
    if top_p is not None and not 0 < real("top_p", top_p) <= 1:
        raise ValueError(f"top_p must be in (0, 1], not {top_p}")
    return p if top_p is None or top_p == 1 else _nucleus(p, top_p)


def _nucleus(p: torch.Tensor, top_p: float) -> torch.Tensor:
    """The most probable symbols up to a total of ``top_p``, and nothing else."""
    ordered, order = p.sort(dim=-1, descending=True, stable=True)
    beyond = ordered.cumsum(-1) - ordered >= top_p       # what the more probable ones add up to
    beyond[..., 0] = False                               # also where top_p rounds to 0
    kept = torch.zeros_like(p).scatter(-1, order, ordered.masked_fill(beyond, 0))
    return kept / kept.sum(-1, keepdim=True)


def sample_next(
    logits: torch.Tensor, temperature: float = 1.0, top_k: int | None = None,
    top_p: float | None = None, generator: torch.Generator | None = None,
) -> torch.Tensor:
    """Draw the next symbol from :func:`next_probabilities`.

    Draws are made on the CPU, so that one seed gives one text on any device.

    Args:
        logits: scores ``(..., V)``.
        temperature, top_k, top_p: see :func:`next_probabilities`.
        generator: a CPU generator; the global one by default.

    Returns:
        Symbols ``(...)``, ``int64``, on the logits' device.

    Raises:
        TypeError: an argument has another type.
        ValueError: an argument is out of range; a row of logits holds NaN or +∞, or −∞ alone.
    """
    p = _distribution(logits, temperature, top_k, top_p).cpu()
    if p.isnan().any():
        raise ValueError("logits must hold a finite number in every row, and neither NaN nor +inf")
    drawn = torch.multinomial(p.reshape(-1, p.shape[-1]), 1, generator=generator)
    return drawn.view(p.shape[:-1]).to(logits.device)
