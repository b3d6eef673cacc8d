"""The same attention by PyTorch's fused kernels, for whoever asks for no weights."""

import torch
from torch.nn.functional import scaled_dot_product_attention

from ._core import check
from ._masks import both, causal_mask


def fused_attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None = None, *,
                    causal: bool = False, dropout: float = 0.0) -> torch.Tensor:
    """What :func:`attention` gives, by one kernel that never writes all weights down.

    :func:`tiled_attention` shows how. PyTorch chooses the kernel: on the CPU and with dropout, or where
    the mask has a gradient, it writes the weights down after all.

    Args:
        query: ``(B, H, L, D)``.
        key: ``(B, H, S, D)``.
        value: ``(B, H, S, E)``.
        mask, causal, dropout: as in :func:`attention`.

    Returns:
        Means ``(B, H, L, E)``.

    Raises:
        TypeError, ValueError: as in :func:`attention`.
    """
    check(query, key, value, mask)
    if mask is None:
        return scaled_dot_product_attention(query, key, value, is_causal=causal, dropout_p=dropout)
    if causal:
        mask = both(mask, causal_mask(query.shape[-2], key.shape[-2], device=query.device))
    boolean = mask.dtype == torch.bool
    empty = (~mask if boolean else mask == -torch.inf).all(-1, keepdim=True)
    # Not every kernel gives a row without keys a zero: it sees all of them, and is zeroed afterwards.
    mask = mask | empty if boolean else mask.masked_fill(empty, 0).to(query.dtype)
    while mask.dim() < 4:                                             # other numbers go to no fused kernel
        mask = mask[None]
    means = scaled_dot_product_attention(query, key, value, mask, dropout_p=dropout)
    return means.masked_fill(empty, 0)
