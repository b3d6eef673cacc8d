"""One round of the game: the discriminator learns, then the generator."""

from typing import NamedTuple

import torch
from torch import nn

from .._arguments import choice, real, shown, whole
from ._arguments import cpu_generator, examples, input_of, module
from ._gan_losses import GENERATOR_LOSSES, discriminator_loss, generator_loss
from ._gradient_penalty import gradient_penalty


class GanStep(NamedTuple):
    """What :func:`gan_step` measured.

    Attributes:
        discriminator: its loss at the last of its updates, with the penalty, ().
        generator: the generator's loss, ().
        real: the discriminator's mean logit for data at the last of its updates, ().
        fake: that for samples, ().
    """

    discriminator: torch.Tensor
    generator: torch.Tensor
    real: torch.Tensor
    fake: torch.Tensor


def gan_step(generator: nn.Module, discriminator: nn.Module, batches, generator_optimizer: torch.optim.Optimizer,
             discriminator_optimizer: torch.optim.Optimizer, noise_size: int, *, loss: str = "non-saturating",
             penalty: float = 0.0, draws: torch.Generator | None = None) -> GanStep:
    r"""One update of the discriminator for each batch, and then one of the generator.

    Each time, as many samples are made of fresh noise as there are data in the batch. The samples that the discriminator
    learns from carry no gradient to the generator; while the generator learns, the discriminator's parameters ask for
    none. Both are used in the mode that they are in.

    Args:
        generator: G, from noise (N, d) to samples.
        discriminator: D, from data or samples to one logit each.
        batches: one batch of data (N, …), or a list of k of them, for k updates of the discriminator.
        generator_optimizer, discriminator_optimizer: each holds the parameters of its network alone.
        noise_size: d.
        loss: the generator's, one of :func:`generator_loss`; the discriminator's goes with it.
        penalty: weight of :func:`gradient_penalty` in the discriminator's loss, at least 0.
        draws: a CPU generator for the noise; the global one by default.

    Returns:
        The losses and mean logits, without gradients.

    Raises:
        TypeError: an argument is of a wrong kind, or a batch's type is not that of the discriminator's weights.
        ValueError: one is out of range, an optimizer holds parameters of the other network, or none of its own, or samples
            have another shape than data.

    Source: Goodfellow and others (2014), algorithm 1; with a penalty, Gulrajani and others (2017), algorithm 1.
    """
    module("generator", generator)
    module("discriminator", discriminator)
    batches = [batches] if isinstance(batches, torch.Tensor) else batches
    if not isinstance(batches, (list, tuple)) or not batches:
        raise TypeError(f"batches must be a tensor, or several in a list, not {shown(batches)}")
    for k, batch in enumerate(batches):
        input_of(discriminator, f"batches[{k}]", examples(f"batches[{k}]", batch))
    _belongs("generator_optimizer", generator_optimizer, generator, discriminator)
    _belongs("discriminator_optimizer", discriminator_optimizer, discriminator, generator)
    d, loss, penalty = whole("noise_size", noise_size), choice("loss", loss, GENERATOR_LOSSES), real("penalty", penalty, 0)
    cpu_generator(draws, "draws")
    theirs = loss if loss in ("hinge", "wasserstein") else "minimax"
    for batch in batches:
        with torch.no_grad():
            samples = generator(_noise(batch, d, draws))
        if samples.shape != batch.shape:
            raise ValueError(f"generator must make samples of the batch's shape, {tuple(batch.shape)}, not {tuple(samples.shape)}")
        logits, fakes = discriminator(batch), discriminator(samples)
        value = discriminator_loss(logits, fakes, theirs)
        if penalty:
            value = value + penalty * gradient_penalty(discriminator, batch, samples, generator=draws)
        _update(discriminator_optimizer, value)
    learning = [p for p in discriminator.parameters() if p.requires_grad]
    try:
        for p in learning:
            p.requires_grad_(False)
        fooled = generator_loss(discriminator(generator(_noise(batches[-1], d, draws))), loss)
        _update(generator_optimizer, fooled)
    finally:
        for p in learning:
            p.requires_grad_()
    return GanStep(*(x.detach() for x in (value, fooled, logits.mean(), fakes.mean())))


def _noise(batch: torch.Tensor, d: int, draws: torch.Generator | None) -> torch.Tensor:
    return torch.randn(len(batch), d, generator=draws).to(batch.device, batch.dtype)


def _update(optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _belongs(name: str, optimizer, own: nn.Module, other: nn.Module) -> None:
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError(f"{name} must be a torch.optim.Optimizer, not {shown(optimizer)}")
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    if not held & {id(p) for p in own.parameters()} or held & {id(p) for p in other.parameters()}:
        raise ValueError(f"{name} must hold parameters of its own network and none of the other")
