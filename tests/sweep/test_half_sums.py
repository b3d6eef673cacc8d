"""Sums, running sums, normalizers and denominators of half types: long ones, and numbers they cannot hold."""

import math

import pytest
import torch
import torch.nn.functional as F

import deepgloss as dg
from comparing import draws as on_device

HALVES = (torch.float16, torch.bfloat16)
every_half = pytest.mark.parametrize("dtype", HALVES, ids=str)
C, A, L, S = dg.convolution, dg.attention, dg.losses, dg.sequences


def full(dtype, number, *shape) -> torch.Tensor:
    return torch.full(shape, number, dtype=dtype)


def draws(*shape: int, **options) -> torch.Tensor:
    """Normal numbers on the CPU, where all of the sweep runs: what it asks is how numbers are rounded."""
    return on_device(*shape, **options).cpu()


def close(ours, wanted, units=0.51):
    """Within so many units in the last place of the largest number."""
    wanted = torch.as_tensor(wanted, dtype=torch.float64, device=ours.device)
    error = (ours.double() - wanted).abs().max().item()
    assert error <= units * torch.finfo(ours.dtype).eps * wanted.abs().max().item(), (ours, wanted)


@every_half
@pytest.mark.parametrize("pool", [
    lambda x: C.avg_pool1d(x.flatten()[None, None], x.numel()), lambda x: C.avg_pool2d(x[None], x.shape),
    lambda x: C.adaptive_avg_pool2d(x[None], 1), lambda x: C.global_avg_pool(x[None, None]),
    lambda x: C.avg_pool3d(x[None, None], (1, *x.shape)), lambda x: C.adaptive_avg_pool1d(x.flatten()[None], 1),
    lambda x: C.lp_pool2d(x[None], 1.0, x.shape) / x.numel(),
], ids=["1d", "2d", "adaptive", "global", "3d", "adaptive 1d", "L1"])
def test_means_of_many(pool, dtype):
    """4,096 ones are beyond what either half type counts to."""
    assert pool(full(dtype, 1.0, 64, 64)).item() == 1
    x = full(dtype, 1.0, 64, 64).requires_grad_()
    pool(x).sum().backward()
    close(x.grad, torch.full((64, 64), 2.0**-12))


@every_half
def test_means_that_their_sums_would_overflow(dtype):
    largest = full(dtype, 60_000.0, 1, 8, 8)
    assert torch.equal(C.avg_pool2d(largest, 8), largest[:, :1, :1])
    assert torch.equal(C.avg_pool1d(largest[:, 0], 8), largest[:, 0, :1])
    assert torch.equal(C.adaptive_avg_pool2d(largest, 1), largest[:, :1, :1])
    assert torch.equal(C.blur_pool2d(largest), largest[:, ::2, ::2])


@every_half
@pytest.mark.parametrize("units", [2, 300])
def test_transposed_convolutions_add_up_in_float32(units, dtype):
    ones = full(dtype, 1.0, 1, 1, units)
    out = C.conv_transpose1d(ones, ones)
    assert out[0, 0, units - 1].item() == units
    close(out[0, 0], [min(k, 2 * units - k) for k in range(1, 2 * units)])
    columns = full(dtype, 1.0, 1, units, units)
    close(C.col2im(columns, (2 * units - 1,), units)[0, 0], [min(k, 2 * units - k) for k in range(1, 2 * units)])
    steep = torch.tensor([[[1.0, 1, 1, -2]]], dtype=dtype)
    middle = C.conv_transpose1d(full(dtype, 3e4, 1, 1, 4), steep)[0, 0, 3].item()
    assert middle == full(dtype, 3e4, 1).item()


