"""Generative models: autoencoders and the codes that they find."""

from .._arguments import check_options
from ._autoencoder import Autoencoder
from ._codecs import conv_decoder, conv_encoder, mlp_decoder, mlp_encoder
from ._contractive import contractive_penalty, sigmoid_contractive_penalty
from ._corruption import gaussian_noise, masking_noise, salt_and_pepper
from ._sparsity import kl_sparsity, l1_sparsity
from ._subspaces import principal_angles

__all__ = [
    "Autoencoder", "contractive_penalty", "conv_decoder", "conv_encoder", "gaussian_noise", "kl_sparsity", "l1_sparsity",
    "masking_noise", "mlp_decoder", "mlp_encoder", "principal_angles", "salt_and_pepper", "sigmoid_contractive_penalty",
]

check_options(globals())
