"""Batches of one example, of which batch normalization makes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


@contextmanager
def refuse_single(model: nn.Module, examples: int, batches: str | None) -> Iterator[None]:
    """Look, while the model runs on a first batch, whether one example is enough for each normalization.

    Batch normalization in training needs two values of a channel at least: several examples, or an
    example with several places. An epoch whose last batch is a single example would end in an error,
    after updates that cannot be taken back.

    Args:
        model: runs inside the context.
        examples: how many the first batch holds.
        batches: how batches of one example come about, in words; None where there are none.

    Raises:
        ValueError: a single example is not enough; before the first update.
    """
    names = {module: name for name, module in model.named_modules()
             if isinstance(module, _BatchNorm) and not isinstance(module, nn.SyncBatchNorm)}

    def look(module, inputs):
        shape = inputs[0].shape
        # A frozen layer asks for no batch, and a model may lay the places of an example along the first axis.
        needs = module.training or module.running_mean is None
        if needs and shape[0] <= examples and shape[2:].numel() == 1:
            raise ValueError(f"batch_size must leave no batch of a single example, of which {names[module]!r}, a batch "
                             f"normalization, has one value a channel and no variance; {batches}")

    hooks = [module.register_forward_pre_hook(look) for module in names] if batches else []
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