@every_half
def test_gradients_of_convolutions_add_up_in_float32(dtype):
    """4,097 positions of one filter: bfloat16 counts to 256, float16 to 2,048."""
    x, w = full(dtype, 1.0, 3, 1, 4097), full(dtype, 1.0, 1, 1, 1).requires_grad_()
    C.conv1d(x, w).sum().backward()
    close(w.grad, 3 * 4097)
    wide = full(dtype, 1.0, 1, 1, 4097).requires_grad_()
    C.conv1d(wide, full(dtype, 1.0, 1, 1, 600), padding=599).sum().backward()
    close(wide.grad, torch.full((1, 1, 4097), 600.0))


@every_half
def test_a_maximum_of_many_windows_gets_the_sum_of_their_gradients(dtype):
    x = full(dtype, 0.0, 1, 1, 1199)
    x[..., 599] = 1
    x.requires_grad_()
    C.max_pool1d(x, 600, 1).sum().backward()
    assert x.grad[0, 0, 599] == 600
    turned = full(dtype, 1.0, 1, 2, 2).requires_grad_()
    out, _ = dg.pretraining.rotations(turned)
    out.backward(torch.tensor([1.0, 2.0**-9, 2.0**-9, 2.0**-9], dtype=dtype).view(4, 1, 1).expand(4, 2, 2))
    close(turned.grad, torch.full((1, 2, 2), 1 + 3 * 2.0**-9))


@every_half
def test_convolution_by_spectra(dtype):
    x, w = draws(2, 3, 11, dtype=dtype), draws(5, 3, 7, seed=1, dtype=dtype)
    close(C.fft_conv(x, w), F.conv1d(x.double(), w.double()))
    assert C.fft_conv(x[:0], w).shape == (0, 5, 5)


@every_half
def test_blocks_of_attention_keep_their_running_sums(dtype):
    """66 keys whose values add up to 66,000, and 512 keys one by one, half of which say 1."""
    q, k, v = full(dtype, 0.0, 1, 3), full(dtype, 0.0, 66, 3), full(dtype, 1000.0, 66, 2)
    for function in (A.tiled_attention, A.attention):
        close(function(q, k, v), [[1000.0, 1000.0]])
    k = full(dtype, 0.0, 512, 3)
    v = torch.cat([full(dtype, 0.0, 256, 1), full(dtype, 1.0, 256, 1)])
    close(A.tiled_attention(q, k, v, block=1), [[0.5]])
    many = full(dtype, 0.0, 4097, 3)
    ours, theirs = k.clone().requires_grad_(), k.double().requires_grad_()
    A.tiled_attention(many, ours, v, block=1).sum().backward()
    A.attention(many.double(), theirs, v.double()).sum().backward()
    assert torch.equal(ours.grad.double(), theirs.grad)
    values = v.clone().requires_grad_()
    A.tiled_attention(many, k, values, block=7).sum().backward()
    close(values.grad, torch.full((512, 1), 4097 / 512))


@every_half
@pytest.mark.parametrize("function", [A.attention, A.tiled_attention])
def test_scores_of_attention_are_wide(function, dtype):
    big = full(dtype, 300.0, 1, 1)
    keys = torch.tensor([[300.0], [1.0]], dtype=dtype)
    values = torch.tensor([[1.0], [5.0]], dtype=dtype)
    assert function(big, keys, values).item() == 1
    q, k, v = (3 * draws(n, 64, seed=s, dtype=torch.float32).to(dtype) for s, n in enumerate((7, 512, 512)))
    close(function(q, k, v), F.scaled_dot_product_attention(q.double(), k.double(), v.double()))


@pytest.mark.parametrize("block", [1, 3])
def test_attention_without_keys_or_with_a_score_of_minus_infinity(block):
    q, v = torch.ones(2, 1), torch.tensor([[1.0], [2.0], [3.0]])
    assert torch.equal(A.tiled_attention(q, q[:0], v[:0], block=block), torch.zeros(2, 1))
    assert torch.equal(A.attention(q, q[:0], v[:0]), torch.zeros(2, 1))
    for function in (A.attention, A.tiled_attention):     # causal or not, no query and no key is no error
        assert torch.equal(function(q, q[:0], v[:0], causal=True), torch.zeros(2, 1))
        assert function(q[:0], v, v, causal=True).shape == (0, 1)
    keys = torch.tensor([[-torch.inf], [0.0], [-torch.inf]])
    assert torch.equal(A.tiled_attention(q, keys, v, block=block), torch.full((2, 1), 2.0))
    assert torch.equal(A.attention(q, keys, v), torch.full((2, 1), 2.0))


