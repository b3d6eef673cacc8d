"""Batch normalization's statistics, what evaluation makes of them, small batches, and the map that it folds into."""

import pytest
import torch
from comparing import draws
from torch import nn

import deepgloss as dg
from deepgloss import stability as S

close = torch.testing.assert_close


def test_statistics_of_a_batch_by_hand():
    mean, var = S.batch_statistics(torch.tensor([[1.0, 0.0], [3.0, 0.0], [8.0, 6.0]]))
    close(mean, torch.tensor([4.0, 2.0]))
    close(var, torch.tensor([26 / 3, 8.0]))                     # the biased one: 26 / 3, not 26 / 2
    new = S.running_statistics(torch.zeros(2), torch.ones(2), mean, var, 3, 0.1)
    close(new[0], torch.tensor([0.4, 0.2]))
    close(new[1], torch.tensor([0.9 + 1.3, 0.9 + 1.2]))         # the unbiased one: 13 and 12


@pytest.mark.parametrize("momentum", [0.1, 0.75, None])
def test_running_statistics_are_the_layers(momentum):
    layer = nn.BatchNorm1d(5, momentum=momentum, dtype=torch.float64).to(dg.device())
    mean, var = layer.running_mean.clone(), layer.running_var.clone()
    batches = [draws(7, 5, 3, seed=seed) for seed in range(11)]
    for t, batch in enumerate(batches, 1):
        layer(batch)
        share = 1 / t if momentum is None else momentum
        mean, var = S.running_statistics(mean, var, *S.batch_statistics(batch), 21, share)
    close((mean, var), (layer.running_mean, layer.running_var))
    if momentum is None:
        close(mean, torch.stack([b.mean((0, 2)) for b in batches]).mean(0))


def test_given_statistics_let_examples_alone():
    x, mean, var = draws(7, 5, 3), draws(5, seed=1), draws(5, seed=2).square() + 0.5
    y = S.batch_norm(x, mean=mean, var=var)
    close(y, (x - mean[:, None]) / (var[:, None] + 1e-5).sqrt())
    close(S.batch_norm(x[:1], mean=mean, var=var), y[:1])
    close(S.batch_norm(x, mean=mean, var=var, eps=0.0), (x - mean[:, None]) / var[:, None].sqrt())


def test_training_is_scale_invariant_and_evaluation_is_not():
    x = 3 + draws(13, 5)
    close(S.batch_norm(5 * x, eps=1e-12), S.batch_norm(x, eps=1e-12))
    mean, var = S.batch_statistics(x)
    assert (S.batch_norm(5 * x, mean=mean, var=var) - S.batch_norm(x, mean=mean, var=var)).abs().max() > 1


@pytest.mark.parametrize("kind, shape", [("BatchNorm1d", (1, 5)), ("BatchNorm1d", (1, 5, 1)), ("BatchNorm2d", (1, 5, 1, 1)),
                                         ("BatchNorm3d", (1, 5, 1, 1, 1))])
def test_a_batch_of_one_is_refused_in_training_alone(kind, shape):
    """By a ValueError, as PyTorch does; but ours has counted nothing then."""
    for layer in (getattr(S, kind)(5), getattr(nn, kind)(5)):
        layer = layer.to(dg.device())
        with pytest.raises(ValueError, match="more than 1 value per channel|more than one value per channel"):
            layer(torch.ones(shape, device=dg.device()))
        assert layer.eval()(torch.ones(shape, device=dg.device())).shape == shape
    ours = getattr(S, kind)(5)
    with pytest.raises(ValueError):
        ours(torch.ones(shape))
    assert ours.num_batches_tracked == 0


def test_no_examples_move_nothing():
    ours, theirs = S.BatchNorm1d(5), nn.BatchNorm1d(5)
    assert ours(torch.ones(0, 5)).shape == theirs(torch.ones(0, 5)).shape == (0, 5)
    close(ours.state_dict(), theirs.state_dict())


def test_reset():
    layer = S.BatchNorm1d(5).to(dg.device())
    fresh = {name: x.clone() for name, x in layer.state_dict().items()}
    layer(draws(7, 5, dtype=torch.float32))
    nn.init.constant_(layer.weight, 3.0)
    layer.reset_parameters()
    close(layer.state_dict(), fresh)


