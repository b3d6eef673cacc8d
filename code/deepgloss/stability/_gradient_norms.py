"""How large the gradient is in each layer of a network."""

from torch import nn

from .._arguments import shown
from ._clip import grad_norm


def gradient_norms(model: nn.Module, norm_type: float = 2.0) -> dict[str, float]:
    """The norm of the gradient in each layer that has one, from the input on.

    Call it after ``backward``. A layer is a module with parameters of its own, weight and bias together; parameters
    that two layers share count in the first.

    Args:
        model: whose modules stand in the order in which they are used, as in :class:`torch.nn.Sequential`.
        norm_type: p > 0, see :func:`grad_norm`.

    Returns:
        For each layer, by its name in the model, the norm of its gradients.

    Raises:
        TypeError: it is no module, or p no number.
        ValueError: no parameter has a gradient, or p is not above 0.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, not {shown(model)}")
    found, seen = {}, set()
    for name, module in model.named_modules():
        held = [p.grad for p in module.parameters(recurse=False) if p.grad is not None and id(p) not in seen]
        seen |= {id(p) for p in module.parameters(recurse=False)}
        if held:
            found[name] = grad_norm(held, norm_type).item()
    if not found:
        raise ValueError("model must have gradients, from a call of backward()")
    return found