def test_attention_without_features_is_the_mean():
    q, k, v = torch.zeros(2, 0), torch.zeros(3, 0), draws(3, 2)
    wanted = F.scaled_dot_product_attention(q.double(), k.double(), v)
    for function in (A.attention, A.tiled_attention):
        torch.testing.assert_close(function(q.double(), k.double(), v), wanted)


@every_half
def test_next_symbol_with_numbers_that_round_to_zero(dtype):
    one = torch.tensor([1.0, 0.0], dtype=dtype)
    sure = torch.tensor([1.0, 0.0], dtype=dtype)
    assert torch.equal(S.next_probabilities(one, top_p=1e-8), sure)
    assert torch.equal(S.next_probabilities(one, top_p=1e-320), sure)
    assert torch.equal(S.next_probabilities(one.flip(0), temperature=1e-46), sure.flip(0))
    assert torch.equal(S.next_probabilities(one, temperature=1e-6), sure)


@every_half
def test_nucleus_counts_in_float32(dtype):
    """Of 1,000 symbols the smallest set with 99 % of the probability, as of the same numbers in float64."""
    logits = draws(1000, dtype=torch.float32).mul(2).to(dtype)
    p = logits.double().softmax(0).sort(descending=True).values
    wanted = int((p.cumsum(0) - p < 0.99).sum())
    assert abs(int((S.next_probabilities(logits, top_p=0.99) > 0).sum()) - wanted) <= 1
    close(S.next_probabilities(logits), logits.double().softmax(0))


@pytest.mark.parametrize("row", [[-math.inf] * 2, [math.nan, 0.0], [math.inf, 0.0]], ids=str)
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_no_symbol_is_drawn_where_there_is_none(row, temperature):
    logits = torch.tensor([[0.0, 1.0], row])
    with pytest.raises(ValueError, match="logits"):
        S.sample_next(logits, temperature)
    assert S.next_probabilities(logits, temperature)[1].isnan().all()


@every_half
@pytest.mark.parametrize("gradient", [0.0, 1e-7, 1e-3, 1.0, 1000.0])
def test_adam_moves_by_its_learning_rate(gradient, dtype):
    """The first step is lr · g / (|g| + ε), whatever g is."""
    w = torch.nn.Parameter(torch.full((3,), 0.5, dtype=dtype))
    w.grad = torch.full_like(w, gradient)
    dg.optimization.Adam([w], lr=1e-2).step()
    g = w.grad.double()
    close(w.detach(), 0.5 - 1e-2 * g / (g + 1e-8))


@every_half
def test_adam_in_half_precision_follows_float32(dtype):
    """Twenty steps beside float32 ones from the same weights, also across a saved state."""
    target = draws(7, dtype=torch.float32)
    half = torch.nn.Parameter(torch.zeros(7, dtype=dtype))
    wide = torch.nn.Parameter(torch.zeros(7))
    optimizers = [dg.optimization.Adam([half], lr=0.1), torch.optim.Adam([wide], lr=0.1)]
    for step in range(20):
        if step == 7:                                     # a saved state, taken up again
            saved = optimizers[0].state_dict()
            optimizers[0] = dg.optimization.Adam([half], lr=0.1)
            optimizers[0].load_state_dict(saved)
        for w, optimizer in zip((half, wide), optimizers):
            w.grad = (1e-3 * (wide.detach() - target)).to(w.dtype)
            optimizer.step()
        state = optimizers[0].state[half]
        assert state["m"].dtype == state["v"].dtype == torch.float32
        wide.data.copy_(half.data)                        # the next step starts from the same weights
    assert half.isfinite().all() and (half - target.to(dtype)).abs().max() < target.abs().max()


