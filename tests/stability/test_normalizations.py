"""Every normalization is PyTorch's, in one to three axes, in training and evaluation, with the same state."""

import copy

import pytest
import torch
import torch.nn.functional as F
from comparing import assert_same, draws
from torch import nn

import deepgloss as dg
from deepgloss import stability as S

close = torch.testing.assert_close
SHAPES = {1: (3, 5, 7), 2: (3, 5, 7, 11), 3: (2, 5, 3, 7, 2)}
BATCH = [(f"BatchNorm{d}d", (5,), SHAPES[d], options) for d in (1, 2, 3) for options in (
    {}, {"affine": False}, {"track_running_stats": False}, {"momentum": None}, {"momentum": 0.75, "eps": 0.125}, {"bias": False})]
BATCH.append(("BatchNorm1d", (5,), (7, 5), {}))
INSTANCE = [(f"InstanceNorm{d}d", (5,), shape, options) for d in (1, 2, 3) for shape in (SHAPES[d], SHAPES[d][1:])
            for options in ({}, {"affine": True}, {"affine": True, "track_running_stats": True, "momentum": 0.75},
                            {"track_running_stats": True, "momentum": None})]
OTHERS = [
    *(("LayerNorm", (size,), (3, 5, 7), options) for size in (7, (5, 7)) for options in (
        {}, {"eps": 0.25}, {"bias": False}, {"elementwise_affine": False})),
    *(("GroupNorm", (groups, 6), (3, 6, *places), options) for groups in (1, 2, 6) for places in ((), (7,), (5, 7), (2, 3, 5))
      for options in ({}, {"affine": False}, {"bias": False})),
    *(("RMSNorm", (size,), (3, 5, 7), options) for size in (7, (5, 7)) for options in (
        {}, {"eps": 0.25}, {"elementwise_affine": False})),
    # A sum over one example need not be a tensor of its own.
    ("LayerNorm", (7,), (1, 7), {}), ("GroupNorm", (2, 6), (1, 6), {}), ("RMSNorm", (7,), (7,), {}),
]


def twins(name, sizes, options, dtype=torch.float64):
    """Ours and PyTorch's, with the same random parameters."""
    theirs = getattr(nn, name)(*sizes, **options, dtype=dtype)
    for k, p in enumerate(theirs.parameters()):
        p.data.copy_(draws(*p.shape, seed=k + 5, dtype=dtype))
    ours = getattr(S, name)(*sizes, **options, dtype=dtype)
    ours.load_state_dict(theirs.state_dict())
    return ours.to(dg.device()), theirs.to(dg.device())


