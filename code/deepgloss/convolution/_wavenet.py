"""WaveNet: dilated causal convolutions that model a signal sample by sample."""

import torch
from torch import nn

from .._arguments import floats, real, shown, whole
from .._precision import widened
from ._conv import conv1d
from ._layers import Conv1d
from ._sizes import receptive_field


class CausalConv1d(Conv1d):
    """A convolution along time whose output never sees what comes later.

    (k − 1) d zeros are added in front and none behind, so that output t depends on the inputs
    t, t − d, …, t − (k − 1) d, and the length stays. Parameters are those of :class:`Conv1d`.

    Args:
        in_channels, out_channels: channels of input and output.
        kernel_size: taps; the last one meets the present.
        dilation: distance between taps.
        bias: add a number to each feature map.
        device, dtype: of the parameters.

    Source: van den Oord et al. (2016), section 2.1.
    """

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, dilation: int = 1,
        bias: bool = True, device=None, dtype=None,
    ):
        super().__init__(in_channels, out_channels, kernel_size, dilation=dilation, bias=bias,
                         device=device, dtype=dtype)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, T)`` to ``(N, out_channels, T)``."""
        reach = (self.kernel_size[0] - 1) * self.dilation[0]
        padded = nn.functional.pad(floats("input", input), (reach, 0))
        return conv1d(padded, self.weight, self.bias, dilation=self.dilation)


class GatedBlock(nn.Module):
    r"""One residual block of a WaveNet.

    .. math:: z = \tanh(W_f * x) \odot \sigma(W_g * x), \qquad
              \text{next} = x + V_r z, \qquad \text{skip} = V_s z

    with dilated causal convolutions :math:`W_f, W_g` and convolutions of one tap
    :math:`V_r, V_s`.

    Args:
        channels: of input and output.
        skip_channels: of what goes past the other blocks to the end.
        dilation: of the causal convolutions.
        kernel_size: their taps.

    Source: van den Oord et al. (2016), equation 2 and figure 4.
    """

    def __init__(self, channels: int, skip_channels: int, dilation: int, kernel_size: int = 2):
        super().__init__()
        channels, skip_channels = whole("channels", channels), whole("skip_channels", skip_channels)
        self.filter_and_gate = CausalConv1d(channels, 2 * channels, kernel_size, dilation)
        self.residual = Conv1d(channels, channels, 1)
        self.skip = Conv1d(channels, skip_channels, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """``(N, channels, T)`` to the next block's input and what is skipped to the end."""
        floats("x", x)
        value, gate = self.filter_and_gate(x).chunk(2, 1)
        z = value.tanh() * gate.sigmoid()
        return x + self.residual(z), self.skip(z)


class WaveNet(nn.Module):
    """A network that gives, for every sample, a distribution over the levels of the next one.

    Samples in [−1, 1] enter as they are and leave as one of ``levels`` equal bins. The original
    has 256 bins of a μ-law scale, for speech, and enters them one-hot.

    Args:
        levels: bins of the output.
        dilations: of the blocks, from the input on; doubling ones by custom.
        channels, skip_channels: width of the blocks, and of the sum of their skips.
        kernel_size: taps of each dilated convolution.

    Attributes:
        receptive_field: how many samples, the present one included, a prediction is made from.

    Source: van den Oord et al. (2016), section 2.
    """

    def __init__(
        self, levels: int, dilations: tuple[int, ...], channels: int = 16,
        skip_channels: int = 32, kernel_size: int = 2,
    ):
        super().__init__()
        self.levels = whole("levels", levels, 2)
        if not isinstance(dilations, (tuple, list, range)):
            raise TypeError(f"dilations must be a tuple of integers, not {shown(dilations)}")
        dilations = [whole(f"dilations[{k}]", dilation) for k, dilation in enumerate(dilations)]
        channels, skip_channels = whole("channels", channels), whole("skip_channels", skip_channels)
        kernel_size = whole("kernel_size", kernel_size)
        if not dilations:
            raise ValueError("dilations must hold at least one dilation")
        self.enter = Conv1d(1, channels, 1)
        self.blocks = nn.ModuleList(
            GatedBlock(channels, skip_channels, dilation, kernel_size) for dilation in dilations
        )
        self.mix = Conv1d(skip_channels, skip_channels, 1)
        self.leave = Conv1d(skip_channels, levels, 1)
        with torch.no_grad():  # the usual start shrinks a signal at every layer; twice that keeps it
            for name, parameter in self.named_parameters():
                if name.endswith("weight"):
                    parameter.mul_(2)
        self.receptive_field = receptive_field([(kernel_size, 1, d) for d in dilations]).size

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Samples ``(N, 1, T)`` to logits ``(N, levels, T)``; those at t are about sample t + 1."""
        x = self.enter(floats("x", x))
        total = 0
        for block in self.blocks:
            x, skip = block(x)
            total = total + skip
        return self.leave(self.mix(total.relu()).relu())

    def quantize(self, x: torch.Tensor) -> torch.Tensor:
        """The bin of each sample, an integer in [0, levels); what lies outside [−1, 1] is clipped."""
        return ((widened(x) + 1) * (self.levels / 2)).long().clamp(0, self.levels - 1)

    def value(self, bins: torch.Tensor) -> torch.Tensor:
        """The middle of each bin."""
        return (bins + 0.5) * (2 / self.levels) - 1

    @torch.no_grad()
    def generate(
        self, start: torch.Tensor, steps: int, generator: torch.Generator | None = None,
        temperature: float = 1.0,
    ) -> torch.Tensor:
        """Continue a signal, one sample drawn after another.

        Args:
            start: ``(N, 1, T)`` with T ≥ 1.
            steps: samples to draw.
            generator: a CPU generator; the global one by default.
            temperature: divides the logits; below 1 the likely becomes likelier.

        Returns:
            ``(N, 1, T + steps)``: the start, then the middles of the bins that were drawn.

        Raises:
            TypeError, ValueError: an argument is out of range.
        """
        if start.ndim != 3 or start.shape[1] != 1 or not start.shape[2]:
            raise ValueError(f"start must be (N, 1, T) with T ≥ 1, not {tuple(start.shape)}")
        temperature = real("temperature", temperature, 1e-6)
        signal = start
        for _ in range(whole("steps", steps)):
            logits = self(signal[:, :, -self.receptive_field:])[:, :, -1]
            shares = (widened(logits) / temperature).softmax(1).cpu()    # draw where the generator is
            drawn = torch.multinomial(shares, 1, generator=generator).to(signal.device)
            signal = torch.cat([signal, self.value(drawn)[:, :, None].to(signal.dtype)], 2)
        return signal
