"""ONNX's operators by the package's functions: what each takes from a node's attributes and inputs."""

from functools import partial

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from deepgloss import activations as A
from deepgloss import attention as T
from deepgloss import convolution as C
from deepgloss import losses as L
from deepgloss import optimization, sequences
from deepgloss import stability as S
from deepgloss import vision as V


def elementwise(function, **names):
    """A function of one tensor; ``names`` are our arguments for ONNX's attributes."""
    def call(node, x):
        return function(x, **{ours: node[theirs] for theirs, ours in names.items() if theirs in node})
    return call


def along(function):
    """A function along the axis that the node names."""
    return lambda node, x: function(x, node.get("axis", -1))


def selu(node, x):
    if not node:
        return A.selu(x)
    return node.get("gamma", 1.0507010221481323) * A.elu(x, node.get("alpha", 1.6732631921768188))


def celu(node, x):
    alpha = node.get("alpha", 1.0)
    return (alpha * A.elu(x.float() / alpha)).to(x.dtype)


def swish(node, x):
    return A.silu(node.get("alpha", 1.0) * x) / node.get("alpha", 1.0)


def swiglu(node, gate, value):
    alpha = node.get("alpha", 1.0)
    return A.swiglu(torch.cat([value, alpha * gate], -1)) / alpha


def prelu(node, x, slope):
    """Ours has a slope for each channel; ONNX broadcasts them to the last dimensions."""
    slope = slope.expand(x.shape).flatten()
    return A.prelu(x.reshape(1, -1), slope).view(x.shape)


def logsumexp(node, x, axes=None):
    dims = tuple(range(x.ndim) if axes is None or not len(axes) else axes.tolist())
    return A.logsumexp(x, dims, bool(node.get("keepdims", 1)))


def cross_entropy(node, logits, target, weight=None):
    options = {"weight": weight, "ignore_index": node.get("ignore_index", -100), "reduction": node["reduction"]}
    return L.cross_entropy(logits, target, **options), A.log_softmax(logits, 1)


def nll_loss(node, log_probabilities, target, weight=None):
    return L.nll_loss(log_probabilities, target, weight, ignore_index=node.get("ignore_index", -100),
                      reduction=node["reduction"])


def adam(node, rate, count, *tensors):
    """ONNX adds ε before the second mean's correction, adds the decay to the gradient and takes 0
    updates for a mean that needs no correction."""
    number = len(tensors) // 4
    betas, count = (node["alpha"], node["beta"]), int(count)
    moved = []
    for w, g, m, v in zip(*(tensors[number * k:number * (k + 1)] for k in range(4))):
        w = torch.nn.Parameter(w.clone())
        w.grad = g + node.get("norm_coefficient", 0.0) * w.detach()
        correction = (1 - betas[1] ** count) ** 0.5 if count else 1.0
        optimizer = optimization.Adam([w], float(rate), betas, node.get("epsilon", 1e-6) / correction)
        optimizer.state[w].update(t=count - 1 if count else 10**9, m=m.clone(), v=v.clone())
        optimizer.step()
        state = optimizer.state[w]
        moved.append((w.detach(), state["m"], state["v"]))
    return tuple(t for kind in zip(*moved) for t in kind)


def borders(node, sizes, kernel, stride, dilation):
    """Pairs (before, behind) of the node's padding along each axis."""
    auto = node.get("auto_pad", "NOTSET")
    if auto in ("NOTSET", "VALID"):
        pads = node.get("pads", [0] * 2 * len(sizes))
        return list(zip(pads[:len(sizes)], pads[len(sizes):]))
    pairs = []
    for n, k, s, d in zip(sizes, kernel, stride, dilation):
        total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        small = total // 2
        pairs.append((small, total - small) if auto == "SAME_UPPER" else (total - small, small))
    return pairs


def window(node, x, kernel=None):
    """Kernel, stride, dilation and padding for the axes of ``x``."""
    axes = x.ndim - 2
    kernel = node.get("kernel_shape", kernel)
    stride, dilation = node.get("strides", [1] * axes), node.get("dilations", [1] * axes)
    return kernel, stride, dilation, borders(node, x.shape[2:], kernel, stride, dilation)


def even(pads):
    """Whether each axis has as much before as behind."""
    return all(before == behind for before, behind in pads)


def conv(node, x, weight, bias=None):
    _, stride, dilation, pads = window(node, x, weight.shape[2:])
    function = {1: C.conv1d, 2: C.conv2d, 3: C.conv3d}[x.ndim - 2]
    return function(C.pad(x, pads), weight, bias, stride, 0, dilation, node.get("group", 1))


