"""Parts of a trained network that stay as they are, and parts that go on learning, each at its own rate."""

from collections.abc import Sequence

from torch import nn

from .._arguments import real, shown


def freeze(module: nn.Module) -> int:
    """Let no parameter of a module learn; how many numbers that are.

    Batch normalization's running statistics still move in training mode: call ``module.eval()`` as well where they
    shall stay.

    Raises:
        TypeError: it is no module.
    """
    return _set(module, False)


def unfreeze(module: nn.Module) -> int:
    """Let all parameters of a module learn; how many numbers that are.

    Raises:
        TypeError: it is no module.
    """
    return _set(module, True)


def parameter_groups(blocks: Sequence[nn.Module], lr: float, factor: float = 1 / 2.6) -> list[dict]:
    r"""Groups for an optimizer whose learning rates fall from the output to the input.

    .. math:: \eta_l = \eta \, f^{\,L - l}, \qquad l = 1 \ldots L

    What earlier layers have learned is of more general use, and shall change less. Frozen parameters are left out, but
    their block counts for the rates of the others.

    Args:
        blocks: the parts of the network, from the input to the output.
        lr: η > 0, of the last.
        factor: f in (0, 1], from each block to the one before.

    Returns:
        For each block that learns a dictionary with ``params`` and ``lr``, from the input on.

    Raises:
        TypeError: a block is no module, or a number is none.
        ValueError: a number is out of range, a parameter is in two blocks, or none learns.

    Source: Howard and Ruder (2018), section 3.2, with f = 1/2.6.
    """
    lr, factor = real("lr", lr, 0), real("factor", factor, 0, 1)
    if not lr or not factor:
        raise ValueError(f"lr and factor must be above 0, not {lr:g} and {factor:g}")
    if isinstance(blocks, nn.Module) and not isinstance(blocks, (nn.Sequential, nn.ModuleList)):
        raise TypeError("blocks must be a sequence of modules, not one of them")
    blocks, groups, seen = list(blocks), [], set()
    for k, block in enumerate(blocks):
        if not isinstance(block, nn.Module):
            raise TypeError(f"blocks[{k}] must be a torch.nn.Module, not {shown(block)}")
        held = [p for p in block.parameters() if p.requires_grad]
        if seen & {id(p) for p in held}:
            raise ValueError(f"blocks[{k}] must not have a parameter of an earlier block")
        seen |= {id(p) for p in held}
        if held:
            groups.append({"params": held, "lr": lr * factor ** (len(blocks) - 1 - k)})
    if not groups:
        raise ValueError("blocks must have a parameter that learns")
    return groups


def _set(module: nn.Module, learns: bool) -> int:
    if not isinstance(module, nn.Module):
        raise TypeError(f"module must be a torch.nn.Module, not {shown(module)}")
    for p in module.parameters():
        p.requires_grad_(learns)
    return sum(p.numel() for p in module.parameters())