@pytest.mark.parametrize("name, sizes, shape, options", BATCH + INSTANCE + OTHERS, ids=str)
def test_layers_are_pytorchs(name, sizes, shape, options):
    ours, theirs = twins(name, sizes, options)
    assert repr(ours) == repr(theirs)
    for seed in range(3):
        x = (3 * draws(*shape, seed=seed) + 2).requires_grad_()
        assert_same(ours(x), theirs(x), [x])
    for layer in (ours, theirs):
        layer(x).square().sum().backward()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        close(mine.grad, other.grad)
    close(ours.state_dict(), theirs.state_dict())
    again = getattr(nn, name)(*sizes, **options, dtype=torch.float64).to(dg.device())
    again.load_state_dict(ours.state_dict())                             # the other way round
    for layer in (ours, theirs, again):
        layer.eval()
    assert_same(ours(x), theirs(x), [x])
    close(ours(x), again(x))
    close(ours.state_dict(), theirs.state_dict())                        # evaluation moves nothing


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")      # of PyTorch's own forward mode
@pytest.mark.parametrize("name, sizes, shape, options", BATCH[:1] + INSTANCE[1:2] + OTHERS[:1] + OTHERS[9:10] + OTHERS[-9:-8], ids=str)
def test_derivatives_of_every_kind(name, sizes, shape, options):
    """First and second, forward and backward, many at once."""
    options = options | ({"track_running_stats": False} if "Batch" in name or "Instance" in name else {})
    layer, _ = twins(name, sizes, options)
    layer, names = layer.cpu(), [name for name, _ in layer.named_parameters()]

    def call(x, *parameters):
        return torch.func.functional_call(layer, dict(zip(names, parameters)), (x,))

    shape = [2, *shape[1:3]] if len(shape) > 2 else shape
    leaves = [draws(*shape).cpu().requires_grad_(), *(p.detach().clone().requires_grad_() for p in layer.parameters())]
    assert torch.autograd.gradcheck(call, leaves, check_forward_ad=True, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(call, leaves)


@pytest.mark.parametrize("dim", [0, 1, -1, (0, 2), (1, 2), (0, 1, 2), [2, 0]])
def test_standardize_over_any_axes(dim):
    x = (5 * draws(3, 5, 7) + 1).requires_grad_()
    axes = tuple(dim) if isinstance(dim, list) else dim
    variance, mean = torch.var_mean(x, axes, correction=0, keepdim=True)
    wanted = (x - mean) / (variance + 1e-3).sqrt()
    assert_same(S.standardize(x, dim, 1e-3), wanted, [x])
    grad = draws(3, 5, 7, seed=1)
    close(S.standardize_vjp(x.detach(), dim, grad, 1e-3), torch.autograd.grad(S.standardize(x, dim, 1e-3), x, grad)[0])


def test_one_picture_of_what_is_averaged():
    x = draws(3, 6, 5, 7)
    close(S.batch_norm(x), S.standardize(x, (0, 2, 3)))
    close(S.layer_norm(x, (6, 5, 7)), S.standardize(x, (1, 2, 3)))
    close(S.instance_norm(x), S.standardize(x, (2, 3)))
    close(S.group_norm(x, 1), S.standardize(x, (1, 2, 3)))
    close(S.group_norm(x, 6), S.instance_norm(x))


@pytest.mark.parametrize("mean", [1e6, -3e5])
@pytest.mark.parametrize("function, dim", [
    (S.batch_norm, (0, 2, 3)), (lambda x: S.layer_norm(x, x.shape[1:]), (1, 2, 3)), (lambda x: S.group_norm(x, 2), None),
    (S.instance_norm, (2, 3)), (lambda x: S.standardize(x, -1), 3),
], ids=["batch", "layer", "group", "instance", "last axis"])
def test_a_mean_far_from_zero_costs_nothing(function, dim, mean):
    """float32: what x itself keeps of its spread is right to six digits; a mean of squares would keep nothing."""
    x = (draws(7, 4, 13, 11, dtype=torch.float64) + mean).float()
    grad = draws(*x.shape, seed=1).float()
    single, double = x.clone().requires_grad_(), x.double().requires_grad_()
    ours, wanted = function(single), function(double)
    close(ours.double(), wanted, rtol=1e-5, atol=1e-5)
    slope, exact = torch.autograd.grad(ours, single, grad)[0], torch.autograd.grad(wanted, double, grad.double())[0]
    close(slope.double(), exact, rtol=1e-4, atol=1e-5)
    naive = x.square().mean(dim or 3, keepdim=True) - x.mean(dim or 3, keepdim=True).square()
    assert (naive - x.double().var(dim or 3, correction=0, keepdim=True)).abs().max() > 0.5


@pytest.mark.parametrize("place", [0, 500])
def test_an_outlier_costs_nothing(place):
    x = draws(3, 1009, dtype=torch.float64)
    x[:, place] = -1e4
    single, double, grad = x.float().requires_grad_(), x.float().double().requires_grad_(), draws(3, 1009, seed=1)
    ours, wanted = S.layer_norm(single, 1009), S.layer_norm(double, 1009)
    close(ours.double(), wanted, rtol=1e-5, atol=1e-6)
    slope, exact = torch.autograd.grad(ours, single, grad.float())[0], torch.autograd.grad(wanted, double, grad)[0]
    close(slope.double(), exact, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("mapped", range(5))
def test_evaluation_with_one_argument_mapped(mapped):
    """Without gradients the numbers are written over, whichever of them vmap has many of."""
    arguments = [draws(7, 5), *(draws(5, seed=k).abs() + 0.5 for k in range(1, 5))]
    many = [torch.stack([a, a + 1]) if k == mapped else a for k, a in enumerate(arguments)]
    with torch.no_grad():
        ours = torch.func.vmap(S.batch_norm, tuple(0 if k == mapped else None for k in range(5)))(*many)
        close(ours, torch.stack([S.batch_norm(*(m[k] if j == mapped else m for j, m in enumerate(many))) for k in (0, 1)]))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_types_are_summed_in_float32(dtype):
    """4,099 numbers near 300: their sum, and that of their squares, are beyond float16."""
    x = (300 + 20 * draws(4099, 3, dtype=torch.float32)).to(dtype)
    unit = torch.finfo(dtype).eps
    for function in (S.batch_norm, lambda x: S.layer_norm(x, x.shape), lambda x: S.rms_norm(x, x.shape, eps=1e-5),
                     lambda x: S.group_norm(x.mT[None], 3), lambda x: S.instance_norm(x.mT[None])):
        ours, wanted = function(x), function(x.double())
        assert ours.dtype == dtype
        assert (ours.double() - wanted).abs().max() <= 0.51 * unit * wanted.abs().max()
    layer = S.BatchNorm1d(3, momentum=1.0).to(dg.device())            # parameters and averages stay in float32
    assert layer(x).dtype == dtype
    close(layer.running_mean, x.float().mean(0), rtol=1e-6, atol=0)
    close(layer.running_var, x.float().var(0), rtol=1e-5, atol=0)


@pytest.mark.parametrize("count", [1, 2, 5, 13])
def test_backward_passes_written_out(count):
    x, weight, grad = draws(count + 1, 7, 3), draws(7, seed=1), draws(count + 1, 7, 3, seed=2)
    leaves = x.requires_grad_(), weight.requires_grad_(), torch.zeros_like(weight).requires_grad_()
    wanted = torch.autograd.grad(F.batch_norm(x, None, None, *leaves[1:], training=True), leaves, grad)
    for a, b in zip(S.batch_norm_vjp(x.detach(), weight.detach(), grad), wanted, strict=True):
        close(a, b)
    without = S.batch_norm_vjp(x.detach(), None, grad)[0]
    close(without, torch.autograd.grad(F.batch_norm(x, None, None, training=True), x, grad)[0])
    weight = draws(7, 3, seed=3).requires_grad_()
    leaves = x, weight, torch.zeros_like(weight).requires_grad_()
    wanted = torch.autograd.grad(F.layer_norm(x, (7, 3), *leaves[1:]), leaves, grad)
    for a, b in zip(S.layer_norm_vjp(x.detach(), weight.detach(), grad), wanted, strict=True):
        close(a, b)


def test_examples_mapped_and_networks_mapped():
    x, weight = draws(3, 5, 7), draws(3, 7, seed=1)
    rows = [S.batch_norm(a, w) for a, w in zip(x, weight)]
    close(torch.func.vmap(S.batch_norm)(x, weight), torch.stack(rows))
    slope = torch.func.grad(lambda w, x: S.layer_norm(x, 7, w).pow(3).sum())
    close(torch.func.vmap(slope, (None, 0))(weight[0], x), torch.stack([slope(weight[0], a) for a in x]))


def test_a_copy_is_a_layer_of_its_own():
    layer = S.BatchNorm1d(5).to(dg.device())
    twin = copy.deepcopy(layer)
    layer(draws(7, 5, dtype=torch.float32))
    assert twin.num_batches_tracked == 0 and layer.num_batches_tracked == 1


@pytest.mark.parametrize("call, error, words", [
    (lambda: S.standardize(torch.ones(2, 3), 2), ValueError, "dim"),
    (lambda: S.standardize(torch.ones(2, 3), (0, -2)), ValueError, "dim must be different"),
    (lambda: S.standardize(torch.ones(2, 3), ()), ValueError, "dim"),
    (lambda: S.standardize(torch.ones(2, 3), 0, -1.0), ValueError, "eps"),
    (lambda: S.standardize(torch.ones(2, 3).long(), 0), TypeError, "x must be"),
    (lambda: S.standardize_vjp(torch.ones(2, 3), 0, torch.ones(3)), ValueError, "grad"),
    (lambda: S.layer_norm(torch.ones(2, 3), 2), ValueError, "normalized_shape"),
    (lambda: S.layer_norm(torch.ones(2, 3), 3, torch.ones(2)), ValueError, "weight must have shape"),
    (lambda: S.layer_norm(torch.ones(2, 3), 3, torch.ones(3).double()), TypeError, "weight must be"),
    (lambda: S.layer_norm(torch.ones(3), ()), ValueError, "normalized_shape"),
    (lambda: S.layer_norm_vjp(torch.ones(2, 3), torch.ones(2), torch.ones(2, 3)), ValueError, "x must end"),
    (lambda: S.LayerNorm(3.0), TypeError, "normalized_shape"),
    (lambda: S.rms_norm(torch.ones(2, 3), 3, eps=-1.0), ValueError, "eps"),
    (lambda: S.group_norm(torch.ones(2, 5), 2), ValueError, "num_groups must divide"),
    (lambda: S.group_norm(torch.ones(1, 5), 5), ValueError, "more than one value"),
    (lambda: S.GroupNorm(2, 5), ValueError, "num_groups"),
    (lambda: S.GroupNorm(2, 4)(torch.ones(2, 6, 3)), ValueError, "4 channels"),
    (lambda: S.InstanceNorm2d(3)(torch.ones(2, 3, 1, 1)), ValueError, "more than one place"),
    (lambda: S.InstanceNorm2d(3)(torch.ones(3, 5)), ValueError, r"\(C, H, W\) or \(N, C, H, W\)"),
    (lambda: S.InstanceNorm1d(3)(torch.ones(2, 5)), ValueError, "num_features=3"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
