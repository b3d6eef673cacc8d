"""Generative models: autoencoders, variational ones, adversarial networks, and scores of what they make."""

from .._arguments import check_options
from ._autoencoder import Autoencoder
from ._bounds import Elbo, cyclical_kl_weight, elbo, free_bits, importance_bound, linear_kl_weight
from ._class_scores import class_coverage, inception_score
from ._codecs import conv_decoder, conv_encoder, mlp_decoder, mlp_encoder
from ._contractive import contractive_penalty, sigmoid_contractive_penalty
from ._corruption import gaussian_noise, masking_noise, salt_and_pepper
from ._densities import bernoulli_log_density, gaussian_kl, gaussian_log_density, reparameterized
from ._digit_scorer import DigitScorer, SampleScores
from ._divergences import jensen_shannon, optimal_discriminator
from ._frechet import frechet_bootstrap, frechet_distance, frechet_halves
from ._gan_losses import discriminator_loss, generator_loss
from ._gan_networks import conv_discriminator, conv_generator, mlp_discriminator
from ._gan_step import GanStep, gan_step
from ._gaussian_mixture import GaussianMixture, gaussian_mixture
from ._gaussian_ring import Modes, gaussian_ring, modes_covered
from ._gradient_estimators import GradientDraws, pathwise_gradient, score_function_gradient
from ._gradient_penalty import gradient_penalty
from ._interpolation import linear_interpolation, spherical_interpolation
from ._kernel_distance import kernel_distance
from ._neighbors import Neighbors, PrecisionRecall, nearest_neighbors, precision_recall_by_neighbors
from ._probabilistic_pca import ProbabilisticPCA, probabilistic_pca
from ._sparsity import kl_sparsity, l1_sparsity
from ._spectral_norm import SpectralNorm, power_iteration
from ._subspaces import principal_angles
from ._variational_autoencoder import VariationalAutoencoder
from ._weight_average import WeightAverage

__all__ = [
    "Autoencoder", "DigitScorer", "Elbo", "GanStep", "GaussianMixture", "GradientDraws", "Modes", "Neighbors",
    "PrecisionRecall", "ProbabilisticPCA", "SampleScores", "SpectralNorm", "VariationalAutoencoder", "WeightAverage",
    "bernoulli_log_density", "class_coverage", "contractive_penalty", "conv_decoder", "conv_discriminator",
    "conv_encoder", "conv_generator", "cyclical_kl_weight", "discriminator_loss", "elbo", "frechet_bootstrap",
    "frechet_distance", "frechet_halves", "free_bits", "gan_step", "gaussian_kl", "gaussian_log_density",
    "gaussian_mixture", "gaussian_noise", "gaussian_ring", "generator_loss", "gradient_penalty", "importance_bound",
    "inception_score", "jensen_shannon", "kernel_distance", "kl_sparsity", "l1_sparsity", "linear_interpolation",
    "linear_kl_weight", "masking_noise", "mlp_decoder", "mlp_discriminator", "mlp_encoder", "modes_covered",
    "nearest_neighbors", "optimal_discriminator", "pathwise_gradient", "power_iteration",
    "precision_recall_by_neighbors", "principal_angles", "probabilistic_pca", "reparameterized", "salt_and_pepper",
    "score_function_gradient", "sigmoid_contractive_penalty", "spherical_interpolation",
]

check_options(globals())
