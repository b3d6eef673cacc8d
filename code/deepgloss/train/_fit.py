"""Mini-batch gradient descent, from the first update to the last checkpoint."""

import math
from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from tqdm.auto import tqdm

from .._quiet import is_quiet
from . import _checkpoint
from ._batches import LoaderBatches, TensorBatches, model_device
from ._check import Parts, check_data, check_loaders, check_model, check_scheduler, check_settings
from ._distributed import Team
from ._evaluate import measures, mode, to_scores, totals
from ._history import History, NonFiniteError
from ._random import generator_states, set_generator_states
from ._single import refuse_single


def fit(model: nn.Module, data, optimizer: torch.optim.Optimizer, *, epochs: int = 10,
        batch_size: int | None = None, loss=nn.functional.cross_entropy, metric=None, scheduler=None,
        schedule_per: str = "epoch", clip_norm: float | None = None, patience: int | None = None,
        checkpoint=None, resume: bool = False, seed: int = 0) -> History:
    r"""Train a model by mini-batch gradient descent.

    One update follows the gradient of the mean loss over a batch :math:`\mathcal{B}`,

    .. math:: g = \nabla_\theta \frac{1}{|\mathcal{B}|} \sum_{i \in \mathcal{B}} \ell_i(\theta),

    and an epoch visits every training example once, in an order that ``seed`` decides, the same
    on every device and for any number of processes. The last batch of an epoch may be smaller.
    After each epoch the validation data are evaluated, in evaluation mode and without gradients.
    The test set is never looked at. The model and the data are used where they are; all modules
    train in training mode and are left in the mode they were in.

    **Several processes.** Under ``torchrun`` the same call splits each batch among the processes
    and wraps the model in ``DistributedDataParallel``, which averages their gradients; each mean
    loss is weighted by its share of the batch, so that batches that do not divide are exact, too:
    with :math:`W` processes and shards :math:`\mathcal{B}_r`,

    .. math:: g = \frac{1}{W} \sum_{r=1}^{W} \nabla_\theta \,
              \frac{W |\mathcal{B}_r|}{|\mathcal{B}|} L_r(\theta).

    The history is that of the whole batches, equal in every process, and the model given holds
    the parameters of one process up to rounding. Dropout draws other masks in each process.
    Batch normalization uses the statistics of its own shard, which must hold enough examples, and
    keeps the running ones of rank 0 (on CUDA, ``torch.nn.SyncBatchNorm.convert_sync_batchnorm``
    removes the difference). Every trainable parameter must take part in the loss.

    **More or less training.** The environment variable ``DEEPGLOSS_BUDGET`` multiplies ``epochs``,
    see :func:`deepgloss.budget`. ``patience`` stays as it is: it tells when a run has converged,
    whatever the budget. A scheduler belongs to the caller, who made it for a number of epochs or
    updates: make it for ``deepgloss.budget(epochs)`` where ``epochs`` is what ``fit`` is given,
    else it ends early (``OneCycleLR`` with an error). A resumed run counts the multiplied epochs, so
    that a larger budget continues a run as larger ``epochs`` do.

    **Loaders.** ``data`` may be a ``torch.utils.data.DataLoader``, or a pair of them for training and
    validation, whose batches are pairs of inputs and targets; they are moved to the model's device.
    A loader has its own batches and its own order: ``batch_size`` and ``seed`` are left out.
    Shuffling draws from the loader's generator, or, without one, from PyTorch's global generator,
    which :func:`deepgloss.seed` seeds; a checkpoint keeps both, so that a resumed run reads on in the
    same order. What worker processes and samplers draw from generators of their own is not kept.
    Several processes take tensors alone.

    Args:
        model: maps inputs ``(B, ...)`` to outputs, such as logits ``(B, classes)``.
        data: has ``train_x`` and ``train_y`` and may have ``val_x`` and ``val_y``, like
            :class:`deepgloss.data.Split`; or is a loader, or a pair of them. Integer targets are labels, and the validation
            accuracy is recorded; other targets make a regression, which has none.
        optimizer: holds the model's parameters.
        epochs: passes over the training set in all, those of a resumed run included; multiplied by
            ``DEEPGLOSS_BUDGET``.
        batch_size: examples per update, over all processes, and per step of the validation; 64 by
            default.
        loss: maps outputs and targets to a scalar, their **mean** over the examples.
        metric: maps outputs and targets to a number, a mean over the examples, which is recorded
            on the validation data.
        scheduler: any of ``torch.optim.lr_scheduler``, made for ``optimizer``;
            ``ReduceLROnPlateau`` receives the validation loss.
        schedule_per: step the scheduler after every ``"epoch"`` or every ``"update"``.
        clip_norm: scale the gradient down to this Euclidean norm where it is longer.
        patience: stop after this many epochs in a row without a lower validation loss. With it,
            the model ends with the weights of the best epoch, however the run ends.
        checkpoint: a file that is written after every epoch, whole or not at all, by rank 0. A link
            is followed. The file ends with a checksum, by which a damaged one is known.
        resume: continue from ``checkpoint`` where that file exists, else start. The run goes on
            bit for bit as if it had never stopped (on the CPU); a finished one returns at once.
            ``epochs`` may be raised. The file's learning rate and schedule count.
        seed: decides the order of the batches; ``DEEPGLOSS_SHIFT`` is added to it. Dropout draws
            from PyTorch's global generator, which :func:`deepgloss.seed` seeds.

    Returns:
        What happened, update by update and epoch by epoch.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: an argument is out of range or does not go with another, the model and the
            data are on different devices, or ``checkpoint`` is of a different run, damaged, or no
            regular file; or a batch would hold a single example, of which batch normalization makes
            nothing.
        OSError: ``checkpoint`` cannot be written, because the disk is full, say.
        NonFiniteError: a :class:`FloatingPointError`; the loss, or with ``clip_norm`` the norm of
            the gradient, is NaN or infinite. The parameters are those before that update and the
            gradients are cleared; running statistics of the model may have seen the batch.
    """
    parts = check_data(data)
    check_model(model, parts, optimizer)
    has_validation = (parts.val_x if isinstance(parts, Parts) else parts.validation) is not None
    check_scheduler(scheduler, schedule_per, optimizer, has_validation)
    settings = check_settings(
        epochs=epochs, batch_size=batch_size, loss=loss, metric=metric, schedule_per=schedule_per,
        clip_norm=clip_norm, patience=patience, checkpoint=checkpoint, resume=resume, seed=seed,
        has_validation=has_validation,
    )
    device = parts.train_x.device if isinstance(parts, Parts) else model_device(model)
    team = Team(device)
    if isinstance(parts, Parts):
        batches = TensorBatches(parts, settings.batch_size, settings.seed)
        team.agree(train_x=len(parts.train_x), val_x=len(parts.val_x) if has_validation else 0, **settings._asdict())
    else:
        check_loaders(team.size, batch_size, seed)
        batches = LoaderBatches(parts, device)
    run = _Run(model, batches, optimizer, loss, metric, scheduler, settings, team, History())
    if not run.restore():
        team.part_streams()
    with mode(model, True):
        run.train()
    if run.best_weights is not None:
        model.load_state_dict(run.best_weights)
    team.join_streams()
    return run.history