@pytest.mark.parametrize("dim", [1, 3])
@pytest.mark.parametrize("n, scale", [(2, 1.1), (4, 1.2), (5, 1.19), (7, 1.0), (3, 1.5), (9, 0.99)])
def test_interpolation_at_fractional_scales(n, scale, dim):
    """PyTorch's nearest along two axes copies small maps of unchanged size, and repeats in large ones."""
    x = draws(1, 1, *[n] * dim)
    for mode in ("nearest", "nearest-exact", C._interpolate.LINEAR[dim]):
        for corners in (False, True) if not mode.startswith("nearest") else (False,):
            theirs = F.interpolate(x, scale_factor=scale, mode=mode, align_corners=corners or None)
            torch.testing.assert_close(C.interpolate(x, scale_factor=scale, mode=mode, align_corners=corners), theirs)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "bilinear"])
@pytest.mark.parametrize("scale", [1.005, (1.005, 2.0), (0.5, 1.005)])
def test_interpolation_of_large_maps_at_fractional_scales(scale, mode):
    x = draws(1, 1, 101, 101)
    torch.testing.assert_close(C.interpolate(x, scale_factor=scale, mode=mode),
                               F.interpolate(x, scale_factor=scale, mode=mode))


def test_interpolation_of_the_documented_cases():
    two, four = torch.tensor([[[1.0, 2.0]]]), torch.arange(4.0)[None, None]
    assert C.interpolate(two, scale_factor=1.1).flatten().tolist() == [1, 1]
    assert C.interpolate(two, scale_factor=1.1, mode="linear").flatten().tolist() == [1, 2]
    assert C.interpolate(four, scale_factor=1.2).flatten().tolist() == [0, 0, 1, 2]
    assert C.interpolate(four, scale_factor=1.2, mode="linear").flatten().tolist() == [0, 1, 2, 3]


def test_thresholds_beyond_the_range_of_a_type():
    one, zero = torch.tensor([1.0]), torch.tensor([0.0])
    assert L.huber_loss(torch.tensor([1e25]), zero, delta=1e30) == math.inf
    assert L.huber_loss(torch.tensor([1e25]), zero, delta=math.inf) == math.inf
    assert L.smooth_l1_loss(one, zero, beta=1e30).item() == pytest.approx(5e-31)
    assert L.smooth_l1_loss(one, zero, beta=1e300) == L.smooth_l1_loss(one, zero, beta=math.inf) == 0
    assert L.smooth_l1_loss(torch.tensor([1e20]), zero, beta=1e39).item() == pytest.approx(5)
    assert L.smooth_l1_loss(zero, zero, beta=1e-50) == 0
    assert L.smooth_l1_loss(one, zero, beta=1e-50) == 1
    assert L.huber_loss(zero.half(), zero.half(), delta=1e30) == 0
    assert L.huber_loss(one.half(), zero.half(), delta=1e30) == 0.5


@pytest.mark.parametrize("name", ["huber_loss", "smooth_l1_loss", "mse_loss", "l1_loss", "hinge_loss"])
def test_means_of_ten_million(name):
    """A sum whose terms are added one after the other would be off by 10⁻⁵, and by 10⁻⁴ of thirty million."""
    x = torch.rand(10_000_000, generator=torch.Generator().manual_seed(0))
    zero = torch.zeros(()).expand_as(x)
    exact = getattr(L, name)(x[:1].double() * 0 + 1, zero[:1].double()).item()      # of an error of 1
    mean = {1: x.double().mean(), 2: x.double().square().mean()}[1 if name in ("l1_loss",) else 2]
    wanted = 1.0 if name == "hinge_loss" else exact * mean.item()
    assert getattr(L, name)(x, zero).item() == pytest.approx(wanted, rel=3e-7)


