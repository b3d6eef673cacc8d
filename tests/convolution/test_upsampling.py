"""Upsampling against PyTorch's: interpolation, unpooling, transposed convolution, pixel shuffle."""

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import gradcheck, gradgradcheck

import deepgloss as dg
from deepgloss import convolution as C

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
TRANSPOSED = {
    1: (C.conv_transpose1d, F.conv_transpose1d, F.conv1d),
    2: (C.conv_transpose2d, F.conv_transpose2d, F.conv2d),
    3: (C.conv_transpose3d, F.conv_transpose3d, F.conv3d),
}


def with_gradients(function, *tensors):
    """What a function returns, and its gradients for random weights of the output."""
    tensors = [t.clone().requires_grad_() for t in tensors]
    y = function(*tensors)
    weights = draws(*y.shape, seed=7, dtype=y.dtype)
    return y, *torch.autograd.grad((y * weights).sum(), tensors)


def same(ours, theirs, *tensors):
    """Equal values and gradients; float32 gets room for sums taken in another order."""
    room = dict(rtol=1e-4, atol=1e-3) if tensors[0].dtype == torch.float32 else {}
    torch.testing.assert_close(with_gradients(ours, *tensors), with_gradients(theirs, *tensors), **room)


@settings(max_examples=150)
@given(st.integers(1, 3), st.data(), st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_interpolation_is_pytorchs(axes, data, align, dtype):
    sizes = data.draw(st.lists(st.integers(1, 11), min_size=axes, max_size=axes))
    mode = data.draw(st.sampled_from(["nearest", "nearest-exact", LINEAR[axes]]))
    if mode == "nearest-exact":
        dtype = torch.float32          # in float64 PyTorch's gradients belong to other values
    if data.draw(st.booleans()):
        options = {"size": data.draw(st.lists(st.integers(1, 17), min_size=axes, max_size=axes))}
    else:
        scale = data.draw(st.sampled_from([0.5, 1.0, 1.5, 2.0, 2.3, 3.0, 4.0]))
        assume(min(sizes) * scale >= 1)
        # Where a broken factor doubles an axis, PyTorch's gradient of nearest is another one than
        # that of its values.
        assume(scale == 2 or mode == "nearest-exact" or not any(int(n * scale) == 2 * n for n in sizes))
        options = {"scale_factor": scale}
    aligned = {} if mode.startswith("nearest") else {"align_corners": align}
    x = draws(2, 3, *sizes, dtype=dtype)
    same(lambda x: C.interpolate(x, mode=mode, **options, **aligned),
         lambda x: F.interpolate(x, mode=mode, **options, **aligned), x)


def test_nearest_takes_what_lies_before_and_nearest_exact_what_lies_closest():
    line = torch.arange(5.0).view(1, 1, 5)
    assert C.interpolate(line, 3).flatten().tolist() == [0, 1, 3]                # 0, 1⅔, 3⅓
    assert C.interpolate(line, 3, mode="nearest-exact").flatten().tolist() == [0, 2, 4]
    assert C.interpolate(line, scale_factor=0.4, mode="nearest-exact").flatten().tolist() == [1, 3]
    for dtype in (torch.float16, torch.float64):
        exact = C.interpolate(line.to(dtype), 3, mode="nearest-exact")
        assert exact.dtype == dtype and exact.flatten().tolist() == [0, 2, 4]


def test_interpolation_keeps_lines():
    line = torch.arange(7, dtype=torch.float64).view(1, 1, 7)
    aligned = C.interpolate(line, 19, mode="linear", align_corners=True)
    torch.testing.assert_close(aligned, torch.linspace(0, 6, 19, dtype=torch.float64).view(1, 1, 19))
    edges = C.interpolate(line, scale_factor=2, mode="linear")
    assert edges.flatten().tolist()[:4] == [0, 0.25, 0.75, 1.25]


@settings(max_examples=60)
@given(st.lists(st.integers(3, 11), min_size=2, max_size=2), st.integers(1, 3), st.integers(1, 3),
       st.integers(0, 1), st.booleans())
def test_unpooling_is_pytorchs(sizes, kernel, stride, padding, sized):
    assume(2 * padding <= kernel and stride >= kernel)       # else places may occur twice
    x = draws(2, 3, *sizes)
    pooled, places = C.max_pool2d(x, kernel, stride, padding, return_indices=True)
    plain = [(n - 1) * stride - 2 * padding + kernel for n in pooled.shape[2:]]
    assume(sized or int(places.max()) < plain[0] * plain[1])
    size = sizes if sized else None
    if sized:
        assume(all(abs(n - m) < stride for n, m in zip(sizes, plain)))
    same(lambda y: C.max_unpool2d(y, places, kernel, stride, padding, size),
         lambda y: F.max_unpool2d(y, places, kernel, stride, padding, size), pooled)
    assert torch.equal(C.MaxUnpool2d(kernel, stride, padding)(pooled[0], places[0], sizes),
                       C.max_unpool2d(pooled, places, kernel, stride, padding, sizes)[0])


@st.composite
def transposed(draw):
    """(axes, channels, outputs, sizes, kernel, options), such that PyTorch accepts them."""
    axes = draw(st.integers(1, 3))

    def numbers(low, high):
        return tuple(draw(st.integers(low, high)) for _ in range(axes))

    kernel, stride, dilation = numbers(1, 4), numbers(1, 3), numbers(1, 3)
    sizes = numbers(1, 5)
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    padding = numbers(0, 2)
    extra = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation))
    assume(all((n - 1) * s + d * (k - 1) + 1 - 2 * p + q >= 1 for n, s, d, k, p, q in zip(
        sizes, stride, dilation, kernel, padding, extra)))
    options = dict(stride=stride, padding=padding, output_padding=extra, groups=groups,
                   dilation=dilation)
    return axes, groups * draw(st.integers(1, 2)), draw(st.integers(1, 2)), sizes, kernel, options


