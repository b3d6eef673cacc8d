"""The losses of the game between a generator and a discriminator, from the discriminator's logits."""

import torch
import torch.nn.functional as F

from .._arguments import choice
from .._precision import in_float32
from ._arguments import examples

DISCRIMINATOR_LOSSES = ("minimax", "hinge", "wasserstein")
GENERATOR_LOSSES = ("minimax", "non-saturating", "hinge", "wasserstein")


def discriminator_loss(real: torch.Tensor, fake: torch.Tensor, kind: str = "minimax") -> torch.Tensor:
    r"""What a discriminator minimizes, from its logits for data and for samples.

    ====================== ===================================================================================
    kind                   loss, with ℓ = logit of "real", D = σ(ℓ)
    ====================== ===================================================================================
    ``"minimax"``          −E log D(x) − E log(1 − D(G(z)))
    ``"hinge"``            E max(0, 1 − ℓ(x)) + E max(0, 1 + ℓ(G(z)))
    ``"wasserstein"``      E ℓ(G(z)) − E ℓ(x), which needs a bound on ℓ's slope
    ====================== ===================================================================================

    The first goes with the generator's minimax and non-saturating losses.

    Args:
        real: logits for data, (N, …).
        fake: logits for samples, (M, …).
        kind: of loss.

    Returns:
        A single number. Logits of ±10⁴ give neither infinity nor NaN.

    Raises:
        TypeError: logits are no tensor of floating-point numbers, or their types differ.
        ValueError: there is no such kind, or no example.

    Source: Goodfellow and others (2014), equation 1; Lim and Ye (2017), hinge; Arjovsky, Chintala and Bottou (2017),
    equation 2.
    """
    examples("real", real)
    if examples("fake", fake).dtype != real.dtype:
        raise TypeError(f"fake must be {real.dtype} as real is, not {fake.dtype}")
    return _judged(real, fake, choice("kind", kind, DISCRIMINATOR_LOSSES))


@in_float32(autocast="loss")
def _judged(real: torch.Tensor, fake: torch.Tensor, kind: str) -> torch.Tensor:
    if kind == "minimax":
        return F.softplus(-real).mean() + F.softplus(fake).mean()
    if kind == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    return fake.mean() - real.mean()


def generator_loss(fake: torch.Tensor, kind: str = "non-saturating") -> torch.Tensor:
    r"""What a generator minimizes, from the discriminator's logits for its samples.

    ====================== ===================================================================================
    kind                   loss, with ℓ = logit of "real", D = σ(ℓ)
    ====================== ===================================================================================
    ``"minimax"``          E log(1 − D(G(z))): saturating, its slope is −D, near 0 for samples found out
    ``"non-saturating"``   −E log D(G(z)), whose slope is D − 1
    ``"hinge"``            −E ℓ(G(z))
    ``"wasserstein"``      −E ℓ(G(z)), the same
    ====================== ===================================================================================

    Args:
        fake: logits for samples, (M, …).
        kind: of loss.

    Returns:
        A single number.

    Raises:
        TypeError: ``fake`` is no tensor of floating-point numbers.
        ValueError: there is no such kind, or no example.

    Source: Goodfellow and others (2014), equation 1 and section 3; Lim and Ye (2017); Arjovsky, Chintala and Bottou (2017).
    """
    return _fooled(examples("fake", fake), choice("kind", kind, GENERATOR_LOSSES))


@in_float32(autocast="loss")
def _fooled(fake: torch.Tensor, kind: str) -> torch.Tensor:
    if kind == "minimax":
        return -F.softplus(fake).mean()
    return F.softplus(-fake).mean() if kind == "non-saturating" else -fake.mean()