@dataclass
class _Run:
    """One training run: what it works on, and how far it has come."""

    model: nn.Module
    batches: TensorBatches | LoaderBatches
    optimizer: torch.optim.Optimizer
    loss: object
    metric: object
    scheduler: LRScheduler | None
    settings: tuple
    team: Team
    history: History
    best_weights: dict | None = None

    def train(self) -> None:
        """Run the epochs that are left."""
        history, epochs = self.history, self.settings.epochs
        if history.epochs >= epochs or history.stopped_early:
            return
        wrapped = self.team.wrap(self.model)
        silent = is_quiet() or self.team.rank > 0
        with tqdm(total=epochs, initial=history.epochs, unit="epoch", disable=silent) as progress:
            while history.epochs < epochs and not history.stopped_early:
                self.epoch(wrapped)
                history.epochs += 1
                self.validate()
                self.save()
                progress.set_postfix(self.latest(), refresh=False)
                progress.update()

    def epoch(self, wrapped: nn.Module) -> None:
        """One pass over the training set."""
        for number, (x, y, share) in enumerate(self.batches.training(self.team), 1):
            self.update(wrapped, x, y, share, number)
            if self.scheduler is not None and self.settings.schedule_per == "update":
                self.scheduler.step()

    def update(self, wrapped, x, y, share: float, number: int) -> None:
        """One step of the optimizer on this process's share of a batch."""
        with refuse_single(self.model, len(x), None if self.history.loss else self.batches.single(self.team)):
            outputs = wrapped(x)
        value = self.loss(outputs, y)
        if not isinstance(value, torch.Tensor) or value.ndim:
            got = tuple(value.shape) if isinstance(value, torch.Tensor) else type(value).__name__
            raise ValueError(f"loss must return a scalar tensor, the batch's mean, not {got}")
        if self.team.size > 1:
            seen = read_later(self.team.add(value.detach() * share))
            # DistributedDataParallel divides the sum of the gradients by the number of processes.
            value = value * (share * self.team.size)
        else:
            seen = read_later(value.detach())
        self.optimizer.zero_grad()
        value.backward()
        # A step on a loss that is not finite destroys the parameters, so the number has to be
        # known before it. It left the device before the backward pass, which goes on meanwhile.
        self.must_be_finite("loss", seen(), number)
        norm = None
        if self.settings.clip_norm is not None:
            held = [tensor for group in self.optimizer.param_groups for tensor in group["params"]]
            norm = nn.utils.clip_grad_norm_(held, self.settings.clip_norm).item()
            self.must_be_finite("norm of the gradient", norm, number)
        lr = float(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.history.loss.append(seen())
        self.history.lr.append(lr)
        if norm is not None:
            self.history.gradient_norm.append(norm)

    def must_be_finite(self, what: str, value: float, number: int) -> None:
        if not math.isfinite(value):
            self.optimizer.zero_grad()
            raise NonFiniteError(what, value, self.history.epochs + 1, number, self.history)

    def validate(self) -> None:
        """Record the validation numbers, step the schedule, decide whether to stop."""
        history, per_epoch = self.history, self.settings.schedule_per == "epoch"
        self.team.share_buffers(self.model)
        if self.batches.has_validation:
            self.score()
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(history.val_loss[-1])
        elif self.scheduler is not None and per_epoch:
            self.scheduler.step()

    def score(self) -> None:
        """Evaluate the validation data, each process its share."""
        history, patience = self.history, self.settings.patience
        sums = totals(self.model, self.batches.validation(self.team), measures(self.loss, self.metric))
        flat = iter(self.team.sums([number for pair in sums for number in pair]))
        scores = to_scores(list(zip(flat, flat)))
        history.val_loss.append(scores.loss)
        if scores.accuracy is not None:
            history.accuracy.append(scores.accuracy)
        if scores.metric is not None:
            history.metric.append(scores.metric)
        best = history.val_loss[history.best_epoch - 1] if history.best_epoch else math.inf
        if scores.loss < best:
            history.best_epoch = history.epochs
            if patience is not None:
                self.best_weights = _checkpoint.copy_weights(self.model)
        elif patience is not None:
            history.stopped_early = history.epochs - (history.best_epoch or 0) >= patience

    def latest(self) -> dict:
        """The newest numbers, for the progress bar."""
        history = self.history
        numbers = {"loss": history.loss, "val_loss": history.val_loss, "accuracy": history.accuracy}
        return {name: f"{values[-1]:.4g}" for name, values in numbers.items() if values}

    def describe(self) -> dict:
        return _checkpoint.describe(
            self.model, self.batches, self.optimizer, self.scheduler, self.loss, self.settings,
            self.team.size,
        )

    def save(self) -> None:
        """Write the checkpoint, if one is asked for."""
        if self.settings.checkpoint is None:
            return
        states = self.team.gather(generator_states(self.team.device))
        self.team.from_first(lambda: _checkpoint.write(self.settings.checkpoint, {
            "setup": self.describe(),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": None if self.scheduler is None else self.scheduler.state_dict(),
            "history": asdict(self.history),
            "best_weights": self.best_weights,
            "order": self.batches.state(),
            "generators": states,
        }))

    def restore(self) -> bool:
        """Continue from the checkpoint, if there is one and it is asked for."""
        settings = self.settings
        if not settings.resume:
            return False
        state = self.team.from_first(lambda: _checkpoint.read(settings.checkpoint))
        if state is None:
            return False
        _checkpoint.compare(settings.checkpoint, state["setup"], self.describe())
        history = History(**state["history"])
        if history.epochs > settings.epochs:
            raise ValueError(
                f"epochs must be at least the {history.epochs} that checkpoint "
                f"{settings.checkpoint} has run, not {settings.epochs}"
            )
        self.history, self.best_weights = history, state["best_weights"]
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state["scheduler"])
        self.batches.set_state(state["order"])
        set_generator_states(state["generators"][self.team.rank], self.team.device)
        return True


def read_later(value: torch.Tensor):
    """Start to copy a number to the host; calling the result waits for that copy alone."""
    if value.device.type != "cuda":
        return value.item
    host = value.to("cpu", non_blocking=True)
    copied = torch.cuda.Event()
    copied.record(torch.cuda.current_stream(value.device))

    def read() -> float:
        copied.synchronize()
        return host.item()

    return read
