"""A model and its optimizer that are as they were, whatever is done to them in between."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.optim import Optimizer


@contextmanager
def restored(model: nn.Module, optimizer: Optimizer | None = None) -> Iterator[None]:
    """Put everything back at the end, after an error, too: the very tensors, with their numbers.

    Parameters, their gradients, buffers (those that are not saved as well), training or evaluation mode,
    the optimizer's state and groups, and PyTorch's generators on the CPU and the model's device.
    """
    modules = list(model.modules())
    held = [*model.parameters(), *(w for group in optimizer.param_groups for w in group["params"])] if optimizer else [
        *model.parameters()]
    # Gradients are kept, not copied: `zero_grad` lets go of them, and `backward` then makes new ones.
    parameters = {w: (w.detach().clone(), w.grad) for w in held}
    buffers = [(dict(module._buffers), {name: x.clone() for name, x in module._buffers.items() if x is not None})
               for module in modules]
    modes = [module.training for module in modules]
    if optimizer:
        state = {w: copy.deepcopy(kept) for w, kept in optimizer.state.items()}
        groups = [copy.deepcopy({name: value for name, value in group.items() if name != "params"})
                  for group in optimizer.param_groups]
    # Apple's GPUs have a generator that cannot be set aside like the others.
    kinds = {w.device for w in held if w.device.type not in ("cpu", "mps", "meta")}
    kind = next(iter(kinds)).type if kinds else "cuda"
    try:
        with torch.random.fork_rng(devices=list(kinds), device_type=kind):
            yield
    finally:
        with torch.no_grad():
            for w, (value, grad) in parameters.items():
                w.copy_(value)
                w.grad = grad
            for module, (tensors, values) in zip(modules, buffers):
                for name, value in values.items():
                    tensors[name].copy_(value)
                module._buffers.clear()
                module._buffers.update(tensors)
        for module, mode in zip(modules, modes):
            module.training = mode
        if optimizer:
            optimizer.state.clear()
            optimizer.state.update(state)
            for group, kept in zip(optimizer.param_groups, groups):
                for name in group.keys() - kept.keys() - {"params"}:
                    del group[name]
                group.update(kept)
