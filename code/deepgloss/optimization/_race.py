"""How many updates an optimizer needs, with every learning rate of a grid, from several starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional as F
from torch.optim import Optimizer

from .._arguments import generator, real, shown, whole, whole_seed
from .._budget import budget
from ..learning import MLPStack


@dataclass(frozen=True)
class Race:
    """What :func:`race` saw.

    Attributes:
        rates: the learning rates.
        losses: training loss over all examples at each check, (checks, rates, seeds).
        updates: the first check at which it was at most the target, in updates, (rates, seeds); infinite
            where it never was.
        accuracy: share of the test examples that are right at the end, in percent, (rates, seeds).
    """

    rates: tuple[float, ...]
    losses: torch.Tensor
    updates: torch.Tensor
    accuracy: torch.Tensor

    @property
    def best(self) -> int:
        """The place of the rate that needs the fewest updates, as a mean over the seeds.

        Where none reaches the target from every seed, the rate with the lowest loss at the end.
        """
        mean = self.updates.mean(1)
        if mean.isfinite().any():
            return int(mean.argmin())
        return int(self.losses[-1].mean(1).nan_to_num(nan=torch.inf).argmin())


def race(make: Callable[[list[torch.nn.Parameter], float], Optimizer], rates: Sequence[float], *, data,
         sizes: Sequence[int] = (64, 32, 10), seeds: Sequence[int] = (0, 1, 2), batch_size: int | None = None,
         updates: int = 300, every: int = 10, target: float = 0.1) -> Race:
    """Train networks by an optimizer with each rate of a grid, and count updates to a training loss.

    For each rate, the networks of all seeds stand side by side in one
    :class:`deepgloss.learning.MLPStack` and share the optimizer. Its rule must treat each number by itself, as
    all rules of this part do; then each network moves as if it were alone. Every optimizer and every rate gets
    the same starts and the same batches.

    Args:
        make: the optimizer of parameters and a rate: ``lambda params, lr: SGD(params, lr=lr, momentum=0.9)``.
        rates: learning rates, each above 0.
        data: what has ``train_x`` (N, in), ``train_y`` (N), ``test_x`` and ``test_y``, such as
            :func:`deepgloss.data.digits` gives.
        sizes: units of each layer.
        seeds: of the first weights and of the batches.
        batch_size: examples per update, drawn with replacement, others for each seed; None takes all.
        updates: how many; ``DEEPGLOSS_BUDGET`` multiplies them.
        every: updates between two checks of the training loss, the first of which comes before any update.
        target: the training loss to reach, a mean cross-entropy.

    Returns:
        A :class:`Race`, on the CPU.

    Raises:
        TypeError: an argument is of a wrong kind, or ``make`` makes no optimizer.
        ValueError: a number is outside its range, or there is no rate or seed.
    """
    if not callable(make):
        raise TypeError(f"make must be a function, not {shown(make)}")
    rates = tuple(real(f"rates[{k}]", rate, 0) for k, rate in enumerate(rates))
    if not rates:
        raise ValueError("rates must hold at least one learning rate")
    batch_size = None if batch_size is None else whole("batch_size", batch_size)
    updates, every, target = budget(whole("updates", updates)), whole("every", every), real("target", target)
    own = [_run(make, rate, data, MLPStack(sizes, rates=[rate], seeds=seeds), seeds, batch_size, updates, every)
           for rate in rates]
    losses = torch.stack([one for one, _ in own], dim=1)                # (checks, rates, seeds)
    below = losses <= target
    first = torch.where(below.any(0), below.int().argmax(0) * float(every), torch.inf)
    return Race(rates, losses, first, torch.stack([right for _, right in own]))


def _run(make, rate, data, network, seeds, batch_size, updates, every):
    """Losses at the checks (checks, seeds) and test accuracies (seeds) of the networks of one rate."""
    optimizer = make(list(network.parameters()), rate)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"make must make a torch.optim.Optimizer, not {shown(optimizer)}")
    x, y = data.train_x, data.train_y
    draws = [generator(whole_seed(seed), 2) for seed in seeds]
    checks = []
    for update in range(updates + 1):
        if update % every == 0:
            checks.append(network.losses(x, y)[0])
        if update == updates:
            break
        xs, ys = x, y.expand(len(draws), -1)
        if batch_size is not None:
            rows = torch.stack([torch.randint(len(x), (batch_size,), generator=g) for g in draws]).to(x.device)
            xs, ys = x[rows], y[rows]                                   # (seeds, batch, in), (seeds, batch)
        optimizer.zero_grad()
        outputs = network(xs)[0]                                        # (seeds, batch, classes)
        (F.cross_entropy(outputs.flatten(0, 1), ys.flatten(), reduction="sum") / ys.shape[1]).backward()
        optimizer.step()
    return torch.stack(checks).cpu(), 100 * network.accuracy(data.test_x, data.test_y)[0].cpu()
