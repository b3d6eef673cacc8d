"""Who may look at whom: boolean masks, True where a query may attend to a key."""

import torch

from .._arguments import readable, whole


def causal_mask(queries: int, keys: int | None = None, *, offset: int = 0, window: int | None = None,
                device=None) -> torch.Tensor:
    r"""Each query sees the keys up to its own position.

    .. math:: M_{ij} = [\, i + o - w < j \le i + o \,]

    Args:
        queries: number of queries, L ≥ 0.
        keys: number of keys, S ≥ 0; L by default.
        offset: the first query's position o among the keys, at least 0: with a cache, how many keys
            came before.
        window: keys that a query sees at most, w ≥ 1; None for all.
        device: of the mask.

    Returns:
        ``(L, S)``, boolean. With the default offset it is the mask of ``is_causal`` in
        :func:`torch.nn.functional.scaled_dot_product_attention`.

    Raises:
        TypeError, ValueError: a number is no integer, or out of range.

    Source: Vaswani et al. (2017), section 3.2.3; the window, Beltagy, Peters and Cohan (2020).
    """
    queries = whole("queries", queries, 0)
    keys = queries if keys is None else whole("keys", keys, 0)
    rows = torch.arange(queries, device=device)[:, None] + whole("offset", offset, 0)
    columns = torch.arange(keys, device=device)
    seen = columns <= rows
    return seen if window is None else seen & (columns > rows - whole("window", window))


def both(mask: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """What a mask of either kind allows and a boolean one, too."""
    return mask & seen if mask.dtype == torch.bool else mask.masked_fill(~seen, -torch.inf)


def padding_mask(lengths: torch.Tensor, keys: int | None = None) -> torch.Tensor:
    """Every query sees the keys within its sequence's length, and no padding.

    Args:
        lengths: of the sequences ``(B,)``, integers of at least 0.
        keys: columns S; the largest length by default.

    Returns:
        ``(B, 1, 1, S)``, boolean: to be broadcast over heads and queries.

    Raises:
        TypeError: ``lengths`` is no tensor of integers.
        ValueError: it is not ``(B,)``, or holds a length that is negative or above ``keys``; or there
            is no length to be seen, and no ``keys``.
    """
    if not isinstance(lengths, torch.Tensor) or lengths.is_floating_point() or lengths.dtype == torch.bool:
        raise TypeError(f"lengths must be a tensor of integers, not {lengths!r}")
    if lengths.dim() != 1:
        raise ValueError(f"lengths must be (B,), not {tuple(lengths.shape)}")
    known = readable(lengths) and len(lengths)
    if keys is None and not known:
        raise ValueError("keys must be given where there is no length to take them from")
    shortest, longest = (int(lengths.min()), int(lengths.max())) if known else (0, 0)
    keys = longest if keys is None else whole("keys", keys)
    if shortest < 0 or longest > keys:
        raise ValueError(f"lengths must be in 0..{keys}, not {shortest}..{longest}")
    return (torch.arange(keys, device=lengths.device) < lengths[:, None])[:, None, None]
