"""What a training run leaves behind: its numbers, or the error that ended it."""

from dataclasses import dataclass, field


@dataclass
class History:
    """The numbers of a run of :func:`deepgloss.train.fit`.

    Epochs are counted from 1. Two histories are equal where all their numbers are.

    Attributes:
        loss: mean training loss over the examples of each update, before that update.
        lr: learning rate of each update; the first parameter group's, where there are several.
        gradient_norm: Euclidean norm of the whole gradient at each update, before clipping;
            empty without ``clip_norm``.
        val_loss: mean validation loss after each epoch; empty without validation data.
        accuracy: validation accuracy after each epoch, in [0, 1]; empty without validation data
            and where the targets are no labels.
        metric: what ``metric`` gave on the validation data after each epoch.
        epochs: how many epochs were run.
        best_epoch: the epoch with the lowest validation loss, the first of equals; None without
            validation data.
        stopped_early: whether ``patience`` ran out before the epochs did.
    """

    loss: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    metric: list[float] = field(default_factory=list)
    epochs: int = 0
    best_epoch: int | None = None
    stopped_early: bool = False


class NonFiniteError(FloatingPointError):
    """The loss, or the norm of the gradient, became NaN or infinite.

    Attributes:
        epoch: the epoch, from 1.
        update: the update within that epoch, from 1.
        value: what came out: ``nan``, ``inf`` or ``-inf``.
        history: the :class:`History` up to that update, which it does not hold.
    """

    def __init__(self, what: str, value: float, epoch: int, update: int, history: History):
        super().__init__(
            f"the {what} is {value} in epoch {epoch}, update {update}. The parameters are as they "
            "were before this update. A smaller learning rate, a warm-up or clip_norm often helps; "
            "otherwise look for NaN in the inputs and for a logarithm, root or division at zero."
        )
        self.epoch, self.update, self.value, self.history = epoch, update, value, history
