"""The Jacobian of each layer of a network, and their products."""

import torch
from torch import nn

from .._arguments import floats, shown


def layer_jacobians(layers: nn.Sequential, x: torch.Tensor) -> list[torch.Tensor]:
    r"""The Jacobian of each layer at the point that an input reaches there.

    .. math:: J_k = \frac{\partial h_k}{\partial h_{k-1}}, \qquad h_0 = x, \quad h_k = f_k(h_{k-1})

    Their singular values, :func:`torch.linalg.svdvals`, say how much the layer stretches a gradient on its way back.

    Args:
        layers: f₁ … f_L, in evaluation mode or without layers that draw or look at a batch.
        x: one input, without a batch axis.

    Returns:
        For each layer a matrix, (numbers after it, numbers before it).

    Raises:
        TypeError: ``layers`` is no :class:`torch.nn.Sequential`, or ``x`` no tensor of floating-point numbers.
        ValueError: there is no layer.

    Source: Pascanu, Mikolov and Bengio (2013), equation 5, for a recurrent network.
    """
    if not isinstance(layers, nn.Sequential):
        raise TypeError(f"layers must be a torch.nn.Sequential, not {shown(layers)}")
    if not len(layers):
        raise ValueError("layers must hold at least one layer")
    jacobians, h = [], floats("x", x).detach()
    for layer in layers:
        matrix = torch.autograd.functional.jacobian(layer, h)
        jacobians.append(matrix.reshape(-1, h.numel()))
        h = layer(h).detach()
    return jacobians


def jacobian_products(jacobians: list[torch.Tensor]) -> list[torch.Tensor]:
    r"""What a gradient at the output is multiplied by on its way to each layer.

    .. math:: \frac{\partial h_L}{\partial h_k} = J_L \, J_{L-1} \cdots J_{k+1}, \qquad k = 0 \ldots L - 1

    Args:
        jacobians: J₁ … J_L, matrices (…, n_k, n_{k−1}), such as :func:`layer_jacobians` gives.

    Returns:
        The products for k = 0 … L−1. The first is the Jacobian of the whole network, the last is J_L.

    Raises:
        TypeError: one of them is no tensor.
        ValueError: there is none, or two neighbors do not fit.
    """
    matrices = list(jacobians) if isinstance(jacobians, (list, tuple)) else jacobians
    if not isinstance(matrices, list) or not all(isinstance(j, torch.Tensor) and j.ndim >= 2 for j in matrices):
        raise TypeError(f"jacobians must be a list of matrices, not {shown(jacobians)}")
    if not matrices:
        raise ValueError("jacobians must hold at least one matrix")
    products = [matrices[-1]]
    for k in reversed(range(len(matrices) - 1)):
        if matrices[k].shape[-2] != products[-1].shape[-1]:
            raise ValueError(f"jacobians[{k}] must have {products[-1].shape[-1]} rows as the next has columns, "
                             f"not shape {tuple(matrices[k].shape)}")
        products.append(products[-1] @ matrices[k])
    return products[::-1]