LAYERS = [
    (nn.Linear(7, 5), S.BatchNorm1d(5), (3, 7)), (nn.Linear(7, 5, bias=False), nn.BatchNorm1d(5), (3, 7)),
    (dg.networks.Linear(7, 5), S.BatchNorm1d(5, affine=False), (3, 7)),
    (nn.Conv1d(3, 5, 3), S.BatchNorm1d(5, bias=False), (2, 3, 11)),
    (nn.Conv2d(6, 4, 3, 2, 1, groups=2, bias=False), S.BatchNorm2d(4), (2, 6, 7, 11)),
    (dg.convolution.Conv2d(3, 5, 3), S.BatchNorm2d(5, eps=0.25), (2, 3, 7, 11)),
    (nn.Conv3d(2, 3, 2), nn.BatchNorm3d(3), (2, 2, 3, 5, 7)),
]


@pytest.mark.parametrize("layer, norm, shape", LAYERS, ids=lambda x: type(x).__name__)
def test_a_folded_layer_is_both(layer, norm, shape):
    layer, norm = layer.double().to(dg.device()), norm.double().to(dg.device())
    for k, x in enumerate((*norm.parameters(), norm.running_mean)):
        x.data.copy_(draws(*x.shape, seed=k))
    norm.running_var.copy_(draws(len(norm.running_var), seed=9).square() + 0.1)
    before = {name: x.clone() for name, x in layer.state_dict().items()}
    one, x = S.folded(layer, norm), draws(*shape)
    assert type(one) is type(layer) and one.bias is not None
    close(one(x), norm.eval()(layer.eval()(x)))
    close(layer.state_dict(), before)


def test_folding_against_pytorchs():
    layer, norm = nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5)
    norm(torch.randn(7, 5, 3, 3))
    theirs = torch.nn.utils.fusion.fuse_conv_bn_eval(layer.eval(), norm.eval())
    weight, bias = S.fold_batch_norm(layer.weight, layer.bias, norm.running_mean, norm.running_var, norm.weight, norm.bias)
    close((weight, bias), (theirs.weight, theirs.bias))


@pytest.mark.parametrize("call, error, words", [
    (lambda: S.batch_norm(torch.ones(5)), ValueError, "at least 2 axes"),
    (lambda: S.batch_norm(torch.ones(2, 3), torch.ones(2)), ValueError, "weight must have shape"),
    (lambda: S.batch_norm(torch.ones(2, 3), mean=torch.ones(3)), ValueError, "mean and var"),
    (lambda: S.batch_norm(torch.ones(1, 3)), ValueError, "more than one value per channel"),
    (lambda: S.batch_norm(torch.ones(2, 3), eps=0.0), ValueError, "eps"),
    (lambda: S.batch_norm([[1.0]]), TypeError, "input"),
    (lambda: S.batch_statistics(torch.ones(0, 3)), ValueError, "input"),
    (lambda: S.running_statistics(torch.ones(3), torch.ones(3), torch.ones(3), torch.ones(2), 7), ValueError, "var"),
    (lambda: S.running_statistics(*[torch.ones(3)] * 4, 1), ValueError, "count"),
    (lambda: S.running_statistics(*[torch.ones(3)] * 4, 7, 1.5), ValueError, "momentum"),
    (lambda: S.batch_norm_vjp(torch.ones(1, 3), None, torch.ones(1, 3)), ValueError, "more than one value"),
    (lambda: S.batch_norm_vjp(torch.ones(2, 3), torch.ones(2), torch.ones(2, 3)), ValueError, "weight"),
    (lambda: S.BatchNorm1d(3)(torch.ones(2, 5)), ValueError, "num_features=3"),
    (lambda: S.BatchNorm2d(3)(torch.ones(2, 3)), ValueError, r"\(N, C, H, W\)"),
    (lambda: S.BatchNorm1d(3, momentum=2.0), ValueError, "momentum"),
    (lambda: S.BatchNorm1d(3, affine="False"), TypeError, "affine"),
    (lambda: S.fold_batch_norm(torch.ones(3, 2), None, torch.ones(3), torch.ones(2)), ValueError, "var"),
    (lambda: S.folded(nn.Linear(2, 3), nn.LayerNorm(3)), TypeError, "norm"),
    (lambda: S.folded(nn.Linear(2, 3), nn.BatchNorm1d(3, track_running_stats=False)), ValueError, "running statistics"),
    (lambda: S.folded(nn.ConvTranspose2d(3, 3, 2), nn.BatchNorm2d(3)), TypeError, "layer"),
    (lambda: S.folded(nn.ReLU(), nn.BatchNorm2d(3)), TypeError, "layer"),
    (lambda: S.folded(nn.Linear(2, 5), nn.BatchNorm1d(3)), ValueError, "3 outputs"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
