"""Biases that decide, before any training, how long an LSTM remembers."""

import torch
from torch import nn


@torch.no_grad()
def set_forget_bias(lstm: nn.Module, bias: float) -> None:
    r"""Set every forget gate's bias; with inputs and weights near zero, :math:`f = \sigma(b)`.

    An LSTM adds two biases, ``bias_ih`` and ``bias_hh``: the first takes ``bias``, the second 0.

    Args:
        lstm: :class:`LSTM`, :class:`LSTMCell` or PyTorch's own; changed in place.
        bias: the bias; 1 is customary, log T suits a lag of T steps.

    Raises:
        ValueError: ``lstm`` has no biases, or is no LSTM.

    Source: Gers, Schmidhuber and Cummins (2000); Jozefowicz, Zaremba and Sutskever (2015).
    """
    for b_ih, b_hh in _biases(lstm):
        b_ih.chunk(4)[1].fill_(bias)
        b_hh.chunk(4)[1].zero_()


@torch.no_grad()
def chrono_init(lstm: nn.Module, longest: float, generator: torch.Generator | None = None) -> None:
    r"""Spread the memories of the units over all lags up to the longest one expected.

    .. math::
        b_f \sim \log \mathcal{U}(1, T_{\max} - 1), \qquad b_i = -b_f

    so that a unit whose gates hear nothing else forgets at the time scale that it drew.

    Args:
        lstm: :class:`LSTM`, :class:`LSTMCell` or PyTorch's own; changed in place.
        longest: :math:`T_{\max}` > 2, in steps.
        generator: a CPU generator; the global one by default.

    Raises:
        ValueError: ``longest`` is not above 2, ``lstm`` has no biases or is no LSTM.

    Source: Tallec and Ollivier (2018), the chrono initialization.
    """
    if not longest > 2:
        raise ValueError(f"longest must be above 2 steps, not {longest}")
    for b_ih, b_hh in _biases(lstm):
        draws = torch.rand(len(b_ih) // 4, generator=generator, dtype=torch.float64)
        memory = (1 + draws * (longest - 2)).log().to(b_ih)
        for k, bias in ((0, -memory), (1, memory)):
            b_ih.chunk(4)[k].copy_(bias)
            b_hh.chunk(4)[k].zero_()


def _biases(lstm: nn.Module) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The pairs ``(bias_ih, bias_hh)`` of all layers and directions."""
    named = dict(lstm.named_parameters(recurse=False))
    pairs = [(named[name], named[name.replace("_ih", "_hh")]) for name in named if "bias_ih" in name]
    if not pairs or any(len(b) != 4 * lstm.hidden_size for b, _ in pairs):
        raise ValueError(f"lstm must be an LSTM with biases, not {lstm}")
    return pairs
