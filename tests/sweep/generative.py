"""Autoencoders, the noise that they take away, and the penalties on their codes."""

from torch import nn

from deepgloss import generative as G

from .entries import Entry, simple


def rows(x, n, length):
    return (x(n, length),)


def shares(x, n, length):
    return (x.share(n, length),)


def pictures(x, n, length):
    return (x(n, 1, 8, 8),)


ENTRIES = {
    "Autoencoder": Entry(lambda: G.Autoencoder(G.mlp_encoder((3, 5), 4, (7,)), G.mlp_decoder((3, 5), 4, (7,), output=nn.Sigmoid)),
                         lambda x, n, length: (x(n, 3, 5),), scale=8, slope=16),
    "Autoencoder, convolutional": Entry(lambda: G.Autoencoder(G.conv_encoder(8, 5, (3, 4)), G.conv_decoder(8, 5, (4, 3))), pictures,
                                        scale=8, slope=32),
    "gaussian_noise": Entry(simple(G.gaussian_noise, std=0.5), rows, zero=True, scale=2, random=True),
    "masking_noise": Entry(simple(G.masking_noise, p=0.4), rows, zero=True, random=True),
    "salt_and_pepper": Entry(simple(G.salt_and_pepper, p=0.4), rows, zero=True, random=True),
    "kl_sparsity": Entry(simple(G.kl_sparsity, rho=0.1), shares, empty=ValueError, zero=ValueError),
    "l1_sparsity": Entry(simple(G.l1_sparsity), rows, empty=ValueError, zero=True),
    "sigmoid_contractive_penalty": Entry(simple(G.sigmoid_contractive_penalty), lambda x, n, length: (x.share(n, 3), x(3, length)),
                                         empty=ValueError),
}
