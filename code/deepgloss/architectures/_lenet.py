"""LeNet-5 as its figure draws it, and the form in which it is usually rebuilt."""

import torch
from torch import nn

from .._arguments import floats, integers, real
from .._precision import in_float32
from ._radial_basis import RadialBasisOutput, digit_bitmaps
from ._squash import Squash
from ._subsampling import TrainableSubsampling
from ._table_conv import C3_TABLE, TableConv2d


class LeNet5(nn.Module):
    """LeNet-5: 60,000 trainable parameters between a picture and ten distances.

    ===== ============================================================== ============== ==========
    layer what it does                                                   output         parameters
    ===== ============================================================== ============== ==========
    C1    convolution 5 × 5                                              6 × 28 × 28    156
    S2    trainable subsampling by 2                                     6 × 14 × 14    12
    C3    convolution 5 × 5 with a table of connections                  16 × 10 × 10   1,516
    S4    trainable subsampling by 2                                     16 × 5 × 5     32
    C5    convolution 5 × 5                                              120 × 1 × 1    48,120
    F6    linear                                                         84             10,164
    out   squared distances to ten bitmaps of 7 × 12, not trained        10             0
    ===== ============================================================== ============== ==========

    Every layer but the last is followed by :func:`squash`. Weights start uniform in
    ±2.4 / fan-in, biases at 0, subsampling as an average. Trained with :func:`lenet5_loss`; the
    class is the smallest output.

    Departures from the paper: the ten bitmaps are ours, drawn in the same 7 × 12 dots, and
    subsampling starts as an average, not at random.

    Source: LeCun, Bottou, Bengio and Haffner (1998), section II.B and figure 2; the range of the
    weights: appendix A.
    """

    def __init__(self):
        super().__init__()
        layers = {
            "C1": [nn.Conv2d(1, 6, 5)],
            "S2": [TrainableSubsampling(6)],
            "C3": [TableConv2d(6, C3_TABLE, 5)],
            "S4": [TrainableSubsampling(16)],
            "C5": [nn.Conv2d(16, 120, 5)],
            "F6": [nn.Flatten(), nn.Linear(120, 84)],
        }
        for name, parts in layers.items():
            self.add_module(name, nn.Sequential(*parts, Squash()))
        self.output = RadialBasisOutput(digit_bitmaps().flatten(1))
        self.reset_parameters()

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """The 84 numbers of F6 whose distances to the bitmaps count: ``(B, 84)``."""
        for layer in (self.C1, self.S2, self.C3, self.S4, self.C5, self.F6):
            x = layer(x)
        return x

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pictures ``(B, 1, 32, 32)`` to squared distances ``(B, 10)``, the smallest for the class."""
        return self.output(self.features(x))

    def reset_parameters(self) -> None:
        """Draw the weights uniformly from ±2.4 / fan-in; biases start at 0."""
        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                bound = 2.4 / layer.weight[0].numel()
            elif isinstance(layer, TableConv2d):
                bound = 2.4 / layer.fan_in[layer.pairs[:, 0], None, None]
            else:
                continue
            with torch.no_grad():
                layer.weight.uniform_(-1, 1).mul_(bound)
                layer.bias.zero_()


@in_float32(autocast="loss")
def lenet5_loss(
    distances: torch.Tensor, target: torch.Tensor, rubbish: float = 20.0
) -> torch.Tensor:
    r"""The discriminative loss of LeNet-5, the mean over the batch of

    .. math:: \ell = y_t + \log\Big(e^{-j} + \sum_i e^{-y_i}\Big)

    for distances :math:`y` and the class :math:`t`. It is the negative log-probability of the
    class under a softmax of :math:`-y` over the classes and a further one for rubbish, whose
    distance is always :math:`j`: rivals that are farther away are not pushed on.

    Args:
        distances: :math:`y`, ``(B, classes)``, as :class:`LeNet5` gives them.
        target: classes :math:`t`, ``(B,)``, integers.
        rubbish: :math:`j \ge 0`, small beside the distances between codes. The larger it is, the
            less the features are drawn to the code of their class.

    Returns:
        A scalar ≥ 0.

    Raises:
        ValueError: ``distances`` is not ``(B, classes)``, ``target`` not ``(B,)``, or ``rubbish``
            negative.

    Source: LeCun, Bottou, Bengio and Haffner (1998), section II.C.
    """
    rubbish = real("rubbish", rubbish, 0)
    floats("distances", distances), integers("target", target)
    if distances.ndim != 2 or target.shape != distances.shape[:1]:
        raise ValueError(
            f"distances must be (B, classes) and target (B,), not {tuple(distances.shape)} and "
            f"{tuple(target.shape)}"
        )
    with_rubbish = torch.cat([-distances, distances.new_full((len(distances), 1), -rubbish)], 1)
    return nn.functional.cross_entropy(with_rubbish, target)


class SimplifiedLeNet5(nn.Module):
    """LeNet-5 as it is usually rebuilt today: 61,706 parameters from 32 × 32 pixels to logits.

    Max pooling without parameters for subsampling, C3 connected to all six maps, ReLU for the
    scaled tangent, and a linear layer on top, for :func:`torch.nn.functional.cross_entropy`.

    Args:
        classes: number of logits.
    """

    def __init__(self, classes: int = 10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(),
            nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pictures ``(B, 1, 32, 32)`` to logits ``(B, classes)``."""
        return self.classifier(self.features(x))
