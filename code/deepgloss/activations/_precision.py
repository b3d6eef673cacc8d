"""In which precision a function is computed."""

from collections.abc import Callable

import torch

HALF_TYPES = (torch.float16, torch.bfloat16)


def widened(x: torch.Tensor) -> torch.Tensor:
    """float16 and bfloat16 as float32; every other type as it is."""
    return x.float() if x.dtype in HALF_TYPES else x


def rounded_once(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor
) -> torch.Tensor:
    """``function(x)``, where half types are computed in float32 and only the result is rounded."""
    return function(widened(x)).to(x.dtype)
