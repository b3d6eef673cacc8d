"""The scale and the shift that follow a normalization, as parameters of a layer."""

import torch
from torch import nn

from .._arguments import flag


class Affine(nn.Module):
    """A layer with a weight, which starts at 1, and a bias, which starts at 0; either may be None.

    They have PyTorch's names and shapes, so a ``state_dict`` loads either way.
    """

    def add_parameters(self, shape: int | tuple[int, ...], affine: bool, bias: bool, device, dtype) -> None:
        """Register both; ``bias`` counts only with ``affine``."""
        for name, wanted in (("weight", affine), ("bias", affine and flag("bias", bias))):
            empty = torch.empty(shape, device=device, dtype=dtype) if wanted else None
            self.register_parameter(name, None if empty is None else nn.Parameter(empty))

    def reset_parameters(self) -> None:
        """Weights of 1, biases of 0."""
        if self.weight is not None:
            nn.init.ones_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)
