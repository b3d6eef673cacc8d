"""Each from-scratch operation against PyTorch's own: forward and backward, the same threads."""

from collections.abc import Callable, Iterator
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

import deepgloss as dg

from .measure import heading, ratio, row

# name, budget, and two calls that do the same work
Pair = tuple[str, float, Callable, Callable]


def through(function: Callable, *shape: int) -> Callable:
    """A call that takes a random input of a shape forward and backward."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(dg.device()).requires_grad_()
    gradient = torch.ones_like(function(x))

    def call():
        x.grad = None
        function(x).backward(gradient)
        wait()

    call.result = lambda: function(x)
    return call


def against(function: Callable, target: torch.Tensor, *shape: int) -> Callable:
    """A call that takes a random input forward through a loss, and back from its mean."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(dg.device()).requires_grad_()
    target = target.to(dg.device())

    def call():
        x.grad = None
        function(x, target).backward()
        wait()

    return call


def trained(layer: nn.Module, *shape: int) -> Callable:
    """A call that takes a random sequence through a recurrent layer forward and backward."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(dg.device()).requires_grad_()
    layer = layer.to(dg.device())

    def call():
        layer.zero_grad()
        layer(x)[0].sum().backward()
        wait()

    return call


def step(kind: Callable, count: int, size: int, **options) -> Callable:
    """A call that updates some square matrices once."""
    weights = [torch.randn(size, size, device=dg.device(), requires_grad=True) for _ in range(count)]
    for w in weights:
        w.grad = torch.randn_like(w)
    optimizer = kind(weights, lr=1e-3, **options)

    def call():
        optimizer.step()
        wait()

    return call


def wait() -> None:
    """Let the GPU finish: its calls return before it does."""
    if dg.device().type == "cuda":
        torch.cuda.synchronize()


def with_slope(prelu: Callable) -> Callable:
    """PReLU as a function of one tensor, with a slope that gets a gradient as well."""
    slope = torch.full((1,), 0.25, device=dg.device(), requires_grad=True)
    return lambda x: prelu(x, slope)


def activations() -> Iterator[Pair]:
    """Elementwise functions on a million numbers."""
    for name, ours, theirs in (
        ("sigmoid", dg.activations.sigmoid, torch.sigmoid),
        ("tanh", dg.activations.tanh, torch.tanh),
        ("ReLU", dg.activations.relu, F.relu),
        ("Leaky ReLU", dg.activations.leaky_relu, F.leaky_relu),
        ("PReLU", with_slope(dg.activations.prelu), with_slope(F.prelu)),
        ("ELU", dg.activations.elu, F.elu),
        ("SELU", dg.activations.selu, F.selu),
        ("softplus", dg.activations.softplus, F.softplus),
        ("SiLU", dg.activations.silu, F.silu),
        ("GELU", dg.activations.gelu, F.gelu),
        ("GELU by tanh", partial(dg.activations.gelu, approximate="tanh"), partial(F.gelu, approximate="tanh")),
    ):
        # Ours keeps digits far below zero, where PyTorch's fused kernel cancels, and takes several passes.
        budget = 4.0 if name == "GELU" else 1.5
        yield f"{name}, 1,000,000 numbers", budget, through(ours, 1000, 1000), through(theirs, 1000, 1000)


def rows() -> Iterator[Pair]:
    """Functions along the last dimension of a million numbers, in long and in short rows."""
    for name, ours, theirs in (
        ("softmax", dg.activations.softmax, torch.softmax),
        ("log-softmax", dg.activations.log_softmax, torch.log_softmax),
        ("log-sum-exp", dg.activations.logsumexp, torch.logsumexp),
    ):
        for shape in ((1000, 1000), (100_000, 10)):
            pair = (through(partial(function, dim=-1), *shape) for function in (ours, theirs))
            yield f"{name}, {shape[0]:,} × {shape[1]:,}", 1.5, *pair


def losses() -> Iterator[Pair]:
    """Mean losses of a million numbers."""
    for name, shape, target, ours, theirs in (
        ("cross-entropy", (1000, 1000), torch.arange(1000), dg.losses.cross_entropy,
         F.cross_entropy),
        ("cross-entropy", (100_000, 10), torch.arange(100_000) % 10, dg.losses.cross_entropy,
         F.cross_entropy),
        ("cross-entropy with probabilities", (1000, 1000), torch.full((1000, 1000), 1e-3),
         dg.losses.cross_entropy, F.cross_entropy),
        ("binary cross-entropy", (1000, 1000), torch.full((1000, 1000), 0.3),
         dg.losses.binary_cross_entropy_with_logits, F.binary_cross_entropy_with_logits),
        *((name, (1000, 1000), torch.zeros(1000, 1000), ours, theirs) for name, ours, theirs in (
            ("squared error", dg.losses.mse_loss, F.mse_loss),
            ("absolute error", dg.losses.l1_loss, F.l1_loss),
            ("Huber", dg.losses.huber_loss, F.huber_loss),
            ("smooth absolute error", dg.losses.smooth_l1_loss, F.smooth_l1_loss),
        )),
        ("hinge", (1000, 1000), torch.ones(1000, 1000), dg.losses.hinge_loss,
         lambda y, t: F.margin_ranking_loss(y, torch.zeros_like(y), t, margin=1.0)),
        ("hinge of several classes", (100_000, 10), torch.arange(100_000) % 10,
         dg.losses.multi_margin_loss, F.multi_margin_loss),
    ):
        pair = (against(function, target, *shape) for function in (ours, theirs))
        yield f"{name}, {shape[0]:,} × {shape[1]:,}", 1.5, *pair


def optimizers() -> Iterator[Pair]:
    """One update, of few large and of many small weights."""
    ours, theirs = dg.optimization, torch.optim
    for kind, options in (
        ("SGD", {}), ("SGD", {"momentum": 0.9}), ("SGD", {"momentum": 0.9, "nesterov": True}), ("Rprop", {}), ("Adagrad", {}),
        ("RMSprop", {}), ("RMSprop", {"momentum": 0.9, "centered": True}), ("Adadelta", {}), ("Adam", {}),
        ("Adam", {"amsgrad": True}), ("AdamW", {}),
    ):
        name = " ".join([kind, *options])
        for count, size in ((4, 512), (200, 32)):
            yield (f"{name}, {count} of {size} × {size}", 1.5, step(getattr(ours, kind), count, size, **options),
                   step(getattr(theirs, kind), count, size, foreach=True, **options))


def linear_layers() -> Iterator[Pair]:
    """Fully connected layers, for a batch of examples and for tokens of sequences, with weights that get gradients."""
    for inputs, outputs, shape in ((64, 256, (512, 64)), (512, 512, (128, 512)), (256, 1024, (8, 64, 256))):
        pair = []
        for layer in (dg.networks.Linear(inputs, outputs), nn.Linear(inputs, outputs)):
            nn.init.constant_(layer.weight, 0.01)
            nn.init.zeros_(layer.bias)
            pair.append(through(layer.to(dg.device()), *shape))
        yield f"fully connected, {inputs:,} to {outputs:,}, {' × '.join(map(str, shape[:-1]))}", 1.5, *pair


def recurrent() -> Iterator[Pair]:
    """Sequences of 50 steps."""
    for name, ours, theirs in (("RNN", dg.sequences.RNN, nn.RNN), ("GRU", dg.sequences.GRU, nn.GRU),
                               ("LSTM", dg.sequences.LSTM, nn.LSTM)):
        for size, options in ((32, {}), (128, {}), (128, {"num_layers": 2, "bidirectional": True})):
            extra = ", 2 layers, both directions" if options else ""
            layers = [kind(size, size, **options) for kind in (ours, theirs)]
            calls = (trained(layer, 50, 32, size) for layer in layers)
            yield f"{name}, {size} units{extra}", 3.0, *calls


def convolutions() -> Iterator[Pair]:
    """Batches of feature maps as networks for digits, photographs, sound and video have them."""
    C = dg.convolution
    for name, shape, weight, ours, theirs, options in (
        ("gray digits", (32, 1, 28, 28), (16, 1, 3, 3), C.conv2d, F.conv2d, {"padding": 1}),
        ("16 to 32 channels", (32, 16, 28, 28), (32, 16, 3, 3), C.conv2d, F.conv2d, {"padding": 1}),
        ("64 to 64 channels", (16, 64, 32, 32), (64, 64, 3, 3), C.conv2d, F.conv2d, {"padding": 1}),
        ("64 to 128, stride 2", (8, 64, 56, 56), (128, 64, 3, 3), C.conv2d, F.conv2d,
         {"padding": 1, "stride": 2}),
        ("7 × 7 on photographs, stride 2", (8, 3, 112, 112), (32, 3, 7, 7), C.conv2d, F.conv2d,
         {"padding": 3, "stride": 2}),
        ("1 × 1, 64 to 256", (16, 64, 28, 28), (256, 64, 1, 1), C.conv2d, F.conv2d, {}),
        ("four groups of 16", (16, 64, 28, 28), (64, 16, 3, 3), C.conv2d, F.conv2d,
         {"padding": 1, "groups": 4}),
        ("depthwise, 64 channels", (16, 64, 28, 28), (64, 1, 3, 3), C.conv2d, F.conv2d,
         {"padding": 1, "groups": 64}),
        ("sound, dilation 8", (16, 32, 1000), (64, 32, 2), C.conv1d, F.conv1d, {"dilation": 8}),
        ("video", (4, 8, 12, 24, 24), (16, 8, 3, 3, 3), C.conv3d, F.conv3d, {"padding": 1}),
    ):
        pair = (through(filtering(function, weight, options), *shape) for function in (ours, theirs))
        yield f"convolution, {name}", 5.0 if name.startswith("depthwise") else 3.0, *pair


def filtering(function: Callable, shape: tuple[int, ...], options: dict) -> Callable:
    """A convolution as a function of one tensor, with filters that get a gradient."""
    draws = torch.Generator().manual_seed(1)
    weight = torch.randn(shape, generator=draws).to(dg.device()).requires_grad_()
    return lambda x: function(x, weight, **options)


def pooling() -> Iterator[Pair]:
    """Pooling of a million numbers: 256 maps of 64 × 64."""
    C = dg.convolution
    for name, ours, theirs, options in (
        ("max pooling", C.max_pool2d, F.max_pool2d, {"kernel_size": 2}),
        ("max pooling", C.max_pool2d, F.max_pool2d, {"kernel_size": 3, "stride": 2, "padding": 1}),
        ("average pooling", C.avg_pool2d, F.avg_pool2d, {"kernel_size": 2}),
        ("average pooling", C.avg_pool2d, F.avg_pool2d,
         {"kernel_size": 3, "stride": 2, "padding": 1}),
        ("adaptive average pooling", C.adaptive_avg_pool2d, F.adaptive_avg_pool2d,
         {"output_size": 8}),
        ("adaptive average pooling", C.adaptive_avg_pool2d, F.adaptive_avg_pool2d,
         {"output_size": 7}),
        ("adaptive max pooling", C.adaptive_max_pool2d, F.adaptive_max_pool2d,
         {"output_size": 7}),
        ("L2 pooling", partial(C.lp_pool2d, p=2.0), partial(F.lp_pool2d, norm_type=2.0),
         {"kernel_size": 2}),
    ):
        pair = (through(partial(function, **options), 8, 32, 64, 64) for function in (ours, theirs))
        yield f"{name}, {' '.join(map(str, options.values()))}", 3.0, *pair


def upsampling() -> Iterator[Pair]:
    """Upsampling by two, of 256 maps of 32 × 32."""
    C = dg.convolution
    for name, ours, theirs in (
        ("nearest neighbor", partial(C.interpolate, scale_factor=2),
         partial(F.interpolate, scale_factor=2)),
        ("bilinear", partial(C.interpolate, scale_factor=2, mode="bilinear"),
         partial(F.interpolate, scale_factor=2, mode="bilinear")),
        ("transposed convolution", spreading(C.conv_transpose2d), spreading(F.conv_transpose2d)),
        ("pixel shuffle", partial(C.pixel_shuffle, upscale_factor=2),
         partial(F.pixel_shuffle, upscale_factor=2)),
    ):
        pair = (through(function, 8, 32, 32, 32) for function in (ours, theirs))
        yield f"{name} by 2", 3.0, *pair


def spreading(function: Callable) -> Callable:
    """A transposed convolution as a function of one tensor, with a weight that gets a gradient."""
    draws = torch.Generator().manual_seed(1)
    weight = torch.randn(32, 16, 4, 4, generator=draws).to(dg.device()).requires_grad_()
    return lambda x: function(x, weight, stride=2, padding=1)


def attentions() -> Iterator[Pair]:
    """Queries, keys and values in one tensor, as self-attention has them."""
    A, sdpa = dg.attention, F.scaled_dot_product_attention
    for length, batch in ((64, 32), (256, 8), (1024, 2)):
        shape = (3, batch, 4, length, 32)
        for name, budget, ours in (("attention", 3.0, A.attention), ("attention in blocks", 1.5, A.tiled_attention)):
            for causal in (False, True):
                pair = (through(lambda x, f=f: f(*x.unbind()), *shape)
                        for f in (partial(ours, causal=causal), partial(sdpa, is_causal=causal)))
                yield f"{'causal ' * causal}{name}, {length} tokens", budget, *pair
    theirs = nn.MultiheadAttention(128, 4, batch_first=True).to(dg.device())
    ours = A.MultiHeadAttention(128, 4).to(dg.device())
    ours.load_state_dict(theirs.state_dict())
    for name, options, budget in (("", {}, 1.1), (" with weights", {"need_weights": True}, 3.0)):
        yield (f"multi-head attention{name}, 128 tokens", budget,
               through(lambda x, options=options: first(ours(x, **options)), 8, 128, 128),
               through(lambda x: first(theirs(x, x, x, need_weights=False)), 8, 128, 128))


def first(outputs) -> torch.Tensor:
    """The means, where weights may come with them."""
    return outputs[0] if isinstance(outputs, tuple) else outputs


def normalizations() -> Iterator[Pair]:
    """Layers in training, with weights that get gradients."""
    # PyTorch's kernels pass over the numbers once or twice; ours take each operation by itself, six passes forward and
    # eight to ten back, and some 0.25 ms a call in Python. Measured in CPU time, one thread of a busy machine, the least
    # of nine: 4.4, 1.6, 1.3, 3.8, 0.5, 1.3 to 2.9, and 1.2 to 2.1, in this order.
    for name, size, shape, budget in (
        ("BatchNorm1d", (256,), (512, 256), 5.0), ("BatchNorm2d", (64,), (16, 64, 28, 28), 3.0),
        ("BatchNorm3d", (8,), (4, 8, 12, 24, 24), 1.5), ("LayerNorm", (256,), (8, 128, 256), 4.0),
        ("RMSNorm", (256,), (8, 128, 256), 1.5), ("GroupNorm", (8, 64), (16, 64, 28, 28), 3.0),
        ("InstanceNorm2d", (64,), (16, 64, 28, 28), 3.0),
    ):
        pair = (through(getattr(room, name)(*size).to(dg.device()), *shape) for room in (dg.stability, nn))
        yield f"{name}, {' × '.join(map(str, shape))}", budget, *pair


GROUPS = (activations, rows, losses, optimizers, linear_layers, normalizations, convolutions, pooling, upsampling, recurrent, attentions)


def main() -> None:
    """Print the table."""
    heading(f"from-scratch operation ({dg.device()}, {torch.get_num_threads()} threads)",
            "ours, ms", "× PyTorch", "budget")
    for group in GROUPS:
        for name, budget, ours, theirs in group():
            times, seconds = ratio(ours, theirs)
            row(name, f"{1000 * seconds:.2f}", f"{times:.2f}", f"{budget:.1f}", over=times > budget)
