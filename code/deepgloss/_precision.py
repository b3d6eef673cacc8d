"""In which precision a function is computed.

float16 and bfloat16 have eleven and eight binary digits, and float16 ends at 65,504. A sum of many
terms, a running sum, a normalizer or a small ε needs more: for half types they are kept in float32,
and only a result is rounded, once, to the type that came in.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps

import torch

HALF_TYPES = (torch.float16, torch.bfloat16)


def widened(x: torch.Tensor) -> torch.Tensor:
    """float16 and bfloat16 as float32; every other type as it is."""
    return x.float() if x.dtype in HALF_TYPES else x


def autocast_type(device: torch.device) -> torch.dtype | None:
    """The type in which autocast wants products on a device; None where it is off."""
    kind = device.type
    if torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind):
        return torch.get_autocast_dtype(kind)
    return None


def product_type(x: torch.Tensor) -> torch.dtype:
    """The type of a product with ``x``: its own, or autocast's, which leaves float64 alone."""
    cast = autocast_type(x.device)
    return x.dtype if cast is None or x.dtype == torch.float64 else cast


def without_autocast(device: torch.device) -> AbstractContextManager:
    """A context in which products keep the type of their factors."""
    return nullcontext() if autocast_type(device) is None else torch.autocast(device.type, enabled=False)


def loss_type(x: torch.Tensor) -> torch.dtype:
    """The type of a loss: that of the predictions, but float32 under autocast, as PyTorch has it."""
    return torch.float32 if x.dtype in HALF_TYPES and autocast_type(x.device) is not None else x.dtype


def rounded_once(function: Callable, *tensors: torch.Tensor | None, autocast: str = "") -> torch.Tensor | tuple:
    """``function(*tensors)``, where half types are computed in float32 and only results are rounded.

    Args:
        function: takes the tensors, and returns one or a tuple of them.
        tensors: the first one says of which type results are; None stays None.
        autocast: ``"product"``: under autocast, the tensors are rounded to its type first, as those
            of a product of matrices. ``"loss"``: under autocast, results stay float32, as those of
            PyTorch's losses do. Else results are of the first tensor's type there, too.
    """
    first, cast = tensors[0], autocast_type(tensors[0].device)
    if cast is None and first.dtype not in HALF_TYPES:
        return function(*tensors)
    if cast is not None and autocast == "product":
        tensors = [None if x is None else x.to(product_type(x)) for x in tensors]
        first = tensors[0]
    kind = loss_type(first) if autocast == "loss" else first.dtype
    with without_autocast(first.device):
        results = function(*(None if x is None else widened(x) for x in tensors))
    if first.dtype not in HALF_TYPES:
        return results
    return tuple(_as(kind, x) for x in results) if isinstance(results, tuple) else _as(kind, results)


def _as(kind: torch.dtype, x):
    """A result in the type that it shall have; integers, and what is no tensor, as they are."""
    return x.to(kind) if isinstance(x, torch.Tensor) and x.is_floating_point() else x


def in_float32(function: Callable | None = None, *, autocast: str = "") -> Callable:
    """Compute a function of half precision in float32, and round its result once.

    A decorator. Where the floating-point tensors among the arguments are all of one half type, they
    are widened; where types are mixed, a loss is computed in the widest of them from the start, and
    any other function is left to promote or to refuse them. Under autocast its products stay in float32.

    Args:
        function: takes tensors and other arguments, and returns a tensor or a tuple of them.
        autocast: see :func:`rounded_once`.
    """
    if function is None:
        return lambda function: in_float32(function, autocast=autocast)

    @wraps(function)
    def wide(*arguments, **options):
        given = [*arguments, *options.values()]
        places = [k for k, x in enumerate(given) if isinstance(x, torch.Tensor) and x.is_floating_point()]
        tensors = [given[k] for k in places]

        def call(*tensors):
            for k, x in zip(places, tensors):
                given[k] = x
            return function(*given[:len(arguments)], **dict(zip(options, given[len(arguments):])))

        if len({x.dtype for x in tensors}) == 1:
            return rounded_once(call, *tensors, autocast=autocast)
        # A loss promotes mixed types anyway: before it rounds, not after.
        return call(*map(widened, tensors)) if autocast == "loss" else function(*arguments, **options)

    return wide