@every_half
@pytest.mark.parametrize("name", ["huber_loss", "smooth_l1_loss", "mse_loss", "l1_loss", "hinge_loss",
                                  "epsilon_insensitive_loss", "binary_cross_entropy_with_logits"])
def test_means_of_many_half_numbers(name, dtype):
    x, t = (draws(100_003, seed=s, dtype=torch.float32).to(dtype).requires_grad_(s == 0) for s in (0, 1))
    wide = x.detach().double().requires_grad_()
    ours, wanted = getattr(L, name)(x, t), getattr(L, name)(wide, t.double())
    close(ours.detach(), wanted.detach())
    ours.backward(torch.tensor(1000.0, dtype=dtype))
    wanted.backward(torch.tensor(1000.0, dtype=torch.float64))
    close(x.grad, wide.grad)


@every_half
def test_vicreg_of_half_numbers(dtype):
    z = [(100 * draws(70, 50, seed=s, dtype=torch.float32)).to(dtype) for s in (0, 1)]
    wanted = dg.pretraining.vicreg(*(x.double() for x in z)).item()
    assert dg.pretraining.vicreg(*z).item() == pytest.approx(wanted, rel=1e-5)


@every_half
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_states_do_not_lose_what_they_add(kind, dtype):
    """400 steps in float32, and one rounding at the end: as good as float64 rounded, better than half states."""
    layer = getattr(S, kind)(3, 5, num_layers=2, bidirectional=True).to(dtype)
    wide = getattr(S, kind)(3, 5, num_layers=2, bidirectional=True).double()
    wide.load_state_dict(layer.state_dict())
    x = draws(400, 2, 3, dtype=torch.float32).to(dtype)
    close(layer(x)[0].detach(), wide(x.double())[0].detach(), 0.52)


@every_half
def test_a_cell_state_counts_on(dtype):
    """An LSTM whose gates stand open adds about 1 a step: in bfloat16 it would stop at 256."""
    layer = S.LSTM(1, 1).to(dtype)
    with torch.no_grad():
        layer.weight_ih_l0.zero_(), layer.weight_hh_l0.zero_(), layer.bias_hh_l0.zero_()
        layer.bias_ih_l0.fill_(30.0)
        _, (_, c) = layer(torch.zeros(1000, 1, 1, dtype=dtype))
    close(c.flatten(), [1000.0])


@pytest.mark.parametrize("p", [-1.0, 2.0, math.nan])
def test_the_logit_of_no_probability_has_no_derivative(p):
    x = torch.tensor([p, 0.25], requires_grad=True)
    dg.activations.logit(x).sum().backward()
    assert x.grad[0].isnan() and x.grad[1].item() == pytest.approx(16 / 3)


def test_scales_of_stochastic_depth_are_exact():
    kept = dg.architectures.stochastic_depth(torch.ones(50, 2, dtype=torch.float64), 0.3)
    assert set(kept.unique().tolist()) == {0.0, 1 / 0.7}


def test_long_histories_of_n_grams():
    model = dg.language.NGramModel(1500).fit([["a", "b", "b", "a", "b"], ["b", "a"]])
    history = ["a", "b"] * 780
    p = model.probabilities(history)
    assert p.sum().item() == pytest.approx(1)
    assert model.probability("a", history) == pytest.approx(p[model.words.index("a")].item())


def test_what_has_no_number_gives_none():
    assert dg.pretraining.effective_rank(torch.full((3, 2), math.nan)).isnan()
    sets = torch.stack([draws(5, 3), draws(5, 3).fill_(math.inf)])
    ranks = dg.pretraining.effective_rank(sets)
    assert ranks[1].isnan() and ranks[0].item() == dg.pretraining.effective_rank(sets[0]).item()
    with pytest.raises(ValueError, match="std"):
        dg.pretraining.BERT(11, 4, 2, 1, std=0.0)
