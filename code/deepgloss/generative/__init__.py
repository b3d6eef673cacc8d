"""Generative models: autoencoders, and the variational ones that have a prior to draw from."""

from .._arguments import check_options
from ._autoencoder import Autoencoder
from ._bounds import Elbo, cyclical_kl_weight, elbo, free_bits, importance_bound, linear_kl_weight
from ._codecs import conv_decoder, conv_encoder, mlp_decoder, mlp_encoder
from ._contractive import contractive_penalty, sigmoid_contractive_penalty
from ._corruption import gaussian_noise, masking_noise, salt_and_pepper
from ._densities import bernoulli_log_density, gaussian_kl, gaussian_log_density, reparameterized
from ._gradient_estimators import GradientDraws, pathwise_gradient, score_function_gradient
from ._interpolation import linear_interpolation, spherical_interpolation
from ._probabilistic_pca import ProbabilisticPCA, probabilistic_pca
from ._sparsity import kl_sparsity, l1_sparsity
from ._subspaces import principal_angles
from ._variational_autoencoder import VariationalAutoencoder

__all__ = [
    "Autoencoder", "Elbo", "GradientDraws", "ProbabilisticPCA", "VariationalAutoencoder", "bernoulli_log_density",
    "contractive_penalty", "conv_decoder", "conv_encoder", "cyclical_kl_weight", "elbo", "free_bits", "gaussian_kl",
    "gaussian_log_density", "gaussian_noise", "importance_bound", "kl_sparsity", "l1_sparsity", "linear_interpolation",
    "linear_kl_weight", "masking_noise", "mlp_decoder", "mlp_encoder", "pathwise_gradient", "principal_angles",
    "probabilistic_pca", "reparameterized", "salt_and_pepper", "score_function_gradient", "sigmoid_contractive_penalty",
    "spherical_interpolation",
]

check_options(globals())