@settings(max_examples=150)
@given(transposed(), st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_transposed_convolution_is_pytorchs(case, biased, dtype):
    axes, channels, outputs, sizes, kernel, options = case
    ours, theirs, _ = TRANSPOSED[axes]
    x = draws(2, channels, *sizes, dtype=dtype)
    weight = draws(channels, outputs, *kernel, seed=1, dtype=dtype)
    bias = [draws(outputs * options["groups"], seed=2, dtype=dtype)] if biased else []
    same(lambda *t: ours(*t, **options), lambda *t: theirs(*t, **options), x, weight, *bias)
    torch.testing.assert_close(ours(x[0], weight, *bias, **options),
                               theirs(x[0], weight, *bias, **options))


@settings(max_examples=40)
@given(transposed())
def test_transposed_convolution_is_the_adjoint(case):
    axes, channels, outputs, sizes, kernel, options = case
    options = options | {"output_padding": 0}
    ours, _, forward = TRANSPOSED[axes]
    weight = draws(channels, outputs, *kernel, seed=1)
    y = draws(2, channels, *sizes)
    try:
        back = ours(y, weight, **options)
    except ValueError:
        assume(False)
    x = draws(*back.shape, seed=3)
    options = {name: options[name] for name in ("stride", "padding", "groups", "dilation")}
    torch.testing.assert_close((forward(x, weight, **options) * y).sum(), (x * back).sum())


def test_layers_start_like_pytorchs():
    options = dict(stride=2, padding=1, output_padding=1, groups=3, dilation=2)
    for ours, theirs, size in (
        (C.ConvTranspose1d, nn.ConvTranspose1d, (11,)), (C.ConvTranspose2d, nn.ConvTranspose2d, (5, 7)),
        (C.ConvTranspose3d, nn.ConvTranspose3d, (2, 3, 5)),
    ):
        dg.seed(3)
        mine = ours(6, 9, 3, **options)
        dg.seed(3)
        model = theirs(6, 9, 3, **options)
        for name, parameter in model.named_parameters():
            assert torch.equal(mine.state_dict()[name], parameter)
        x = draws(2, 6, *size, dtype=torch.float32).cpu()
        torch.testing.assert_close(mine(x), model(x))
    assert C.ConvTranspose2d(2, 3, 3, bias=False).bias is None
    assert "stride=2" in repr(C.ConvTranspose2d(2, 3, 3, 2))


@settings(max_examples=40)
@given(st.integers(1, 4), st.integers(1, 3), st.lists(st.integers(1, 5), min_size=2, max_size=2),
       st.lists(st.integers(1, 3), max_size=2))
def test_pixel_shuffle_is_pytorchs(r, channels, sizes, batch):
    x = draws(*batch, channels * r**2, *sizes)
    same(lambda x: C.pixel_shuffle(x, r), lambda x: F.pixel_shuffle(x, r), x)
    y = C.pixel_shuffle(x, r)
    assert torch.equal(C.pixel_unshuffle(y, r), x)
    assert torch.equal(C.pixel_unshuffle(y, r), F.pixel_unshuffle(y, r))
    assert torch.equal(C.PixelShuffle(r)(x), y)


def test_second_derivatives():
    x, weight = draws(1, 2, 3, 2).requires_grad_(), draws(2, 3, 3, 3, seed=1).requires_grad_()
    for function in (lambda x: C.interpolate(x, 5, mode="bilinear"),
                     lambda x, w=weight: C.conv_transpose2d(x, w, stride=2, padding=1) ** 2):
        assert gradcheck(function, (x,))
        assert gradgradcheck(function, (x,))
    assert gradgradcheck(lambda x, w: C.conv_transpose2d(x, w, stride=2), (x, weight))


X, W = torch.zeros(1, 2, 5, 7), torch.zeros(2, 3, 3, 3)
PLACES = torch.zeros(1, 2, 5, 7, dtype=torch.int64)


@pytest.mark.parametrize("call, error, message", [
    (lambda: C.interpolate(X), ValueError, "either size or scale_factor"),
    (lambda: C.interpolate(X, 3, 2), ValueError, "either size or scale_factor"),
    (lambda: C.interpolate(X, 3, mode="cubic"), ValueError,
     "mode must be one of 'nearest', 'nearest-exact', 'bilinear'"),
    (lambda: C.interpolate(X, 3, align_corners=True), ValueError, "no corners to align"),
    (lambda: C.interpolate(X, 3, mode="nearest-exact", align_corners=True), ValueError,
     "nearest-exact has no corners to align"),
    (lambda: C.interpolate(X, 0), ValueError, "size must be an integer of at least 1"),
    (lambda: C.interpolate(X, (3, 3, 3)), ValueError, "size must hold 2"),
    (lambda: C.interpolate(X, scale_factor=0.1), ValueError, "leaves nothing"),
    (lambda: C.interpolate(X, scale_factor="2"), TypeError, "scale_factor must be a number"),
    (lambda: C.interpolate(X, scale_factor=(2, 2, 2)), ValueError, "must hold 2 numbers"),
    (lambda: C.interpolate(X.long(), 3), TypeError, "floating-point"),
    (lambda: C.max_unpool2d(X, X, 2), TypeError, "indices must be a tensor of int64"),
    (lambda: C.max_unpool2d(X, PLACES[..., 1:], 2), ValueError, "the shape of input"),
    (lambda: C.max_unpool2d(X, PLACES + 140, 2), ValueError, "outside a map of 10 × 14"),
    (lambda: C.conv_transpose2d(X, W.double()), TypeError, "weight must be a tensor of torch.float32"),
    (lambda: C.conv_transpose2d(X.long(), W), TypeError, "floating-point"),
    (lambda: C.conv_transpose2d(X, W[:1]), ValueError, "takes 1 channels in 1 groups, the input has 2"),
    (lambda: C.conv_transpose2d(X, W, groups=3), ValueError, "in 3 groups"),
    (lambda: C.conv_transpose2d(X, W[..., 0]), ValueError, "2 sizes of the kernel"),
    (lambda: C.conv_transpose2d(X, W, torch.zeros(2)), ValueError, r"bias must be \(3,\)"),
    (lambda: C.conv_transpose2d(X, W, stride=2, output_padding=2), ValueError, "below the stride, 2"),
    (lambda: C.conv_transpose2d(X, W, padding=5), ValueError, r"size \(-3, -1\) is left"),
    (lambda: C.ConvTranspose2d(2, 3, 3, groups=2), ValueError, "must divide out_channels=3"),
    (lambda: C.pixel_shuffle(X, 2), ValueError, r"2 channels must be divisible by upscale_factor² = 4"),
    (lambda: C.pixel_shuffle(X, 0), ValueError, "upscale_factor must be"),
    (lambda: C.pixel_unshuffle(X, 2), ValueError, "5 × 7 pixels must be divisible"),
    (lambda: C.pixel_shuffle(X[0, 0], 1), ValueError, r"must be \(…, C, H, W\)"),
    (lambda: C.pixel_shuffle([1.0], 1), TypeError, "must be a tensor"),
])
def test_bad_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()
