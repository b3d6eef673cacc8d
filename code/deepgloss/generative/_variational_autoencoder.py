"""The variational autoencoder: codes that are distributions, and a prior to draw from."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from .._arguments import choice, flag, integers, readable, real, whole
from .._precision import widened
from ._arguments import cpu_generator, input_of, module
from ._bounds import Elbo, elbo
from ._densities import bernoulli_log_density, gaussian_log_density, reparameterized

LIKELIHOODS = ("bernoulli", "gaussian")


class VariationalAutoencoder(nn.Module):
    r"""A variational autoencoder, around any encoder and decoder.

    .. math::
        q(z \mid x) = \mathcal N(\mu(x), \operatorname{diag} \sigma^2(x)), \qquad p(z) = \mathcal N(0, I), \qquad
        p(x \mid z) = \operatorname{Bernoulli}(\sigma(g(z))) \ \text{or}\ \mathcal N(g(z), s^2 I)

    ``model(x).loss()`` is what is minimized, see :class:`Elbo`.

    With ``classes`` it is conditional: K more channels of pictures, or K more numbers of rows, tell the encoder the
    label as zeros and a one, and K more numbers of the code tell the decoder.

    Args:
        encoder: from examples (N, C, …) to (N, 2d): means, and logarithms of variances behind them; with classes from
            (N, C + K, …).
        decoder: from codes (N, d) to logits or means of the examples' shape; with classes from (N, d + K).
        latent_size: d.
        likelihood: ``"bernoulli"``, for values in [0, 1], or ``"gaussian"``.
        std: s > 0 of a Gaussian decoder, where it starts if it is learned.
        learn_std: whether s is learned, one number for all.
        classes: K of a conditional one.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range; for an input, the networks do not fit, or
            labels are missing.

    Source: Kingma and Welling (2014); conditional, Sohn, Lee and Yan (2015), with the plain prior in the place of a
    learned one; one learned s, Rybkin, Daniilidis and Levine (2021).
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent_size: int, *, likelihood: str = "bernoulli",
                 std: float = 1.0, learn_std: bool = False, classes: int | None = None) -> None:
        super().__init__()
        self.encoder, self.decoder = module("encoder", encoder), module("decoder", decoder)
        self.latent_size, self.likelihood = whole("latent_size", latent_size), choice("likelihood", likelihood, LIKELIHOODS)
        self.classes = None if classes is None else whole("classes", classes)
        if not real("std", std, 0):
            raise ValueError("std must be above 0, not 0")
        if flag("learn_std", learn_std) and likelihood != "gaussian":
            raise ValueError("learn_std must be False where likelihood is not 'gaussian'")
        log_var = torch.tensor(2 * math.log(std))
        if learn_std:
            self.log_var = nn.Parameter(log_var)
        else:
            self.register_buffer("log_var", log_var)

    def encode(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Means and logarithms of the variances of q(z | x), each (N, d)."""
        x = input_of(self.encoder, "x", x)
        if x.ndim < 2:
            raise ValueError(f"x must have shape (N, C, …), not {tuple(x.shape)}")
        out = self.encoder(self._told(x, labels))
        if out.shape != (len(x), 2 * self.latent_size):
            raise ValueError(f"encoder must give shape {(len(x), 2 * self.latent_size)}, not {tuple(out.shape)}")
        mean, log_var = out.chunk(2, 1)
        return mean, log_var

    def decode(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """The mean of p(x | z), of the examples' shape; (N, d) comes in."""
        out = self._outputs(z, labels)
        return out.sigmoid() if self.likelihood == "bernoulli" else out

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None, generator: torch.Generator | None = None) -> Elbo:
        """The bound of each example from one draw of z, its terms apart; in float32 for half types."""
        mean, log_var = self.encode(x, labels)
        z = reparameterized(mean, log_var, generator)
        return elbo(self._log_density(x, z, labels), widened(mean), widened(log_var))

    def log_weights(self, x: torch.Tensor, draws: int, labels: torch.Tensor | None = None,
                    generator: torch.Generator | None = None) -> torch.Tensor:
        """log p(x | z) + log p(z) − log q(z | x) for several draws of z: (draws, N), for :func:`importance_bound`."""
        count = whole("draws", draws)
        mean, log_var = self.encode(x, labels)
        weights = []
        for _ in range(count):
            z = reparameterized(mean, log_var, generator)
            inner = gaussian_log_density(widened(z), widened(torch.zeros_like(z)), widened(torch.zeros_like(z)))
            inner = inner - gaussian_log_density(widened(z), widened(mean), widened(log_var))
            weights.append(self._log_density(x, z, labels).flatten(1).sum(1) + inner.sum(1))
        return torch.stack(weights)

    def reconstruct(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """What is decoded of the mean code, of the shape of x."""
        return self.decode(self.encode(x, labels)[0], labels)

    def sample(self, count: int, labels: torch.Tensor | None = None, generator: torch.Generator | None = None) -> torch.Tensor:
        """Means of p(x | z) for codes drawn from the prior, on the CPU first: (count, …), without noise around them."""
        z = torch.randn(whole("count", count), self.latent_size, generator=cpu_generator(generator))
        return self.decode(z.to(self.log_var.device, self.log_var.dtype), labels)

    def _outputs(self, z: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        z = input_of(self.decoder, "z", z)
        if z.ndim != 2 or z.shape[1] != self.latent_size:
            raise ValueError(f"z must have shape (N, {self.latent_size}), not {tuple(z.shape)}")
        return self.decoder(self._told(z, labels))

    def _log_density(self, x: torch.Tensor, z: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        """Of each number, of the shape of x."""
        out = self._outputs(z, labels)
        if out.shape != x.shape:
            raise ValueError(f"decoder must give the shape of x, {tuple(x.shape)}, not {tuple(out.shape)}")
        x, out = widened(x), widened(out)
        if self.likelihood == "bernoulli":
            return bernoulli_log_density(x, out)
        return gaussian_log_density(x, out, self.log_var.to(x.dtype))

    def _told(self, x: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        """Inputs with their labels behind them, as zeros and a one each."""
        if self.classes is None:
            if labels is not None:
                raise ValueError("labels must be None where the model has no classes")
            return x
        if labels is None or integers("labels", labels).shape != x.shape[:1]:
            raise ValueError(f"labels must have one class an example, shape ({len(x)},)")
        if len(labels) and readable(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < self.classes:
            raise ValueError(f"labels must be in 0..{self.classes - 1}, not {int(labels.min())}..{int(labels.max())}")
        ones = F.one_hot(labels.to(x.device).long(), self.classes).to(x.dtype)  # (N, K)
        return torch.cat([x, ones.view(*ones.shape, *[1] * (x.ndim - 2)).expand(-1, -1, *x.shape[2:])], 1)
