"""Vision architectures, built as their papers draw them."""

from .._arguments import check_options
from ._blocks import Excitation
from ._densenet import (
    DenseBlock,
    DenseLayer,
    DenseNet,
    densenet121,
    densenet161,
    densenet169,
    densenet201,
)
from ._efficientnet import (
    EfficientNet,
    MBConv,
    efficientnet_b0,
    efficientnet_b1,
    efficientnet_b2,
    efficientnet_b3,
    efficientnet_b4,
    efficientnet_b5,
    efficientnet_b6,
    efficientnet_b7,
)
from ._googlenet import GoogLeNet, GoogLeNetOutputs, Inception, InceptionAux, googlenet
from ._lenet import LeNet5, SimplifiedLeNet5, lenet5_loss
from ._mobilenet import InvertedResidual, MobileNetV1, MobileNetV2, mobilenet_v2
from ._mobilenet_v3 import ExcitedResidual, MobileNetV3, mobilenet_v3_large, mobilenet_v3_small
from ._radial_basis import RadialBasisOutput, digit_bitmaps, radial_basis
from ._resnet import (
    BasicBlock,
    Bottleneck,
    PreActBlock,
    ResNet,
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
)
from ._slim import slim
from ._squash import Squash, squash
from ._stochastic_depth import StochasticDepth, stochastic_depth
from ._subsampling import TrainableSubsampling, subsample
from ._table_conv import C3_TABLE, TableConv2d
from ._vgg import VGG, vgg11, vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, vgg19, vgg19_bn

__all__ = [
    "BasicBlock",
    "Bottleneck",
    "C3_TABLE",
    "DenseBlock",
    "DenseLayer",
    "DenseNet",
    "EfficientNet",
    "Excitation",
    "ExcitedResidual",
    "GoogLeNet",
    "GoogLeNetOutputs",
    "Inception",
    "InceptionAux",
    "InvertedResidual",
    "LeNet5",
    "MBConv",
    "MobileNetV1",
    "MobileNetV2",
    "MobileNetV3",
    "PreActBlock",
    "RadialBasisOutput",
    "ResNet",
    "SimplifiedLeNet5",
    "Squash",
    "StochasticDepth",
    "TableConv2d",
    "TrainableSubsampling",
    "VGG",
    "densenet121",
    "densenet161",
    "densenet169",
    "densenet201",
    "digit_bitmaps",
    "efficientnet_b0",
    "efficientnet_b1",
    "efficientnet_b2",
    "efficientnet_b3",
    "efficientnet_b4",
    "efficientnet_b5",
    "efficientnet_b6",
    "efficientnet_b7",
    "googlenet",
    "lenet5_loss",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "mobilenet_v3_small",
    "radial_basis",
    "resnet101",
    "resnet152",
    "resnet18",
    "resnet34",
    "resnet50",
    "slim",
    "squash",
    "stochastic_depth",
    "subsample",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
]

check_options(globals(), whole_numbers=True)
