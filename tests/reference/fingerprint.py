"""What two builds of one network must share: names and shapes, initial weights, and the function."""

import hashlib
import zlib

import torch


def structure(model) -> dict:
    """How many parameters and tensors, and a hash of the tensors' names and shapes for each child."""
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "tensors": len(model.state_dict()),
        "parts": {name: names_and_shapes(child) for name, child in children(model)},
    }


def initial(make) -> dict[str, float]:
    """The mean size of each parameter that ``make`` makes from seed 0, summed for each child."""
    torch.manual_seed(0)
    return {name: sum(p.detach().double().abs().mean().item() for p in child.parameters())
            for name, child in children(make())}


def outputs(model, size: int = 64) -> list[list[float]]:
    """The first five logits of two pictures, in evaluation mode and double precision, with the
    weights of :func:`fill`."""
    model = model.double().eval()
    fill(model)
    draws = torch.Generator().manual_seed(1)
    pictures = torch.randn(2, 3, size, size, generator=draws, dtype=torch.float64)
    with torch.no_grad():
        return model(pictures.to(next(model.parameters()).device))[:, :5].tolist()


def children(model) -> list:
    """Names and modules of the children that have tensors."""
    return [(name, child) for name, child in model.named_children() if child.state_dict()]


def names_and_shapes(module) -> str:
    """A hash of every name and shape in a state_dict, in order."""
    return of_names_and_shapes(module.state_dict())


def of_names_and_shapes(tensors) -> str:
    """A hash of every name and shape in a mapping, in order."""
    lines = [f"{name} {tuple(tensor.shape)}" for name, tensor in tensors.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def fill(model) -> None:
    """:func:`fill_tensors` of a state_dict."""
    fill_tensors(model.state_dict())


def fill_tensors(tensors) -> None:
    """Weights drawn from a generator of their own for each name, of a size that keeps signals alive."""
    with torch.no_grad():
        for name, tensor in tensors.items():
            if not tensor.is_floating_point():
                continue
            draws = torch.Generator().manual_seed(zlib.crc32(name.encode()))
            value = torch.randn(tensor.shape, generator=draws, dtype=torch.float64)
            if name.endswith("running_var"):
                value = value.abs() + 0.5
            elif tensor.ndim > 1:
                value *= (2 / tensor[0].numel()) ** 0.5
            else:
                value = 0.1 * value + name.endswith("weight")
            tensor.copy_(value)
