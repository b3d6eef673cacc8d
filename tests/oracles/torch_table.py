"""PyTorch's operators and modules by the package's: where ours takes the same arguments, its name is enough."""

from functools import partial

import torch

from deepgloss import activations as A
from deepgloss import attention as T
from deepgloss import convolution as C
from deepgloss import losses as L
from deepgloss import sequences
from deepgloss import stability as S


def pad(mode, x, pads, _=None, value=None):
    """PyTorch's list of paddings, from the last axis on, as pairs in the order of the axes."""
    pairs = [*zip(pads[::2], pads[1::2])][::-1]
    shift = value or 0
    return C.pad(x - shift, pairs, mode) + shift


def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    return C.im2col(x, kernel_size, stride, padding, dilation)


def interpolate(x, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None,
                antialias=False):
    if recompute_scale_factor:               # the scale gives the size alone
        scales = scale_factor if isinstance(scale_factor, (tuple, list)) else [scale_factor] * (x.ndim - 2)
        size, scale_factor = [int(n * scale) for n, scale in zip(x.shape[2:], scales)], None
    return C.interpolate(x, size, scale_factor, mode, bool(align_corners))


def upsample(mode, align_corners, x, size=None, scale_factor=None):
    return C.interpolate(x, size, scale_factor, mode, align_corners)