def conv_transpose(node, x, weight, bias=None):
    """Of the whole sum ONNX cuts what ``pads`` say, or what is beyond the wanted size."""
    axes = x.ndim - 2
    stride, dilation = node.get("strides", [1] * axes), node.get("dilations", [1] * axes)
    extra = node.get("output_padding", [0] * axes)
    function = {1: C.conv_transpose1d, 2: C.conv_transpose2d, 3: C.conv_transpose3d}[axes]
    whole = function(x, weight, None, stride, 0, 0, node.get("group", 1), dilation)
    whole = C.pad(whole, [(0, e) for e in extra])
    wanted = node.get("output_shape")
    if node.get("auto_pad", "NOTSET").startswith("SAME"):
        wanted = [n * s for n, s in zip(x.shape[2:], stride)]
    if wanted is None:
        pads = borders(node, x.shape[2:], None, stride, dilation)
    else:
        surplus = [n - m for n, m in zip(whole.shape[2:], wanted)]
        whole = C.pad(whole, [(0, max(-total, 0)) for total in surplus])
        pads = [(max(total, 0) // 2, max(total, 0) - max(total, 0) // 2) for total in surplus]
    for axis, (before, behind) in enumerate(pads, 2):
        whole = whole.narrow(axis, before, whole.shape[axis] - before - behind)
    return whole if bias is None else whole + bias.view(-1, *[1] * axes)


def max_pool(node, x):
    kernel, stride, dilation, pads = window(node, x)
    function = {1: C.max_pool1d, 2: C.max_pool2d, 3: C.max_pool3d}[x.ndim - 2]
    if even(pads) and max(p for p, _ in pads) <= min(kernel) // 2:
        values, places = function(x, kernel, stride, [p for p, _ in pads], dilation, bool(node.get("ceil_mode")),
                                  return_indices=True)
        maps = x[0, 0].numel()           # ONNX counts places through channels and examples, too
        places = places + maps * torch.arange(x.shape[0] * x.shape[1]).view(*x.shape[:2], *[1] * (x.ndim - 2))
        if node.get("storage_order"):
            rows, columns = x.shape[-2:]
            inside = places % maps
            places = places - inside + inside % columns * rows + inside // columns
        return values, places
    low = F.pad(x, [p for pair in reversed(pads) for p in pair], value=-torch.inf)
    return (function(low, kernel, stride, 0, dilation, bool(node.get("ceil_mode"))),)


def avg_pool(node, x):
    kernel, stride, _, pads = window(node, x)
    function = {1: C.avg_pool1d, 2: C.avg_pool2d, 3: C.avg_pool3d}[x.ndim - 2]
    ceil, included = bool(node.get("ceil_mode")), bool(node.get("count_include_pad"))
    if even(pads) and max(p for p, _ in pads) <= min(kernel) // 2:
        return function(x, kernel, stride, [p for p, _ in pads], ceil, included)
    wide = C.pad(x, pads)
    if included:
        return function(wide, kernel, stride, 0, ceil)
    return (function(wide, kernel, stride, 0, ceil)
            / function(C.pad(torch.ones_like(x), pads), kernel, stride, 0, ceil))


def lp_pool(node, x):
    kernel, stride, _, pads = window(node, x)
    wide = C.pad(x, pads)
    if x.ndim == 3:
        return C.lp_pool2d(wide[:, :, None], node.get("p", 2), [1, *kernel], [1, *stride])[:, :, 0]
    return C.lp_pool2d(wide, node.get("p", 2), kernel, stride)


def max_unpool(node, x, places, output=None):
    kernel, stride, _, _ = window(node, x)
    plain = [(n - 1) * s + k for n, s, k in zip(x.shape[2:], stride, kernel)]
    if output is None:
        return C.max_unpool2d(x, places, kernel, stride)
    whole = C.max_unpool2d(x, places, kernel, stride, 0, plain)          # places count through the plain size
    return C.pad(whole, [(0, m - n) for m, n in zip(output[2:].tolist(), plain)])


def flatten(node, x):
    axis = node.get("axis", 1) % x.ndim if node.get("axis", 1) != x.ndim else x.ndim
    front = C.flatten(x, 0, axis - 1) if axis else x[None]
    return C.flatten(front, 1) if axis < x.ndim else front[:, None]


def col2im(node, x, image, block):
    axes = len(image)
    pads = node.get("pads", [0] * 2 * axes)
    return C.col2im(x, image.tolist(), block.tolist(), node.get("strides", 1), pads[:axes], node.get("dilations", 1))


def depth_to_space(node, x):
    r = node["blocksize"]
    if node.get("mode", "DCR") == "DCR":               # the places of a block before the channels
        x = C.flatten(C.unflatten(x, 1, (r * r, -1)).transpose(1, 2), 1, 2)
    return C.pixel_shuffle(x, r)


def space_to_depth(node, x):
    r = node["blocksize"]
    y = C.pixel_unshuffle(x, r)
    if node.get("mode", "DCR") == "DCR":
        y = C.flatten(C.unflatten(y, 1, (-1, r * r)).transpose(1, 2), 1, 2)
    return y


def resize(node, x, roi=None, scales=None, sizes=None):
    """The last two axes; ONNX's nearest element is the one whose center is closest unless it says else."""
    given = ("size", sizes) if scales is None or not len(scales) else ("scale_factor", scales)
    options = {given[0]: given[1].tolist()[::-1 if node.get("axes") == [3, 2] else 1][-2:]}
    place = node.get("coordinate_transformation_mode", "half_pixel")
    if node.get("mode", "nearest") == "linear":
        return C.interpolate(x, mode="bilinear", align_corners=place == "align_corners", **options)
    return C.interpolate(x, mode="nearest-exact" if place == "half_pixel" else "nearest", **options)


def upsample(node, x, scales):
    return C.interpolate(x, scale_factor=scales[2:].tolist())


def pad(node, x, pads, value=None, axes=None):
    mode = {"constant": "zeros", "edge": "replicate", "reflect": "reflect", "wrap": "circular"}[node.get("mode", "constant")]
    axes = range(x.ndim) if axes is None else [axis % x.ndim for axis in axes.tolist()]
    pairs = dict(zip(axes, zip(*pads.view(2, -1).tolist())))
    shift = 0 if value is None else value
    return C.pad(x - shift, [pairs.get(axis, (0, 0)) for axis in range(x.ndim)], mode) + shift


def recurrent(make, order):
    """A layer with ONNX's weights; ``order`` are ONNX's gates in the order of ours."""
    def call(node, x, w, r, b=None, lengths=None, h=None, c=None):
        hidden, both = node["hidden_size"], node.get("direction", "forward") == "bidirectional"
        backward = node.get("direction") == "reverse"
        layer = make(node)(x.shape[-1], hidden, batch_first=bool(node.get("layout")), bidirectional=both)
        rows = torch.cat([torch.arange(hidden) + hidden * gate for gate in order])
        b = torch.zeros(len(w), 2 * len(rows)) if b is None else b
        with torch.no_grad():
            for direction, end in enumerate(("", "_reverse")[:len(w)]):
                for name, values in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
                                        (w[direction], r[direction], *b[direction].chunk(2))):
                    getattr(layer, f"{name}_l0{end}").copy_(values[rows])
        time = 1 if node.get("layout") else 0
        x = x.flip(time) if backward else x
        state = None if h is None else h if c is None else (h, c)
        if lengths is not None and len(set(lengths.tolist())) > 1:
            x = pack_padded_sequence(x, lengths, bool(time), enforce_sorted=False)
        y, last = layer(x, state)
        if lengths is not None and not isinstance(y, torch.Tensor):
            y, _ = pad_packed_sequence(y, bool(time))
        y = y.flip(time) if backward else y
        last = last if isinstance(last, tuple) else (last,)
        if time:                                           # (batch, time, directions, hidden)
            return C.unflatten(y, 2, (len(w), hidden)), *(state.transpose(0, 1) for state in last)
        return C.unflatten(y, 2, (len(w), hidden)).transpose(1, 2), *last
    return call


def gru(node):
    return partial(sequences.GRU, reset_after=bool(node.get("linear_before_reset")))


def attention(node, q, k, v, mask=None, past_key=None, past_value=None, lengths=None):
    """Heads are split, keys of earlier calls put before, and all that forbids becomes one mask."""
    joined = q.ndim == 3
    if joined:
        q, k, v = (C.unflatten(x, 2, (node[heads], -1)).transpose(1, 2)
                   for x, heads in zip((q, k, v), ("q_num_heads", "kv_num_heads", "kv_num_heads")))
    if past_key is not None:
        k, v = torch.cat([past_key, k], 2), torch.cat([past_value, v], 2)
    present = k, v
    k, v = (x.repeat_interleave(q.shape[1] // x.shape[1], 1) for x in (k, v))
    seen = allowed(node, q.shape[2], k.shape[2], 0 if past_key is None else past_key.shape[2], lengths)
    if mask is not None:
        mask = F.pad(mask, (0, k.shape[2] - mask.shape[-1]),
                                       value=False if mask.dtype == torch.bool else -torch.inf)
        mask = mask & seen if mask.dtype == torch.bool else mask.masked_fill(~seen, -torch.inf)
    means, weights = T.attention(q, k, v, seen if mask is None else mask, scale=node.get("scale"),
                                 need_weights=True)
    means = C.flatten(means.transpose(1, 2), 2) if joined else means
    return means, *present, weights if node.get("qk_matmul_output_mode", 0) == 3 else None


def allowed(node, queries, keys, offset, lengths):
    """Which keys a query may look at by causality, the window and the lengths: True where it may."""
    rows, columns = torch.arange(queries)[:, None], torch.arange(keys)
    if lengths is not None:
        offset = (lengths - queries).view(-1, 1, 1, 1)
    ahead = columns - rows - offset
    seen = torch.ones_like(ahead, dtype=torch.bool)
    if node.get("is_causal"):
        seen = seen & (ahead <= 0)
    if node.get("left_window_size", -1) >= 0:
        seen = seen & (-ahead <= node["left_window_size"])
    if node.get("right_window_size", -1) >= 0:
        seen = seen & (ahead <= node["right_window_size"])
    return seen if lengths is None else seen & (torch.arange(keys) < lengths.view(-1, 1, 1, 1))


def causal_conv(node, x, weight, bias=None, past=None):
    channels, kernel = len(weight), weight.shape[-1]
    past = x.new_zeros(len(x), channels, kernel - 1) if past is None else past
    whole = torch.cat([past, x], 2)
    y = C.conv1d(whole, weight, bias, groups=channels)
    return A.silu(y) if node.get("activation") in ("silu", "swish") else y, whole[..., whole.shape[2] - kernel + 1:]


def batch_norm(node, x, scale, bias, mean, var):
    eps = node.get("epsilon", 1e-5)
    if not node.get("training_mode"):
        return S.batch_norm(x, scale, bias, mean, var, eps)
    kept = node.get("momentum", 0.9)                       # ONNX's is the share of the old, and its variance the biased one
    batch = S.batch_statistics(x)
    return S.batch_norm(x, scale, bias, eps=eps), *(old * kept + new * (1 - kept) for old, new in zip((mean, var), batch))


def layer_norm(node, x, scale, bias=None):
    axis = node.get("axis", -1) % x.ndim
    return S.layer_norm(x, tuple(x.shape[axis:]), scale.expand(x.shape[axis:]),
                        None if bias is None else bias.expand(x.shape[axis:]), node.get("epsilon", 1e-5))


def rms_norm(node, x, scale):
    axis = node.get("axis", -1) % x.ndim
    return S.rms_norm(x, tuple(x.shape[axis:]), scale.expand(x.shape[axis:]), node.get("epsilon", 1e-5))


def roi_align(node, x, rois, images):
    return V.roi_align(x, torch.cat([images[:, None].to(rois), rois], 1), (node.get("output_height", 1), node.get("output_width", 1)),
                       node.get("spatial_scale", 1.0), node.get("sampling_ratio", 0) or -1,
                       node.get("coordinate_transformation_mode", "half_pixel") == "half_pixel")


def nms(node, boxes, scores, most=None, iou_threshold=None, score_threshold=None):
    """Batches and classes are taken one by one; ONNX has y first, and any two corners."""
    found, most = [], 0 if most is None else int(most)
    for n in range(len(boxes)):
        if node.get("center_point_box"):
            box = V.box_convert(boxes[n], "cxcywh", "xyxy")
        else:
            ends = boxes[n].view(-1, 2, 2).sort(1).values.flip(2)
            box = ends.flatten(1)
        for c in range(scores.shape[1]):
            good = torch.arange(len(box)) if score_threshold is None else (scores[n, c] > score_threshold).nonzero()[:, 0]
            kept = good[V.nms(box[good], scores[n, c, good], 0.0 if iou_threshold is None else float(iou_threshold))][:most]
            found += [(n, c, k) for k in kept.tolist()]
    return torch.tensor(found, dtype=torch.int64)


# By ONNX's name: the module of its cases, and how they are called.
OPERATORS = {
    "Adam": ("adam", adam),
    "Attention": ("attention", attention),
    "AveragePool": ("averagepool", avg_pool),
    "BatchNormalization": ("batch_normalization", batch_norm),
    "CausalConvWithState": ("causal_conv_with_state", causal_conv),
    "Celu": ("celu", celu),
    "Col2Im": ("col2im", col2im),
    "Conv": ("conv", conv),
    "ConvTranspose": ("convtranspose", conv_transpose),
    "DepthToSpace": ("depthtospace", depth_to_space),
    "Elu": ("elu", elementwise(A.elu, alpha="alpha")),
    "Flatten": ("flatten", flatten),
    "GRU": ("gru", recurrent(gru, (1, 0, 2))),
    "Gelu": ("gelu", elementwise(A.gelu, approximate="approximate")),
    "GlobalAveragePool": ("globalaveragepool", lambda node, x: C.global_avg_pool(x)[..., None, None]),
    "GlobalMaxPool": ("globalmaxpool", lambda node, x: C.global_max_pool(x)[..., None, None]),
    "GroupNormalization": ("groupnormalization", lambda node, x, scale, bias: S.group_norm(
        x, node["num_groups"], scale, bias, node.get("epsilon", 1e-5))),
    "Identity": ("identity", elementwise(A.identity)),
    "InstanceNormalization": ("instance_normalization", lambda node, x, scale, bias: S.instance_norm(
        x, scale, bias, node.get("epsilon", 1e-5))),
    "LSTM": ("lstm", recurrent(lambda node: sequences.LSTM, (0, 2, 3, 1))),
    "LayerNormalization": ("layernormalization", layer_norm),
    "LeakyRelu": ("leakyrelu", elementwise(A.leaky_relu, alpha="negative_slope")),
    "LogSoftmax": ("logsoftmax", along(A.log_softmax)),
    "LpPool": ("lppool", lp_pool),
    "MaxPool": ("maxpool", max_pool),
    "MaxUnpool": ("maxunpool", max_unpool),
    "NegativeLogLikelihoodLoss": ("negativeloglikelihoodloss", nll_loss),
    "NonMaxSuppression": ("nonmaxsuppression", nms),
    "PRelu": ("prelu", prelu),
    "Pad": ("pad", pad),
    "RMSNormalization": ("rmsnormalization", rms_norm),
    "RNN": ("rnn", recurrent(lambda node: sequences.RNN, (0,))),
    "ReduceLogSumExp": ("reduce_log_sum_exp", logsumexp),
    "Relu": ("relu", elementwise(A.relu)),
    "Resize": ("resize", resize),
    "Selu": ("selu", selu),
    "Sigmoid": ("sigmoid", elementwise(A.sigmoid)),
    "Softmax": ("softmax", along(A.softmax)),
    "RoiAlign": ("roialign", roi_align),
    "SoftmaxCrossEntropyLoss": ("softmax_cross_entropy_loss", cross_entropy),
    "Softplus": ("softplus", elementwise(A.softplus)),
    "SpaceToDepth": ("spacetodepth", space_to_depth),
    "SwiGLU": ("swiglu", swiglu),
    "Swish": ("swish", swish),
    "Tanh": ("tanh", elementwise(A.tanh)),
    "Upsample": ("upsample", upsample),
}

# Cases that ask for what the package does not have, by operator: names, and what that is.
LACKING = {
    "Attention": {"*softcap*": "scores are not bounded by tanh", "*gqa_rank4_mask": "the same"},
    "AveragePool": {"*dilations*": "mean pooling has no dilation, as PyTorch's"},
    "Col2Im": {"*_5d": "columns of pictures alone, as PyTorch's"},
    "Identity": {"*_sequence": "no tensor", "*_opt": "no tensor"},
    "LSTM": {"*_peepholes": "no peephole"},
    "LpPool": {"*_3d_*": "one and two axes", "*_dilations": "no dilation, as PyTorch's"},
    "MaxPool": {"*_uint8": "numbers that have gradients"},
    "RoiAlign": {"*_mode_max": "the mean of its points, as torchvision's"},
    "Resize": {
        "*cubic*": "no cubic interpolation", "*antialias*": "no antialiasing", "*crop*": "no cropping",
        "*_not_larger": "no aspect ratio is kept", "*_not_smaller": "no aspect ratio is kept",
        "*half_pixel_symmetric": "coordinates that PyTorch does not have",
        "*pytorch_half_pixel": "coordinates that PyTorch had once, of a single output",
        "*downsample_scales_linear_align_corners": "corners are aligned by the size, as PyTorch's, not by the factor",
        "*nearest_floor_align_corners": "corners are aligned in linear modes",
        "*prefer_ceil_asymmetric": "rounding that PyTorch does not have", "*ceil_half_pixel": "the same",
        "*_sizes_nearest": "of two elements equally near, the first", "*_sizes_nearest_axes_*": "the same",
    },
}
