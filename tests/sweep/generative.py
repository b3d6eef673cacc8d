"""Autoencoders, plain and variational, their penalties, densities and bounds; losses and layers of adversarial networks."""

import torch
from torch import nn

from deepgloss import generative as G

from .entries import Entry, simple


def rows(x, n, length):
    return (x(n, length),)


def shares(x, n, length):
    return (x.share(n, length),)


def pictures(x, n, length):
    return (x(n, 1, 8, 8),)


def two(x, n, length):
    return x(n, length), x(n, length)


def labeled(x, n, length):
    return x.share(n, 5), x.ids(3, n)


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
    "VariationalAutoencoder": Entry(
        lambda: G.VariationalAutoencoder(G.mlp_encoder((8,), 4, (7,)), G.mlp_decoder((5,), 5, (7,), activation=nn.Tanh), 2, classes=3),
        labeled, scale=4, slope=16, half=torch.float32, random=True),
    "VariationalAutoencoder, Gaussian": Entry(
        lambda: G.VariationalAutoencoder(G.conv_encoder(8, 4, (3, 4)), G.conv_decoder(8, 2, (4, 3)), 2, likelihood="gaussian", std=0.7,
                                         learn_std=True), pictures, scale=8, slope=64, half=torch.float32, random=True),
    "bernoulli_log_density": Entry(simple(G.bernoulli_log_density), lambda x, n, length: (x.share(n, length), x(n, length)), zero=True),
    "gaussian_log_density": Entry(simple(G.gaussian_log_density), lambda x, n, length: (x(n, length), x(n, length), x(length)), zero=True),
    "gaussian_kl": Entry(simple(G.gaussian_kl), lambda x, n, length: (x(n, length), x(n, length), x(n, length), x(n, length)), zero=True),
    "reparameterized": Entry(simple(G.reparameterized), two, zero=True, scale=2, slope=2, random=True),
    "elbo": Entry(simple(G.elbo), lambda x, n, length: (x(n, 3, length), x(n, 2), x(n, 2)), zero=True, half=torch.float32),
    "free_bits": Entry(simple(G.free_bits, floor=0.5), shares, empty=ValueError, zero=True),
    "importance_bound": Entry(simple(G.importance_bound), lambda x, n, length: (x(7, n),)),
    "linear_interpolation": Entry(simple(G.linear_interpolation, steps=5), two, empty=None, zero=None),
    "spherical_interpolation": Entry(simple(G.spherical_interpolation, steps=5), two, empty=None, scale=2, slope=4),
    "SpectralNorm": Entry(lambda: G.SpectralNorm(nn.Linear(5, 3)), lambda x, n, length: (x(n, 5),), scale=4, slope=16),
    "SpectralNorm, of a convolution": Entry(lambda: G.SpectralNorm(nn.Conv2d(2, 3, 3)), lambda x, n, length: (x(n, 2, 5, 7),), scale=8, slope=32),
    "discriminator_loss": Entry(simple(G.discriminator_loss), two, empty=ValueError, slope=1),
    "generator_loss": Entry(simple(G.generator_loss), rows, empty=ValueError, slope=1),
    "inception_score": Entry(simple(G.inception_score), rows, empty=ValueError, slope=2),
    "jensen_shannon": Entry(simple(lambda p, q: G.jensen_shannon(p.softmax(0), q.softmax(0))), lambda x, n, length: (x(7), x(7)), empty=None,
                            scale=4, slope=16),
    "optimal_discriminator": Entry(simple(G.optimal_discriminator), lambda x, n, length: (x.share(n, length), x.share(n, length)), zero=True, slope=1),
}