def dot_product_attention(q, k, v, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    if enable_gqa:
        k, v = (x.repeat_interleave(q.shape[-3] // x.shape[-3], -3) for x in (k, v))
    return T.attention(q, k, v, attn_mask, causal=is_causal, scale=scale)


def safe_softmax(x, dim):
    return T.masked_softmax(x.movedim(dim, -1)).movedim(-1, dim)


def batch_norm(x, mean, var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    return S.batch_norm(x, weight, bias, *(None, None) if training else (mean, var), eps)


def instance_norm(x, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5):
    return S.instance_norm(x, weight, bias, eps) if use_input_stats else S.batch_norm(
        x, weight, bias, running_mean, running_var, eps)


F = "nn.functional."
FUNCTIONS = {
    **{name: getattr(A, name) for name in ("softmax", "log_softmax", "logsumexp", "sigmoid", "tanh", "logit")},
    **{F + name: getattr(A, name) for name in ("relu", "leaky_relu", "prelu", "elu", "selu", "silu", "gelu", "softplus")},
    **{F + name: getattr(L, name) for name in (
        "cross_entropy", "nll_loss", "mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss", "multi_margin_loss",
        "binary_cross_entropy_with_logits")},
    **{F + name: getattr(C, name) for name in (
        *(f"{kind}{d}d" for kind in ("conv", "conv_transpose", "avg_pool", "max_pool") for d in (1, 2, 3)),
        *(f"adaptive_{kind}_pool{d}d" for kind in ("avg", "max") for d in (1, 2)),
        "max_unpool2d", "pixel_shuffle", "pixel_unshuffle")},
    F + "max_unpool2d|grad": C.max_unpool2d, F + "unfold": unfold, "flatten": C.flatten, "unflatten": C.unflatten,
    **{F + f"interpolate|{mode}": interpolate for mode in ("nearest", "nearest-exact", "linear", "bilinear", "trilinear")},
    F + "upsample_bilinear": partial(upsample, "bilinear", True), F + "upsample_nearest": partial(upsample, "nearest", False),
    **{F + f"pad|{theirs}": partial(pad, ours) for theirs, ours in (
        ("constant", "zeros"), ("reflect", "reflect"), ("replicate", "replicate"), ("circular", "circular"))},
    F + "batch_norm": batch_norm, F + "instance_norm": instance_norm,
    **{F + name: getattr(S, name) for name in ("group_norm", "layer_norm", "rms_norm")},
    F + "scaled_dot_product_attention": dot_product_attention, "torch.ops.aten._safe_softmax.default": safe_softmax,
}

# Samples that ask for what the package does not have: which, of the arguments and options, and what that is.
LACKING = {
    "logit": (lambda x, *eps, **_: eps, "ours has no ε"),
    F + "multi_margin_loss": (lambda x, y, **_: x.ndim == 0 or x.ndim == y.ndim, "an example has classes, a label no axis"),
    F + "avg_pool2d": (lambda x, *sizes, **_: any(isinstance(size, tuple) and len(size) == 1 for size in sizes),
                        "one number in a tuple for two axes"),
    F + "avg_pool3d": (lambda *_, divisor_override=None, **__: (divisor_override or 1) < 0, "a divisor is positive"),
    F + "scaled_dot_product_attention": (lambda *_, dropout_p=0, **__: dropout_p, "draws at random"),
    F + "batch_norm": (lambda x, *_, **__: x.ndim < 2, "channels have an axis"),
    **{F + f"{kind}_norm": (lambda *_, eps=None, **__: (eps or 0) < 0, "an ε is not negative")
       for kind in ("group", "layer", "rms")},
    F + "interpolate|bilinear": (lambda *_, antialias=False, **__: antialias, "no antialiasing"),
    **{F + f"pad|{mode}": (lambda x, pads, *_, **__: min(pads) < 0, "a padding that cuts")
       for mode in ("constant", "reflect", "replicate", "circular")},
}


def heads(embed_dim, num_heads, bias, **_):
    """PyTorch's own samples are one sequence; ours takes batches."""
    ours = T.MultiHeadAttention(embed_dim, num_heads, bias=bias)
    return ours, lambda q, k, v, key_padding_mask=None, attn_mask=None: ours(
        q[None], k[None], v[None], mask=look(attn_mask, key_padding_mask))[0]


def look(mask, padding):
    """Our one mask, True where a query may look, from PyTorch's two, True where it may not."""
    seen = None if mask is None else ~mask if mask.dtype == torch.bool else mask
    if padding is None:
        return seen
    seen = torch.ones((), dtype=torch.bool) if seen is None else seen
    hidden = (padding if padding.dtype == torch.bool else padding == -torch.inf)
    hidden = hidden[..., None, :] if padding.ndim == 1 else hidden[:, None, None]
    return seen & ~hidden if seen.dtype == torch.bool else seen.masked_fill(hidden, -torch.inf)


def layer(kind, d_model, nhead, dim_feedforward, dropout, activation="relu", batch_first=False, norm_first=False, **_):
    """An encoder's or decoder's layer; ``batch_first`` and a missing batch are a matter of axes."""
    activation = activation if isinstance(activation, str) else activation.__name__
    ours = kind(d_model, nhead, dim_feedforward, dropout, activation, norm_first)

    def call(*sequences, **masks):
        alone, first = sequences[0].ndim == 2, batch_first or sequences[0].ndim == 2
        sequences = [x[None] if alone else x if first else x.transpose(0, 1) for x in sequences]
        options = {"mask": look(masks.get("src_mask", masks.get("tgt_mask")),
                                masks.get("src_key_padding_mask", masks.get("tgt_key_padding_mask")))}
        if len(sequences) == 2:
            options |= {"memory_mask": look(masks.get("memory_mask"), masks.get("memory_key_padding_mask")), "causal": False}
        y = ours(*sequences, **options)
        return y[0] if alone else y if first else y.transpose(0, 1)

    return ours, call


def plain(kind):
    """Ours is made and called as PyTorch's."""
    def make(*arguments, **options):
        ours = kind(*arguments, **options)
        return ours, ours
    return make


MODULES = {
    **{f"nn.{name}": plain(getattr(room, name)) for room, names in (
        (A, ("ELU", "GELU", "LeakyReLU", "LogSoftmax", "PReLU", "ReLU", "SELU", "Sigmoid", "SiLU", "Softmax", "Softplus", "Tanh")),
        (L, ("BCEWithLogitsLoss", "CrossEntropyLoss", "HuberLoss", "L1Loss", "MSELoss", "MultiMarginLoss", "NLLLoss", "SmoothL1Loss")),
        (C, (*(f"{kind}{d}d" for kind in ("AvgPool", "Conv", "ConvTranspose", "MaxPool") for d in (1, 2, 3)), "LPPool2d",
             *(f"Adaptive{kind}Pool{d}d" for kind in ("Avg", "Max") for d in (1, 2)))),
        (S, ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d",
             "LayerNorm", "RMSNorm")),
        (sequences, ("GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNCell")),
    ) for name in names},
    "nn.MultiheadAttention": heads,
    "nn.TransformerEncoderLayer": partial(layer, T.EncoderLayer),
    "nn.TransformerDecoderLayer": partial(layer, T.DecoderLayer),
}

LACKING_MODULES = {
    "nn.LPPool2d": (lambda p, *_: p != int(p), "PyTorch has no root of negative numbers, ours the norm"),
    "nn.MultiheadAttention": (lambda *_, add_bias_kv=False, add_zero_attn=False, **__: add_bias_kv or add_zero_attn,
                              "no keys are made up"),
    **{f"nn.Transformer{kind}Layer": (lambda *_, bias=True, **__: not bias, "a layer has its biases")
       for kind in ("Encoder", "Decoder")},
}
