"""The autoencoder: an encoder, a decoder, and nothing else."""

import torch
from torch import nn

from ._arguments import input_of, module


class Autoencoder(nn.Module):
    r"""An encoder and a decoder, trained to give back what came in.

    .. math:: z = f(x), \qquad \hat x = g(z)

    The input is its own target: ``deepgloss.losses.mse_loss(model(x), x)``. A denoising one sees
    ``model(corrupted)`` and has the clean x as its target.

    Args:
        encoder: f, from examples (N, …) to codes, such as that of :func:`mlp_encoder` or :func:`conv_encoder`.
        decoder: g, from codes to examples.

    Raises:
        TypeError: one of them is no module; for an input, it is no tensor of floating-point
            numbers, or of another type than the weights.
        ValueError: an input has no axis of examples, or the decoder gives another shape.

    Source: Hinton and Salakhutdinov (2006); Goodfellow, Bengio and Courville (2016), chapter 14.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder, self.decoder = module("encoder", encoder), module("decoder", decoder)

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """Codes of examples."""
        if input_of(self.encoder, "x", x).ndim < 2:
            raise ValueError(f"x must have shape (N, …), the first axis counting examples, not {tuple(x.shape)}")
        return self.encoder(x)

    def decode(self, code: torch.Tensor) -> torch.Tensor:
        """Examples from codes."""
        return self.decoder(input_of(self.decoder, "code", code))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Reconstructions, of the shape of x."""
        out = self.decode(self.encode(x))
        if out.shape != x.shape:
            raise ValueError(f"decoder must give the shape of x, {tuple(x.shape)}, not {tuple(out.shape)}")
        return out
