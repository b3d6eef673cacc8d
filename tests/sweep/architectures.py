"""Vision networks, each in a slim size, and their parts."""

from deepgloss import architectures as N

from .entries import Entry, simple

NETWORK = {"scale": 16, "slope": 64}


def maps(channels, size):
    return lambda x, n, length: (x(n, channels, size, size),)


def slim(name):
    return lambda: N.slim(name)


ENTRIES = {
    "slim": Entry(slim("LeNet"), maps(1, 8), **NETWORK),
    "VGG": Entry(slim("VGG"), maps(1, 8), **NETWORK), "GoogLeNet": Entry(slim("GoogLeNet"), maps(1, 8), **NETWORK),
    "ResNet": Entry(slim("ResNet"), maps(1, 8), **NETWORK), "DenseNet": Entry(slim("DenseNet"), maps(1, 8), **NETWORK),
    "MobileNetV1": Entry(slim("MobileNet"), maps(1, 8), **NETWORK),
    "MobileNetV2": Entry(slim("MobileNetV2"), maps(1, 8), **NETWORK),
    "EfficientNet": Entry(slim("EfficientNet"), maps(1, 8), random=True, **NETWORK),
    "SimplifiedLeNet5": Entry(N.SimplifiedLeNet5, maps(1, 32), **NETWORK),
    "LeNet5": Entry(N.LeNet5, maps(1, 32), **NETWORK),
    "Squash": Entry(N.Squash, maps(3, 4)), "squash": Entry(simple(N.squash), maps(3, 4)),
    "TrainableSubsampling": Entry(lambda: N.TrainableSubsampling(3), maps(3, 4)),
    "subsample": Entry(simple(N.subsample), lambda x, n, length: (x(n, 3, 4, 4), x(3), x(3))),
    "TableConv2d": Entry(lambda: N.TableConv2d(3, ((0, 1), (1, 2)), 3), maps(3, 5), scale=1, slope=1),
    "RadialBasisOutput": Entry(lambda: N.RadialBasisOutput(N.digit_bitmaps().flatten(1)), lambda x, n, length: (x(n, 84),)),
    "radial_basis": Entry(simple(N.radial_basis), lambda x, n, length: (x(n, 5), x(3, 5))),
    "lenet5_loss": Entry(simple(N.lenet5_loss), lambda x, n, length: (x.share(n, 4) * 9, x.ids(4, n))),
    "StochasticDepth": Entry(lambda: N.StochasticDepth(0.4), maps(3, 4), random=True),
    "stochastic_depth": Entry(simple(N.stochastic_depth, p=0.4), maps(3, 4), random=True),
}
ENTRIES["DenseLayer"] = Entry(lambda: N.DenseLayer(6, 3), lambda x, n, length: ([x(n, 4, 8, 8), x(n, 2, 8, 8)],), **NETWORK)
ENTRIES |= {
    name: Entry(make, maps(4, 8), **NETWORK) for name, make in (
        ("BasicBlock", lambda: N.BasicBlock(4, 4)), ("Bottleneck", lambda: N.Bottleneck(4, 1)),
        ("PreActBlock", lambda: N.PreActBlock(4, 4)),
        ("DenseBlock", lambda: N.DenseBlock(2, 4, 3)), ("Excitation", lambda: N.Excitation(4, 2)),
        ("ExcitedResidual", lambda: N.ExcitedResidual(4, 8, 4, 3, 1, True, True)),
        ("Inception", lambda: N.Inception(4, 2, 2, 3, 2, 3, 2)), ("InceptionAux", lambda: N.InceptionAux(4, 3)),
        ("InvertedResidual", lambda: N.InvertedResidual(4, 4, 1, 2)), ("MBConv", lambda: N.MBConv(4, 4, 2, 3, 1)),
        ("MobileNetV3", lambda: N.MobileNetV3(((3, 8, 8, True, False, 2), (5, 16, 8, True, True, 1)), 16, num_classes=5,
                                              in_channels=4)),
    )
}
