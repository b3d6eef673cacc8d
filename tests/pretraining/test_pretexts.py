"""Rotations, what is hidden, small affine views, the linear probe, and the measures of collapse."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from torch.nn import functional as F

import deepgloss as dg

P = dg.pretraining


def normal(*shape, seed=0, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype).to(dg.device())


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


# rotations

def test_rotations_by_index():
    x = normal(3, 2, 5, 5)
    turned, labels = P.rotations(x)
    assert turned.shape == (12, 2, 5, 5) and labels.tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3
    for i in range(5):
        for j in range(5):                       # counterclockwise: what was at the right edge is on top
            assert torch.equal(turned[3:6, :, i, j], x[:, :, j, 4 - i])
            assert torch.equal(turned[6:9, :, i, j], x[:, :, 4 - i, 4 - j])
            assert torch.equal(turned[9:, :, i, j], x[:, :, 4 - j, i])
    assert P.rotations(x[:, 0])[0].shape == (12, 5, 5)


def test_rotations_refuse():
    with pytest.raises(ValueError, match="square"):
        P.rotations(normal(3, 5, 7))
    with pytest.raises(ValueError, match="square"):
        P.rotations(normal(5, 5))
    with pytest.raises(TypeError, match="floating"):
        P.rotations(torch.ones(2, 3, 3, dtype=torch.int64))


# what is hidden

@settings(max_examples=25)
@given(n=st.integers(1, 5), rows=st.integers(1, 5), columns=st.integers(1, 5), patch=st.integers(1, 3),
       share=st.floats(0, 1), seed=st.integers(0, 99))
def test_hides_whole_patches(n, rows, columns, patch, share, seed):
    hidden = P.hidden_pixels((n, 2, rows * patch, columns * patch), share, patch, generator=seeded(seed))
    assert hidden.shape == (n, 2, rows * patch, columns * patch) and hidden.dtype == torch.bool
    tiles = hidden.unflatten(3, (columns, patch)).unflatten(2, (rows, patch)).movedim(3, 4)
    counts = tiles.sum((-1, -2))
    assert set(counts.unique().tolist()) <= {0, patch**2}
    assert (counts.sum((-1, -2)) == patch**2 * round(share * rows * columns)).all()


def test_hides_each_place_as_often():
    hidden = P.hidden_pixels((4000, 4, 4), 0.25, generator=seeded())
    assert (hidden.float().mean(0) - 0.25).abs().max() < 0.04
    assert not torch.equal(hidden[0], hidden[1])
    assert torch.equal(hidden, P.hidden_pixels((4000, 4, 4), 0.25, generator=seeded()))


def test_hidden_pixels_refuse():
    for bad in (1.5, -0.1):
        with pytest.raises(ValueError, match="share"):
            P.hidden_pixels((4, 8, 8), bad)
    with pytest.raises(ValueError, match="do not tile"):
        P.hidden_pixels((4, 8, 8), patch=3)
    with pytest.raises(ValueError, match="do not tile"):
        P.hidden_pixels((8,))
    with pytest.raises(ValueError, match="patch"):
        P.hidden_pixels((8, 8), patch=0)
    with pytest.raises(TypeError, match="shape"):
        P.hidden_pixels((8, 8.5))


# affine views

def by_hand(x, matrix, shift):
    """Linear interpolation of one picture, a pixel at a time, places counted from the middle."""
    height, width = x.shape
    out = torch.zeros_like(x)
    for i in range(height):
        for j in range(width):
            place = torch.tensor([j - (width - 1) / 2, i - (height - 1) / 2], dtype=torch.float64)
            column, row = (matrix @ place + shift).tolist()
            column, row = column + (width - 1) / 2, row + (height - 1) / 2
            for r in (math.floor(row), math.floor(row) + 1):
                for c in (math.floor(column), math.floor(column) + 1):
                    if 0 <= r < height and 0 <= c < width:
                        out[i, j] += x[r, c] * (1 - abs(row - r)) * (1 - abs(column - c))
    return out


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_affine_is_the_formula(seed):
    x, sizes = normal(2, 3, 7, 5, seed=seed), dict(degrees=40.0, shift=1.5, scale=0.3, shear=0.4)
    got = P.random_affine(x, **sizes, generator=seeded(seed))
    draws = 2 * torch.rand(6, 5, generator=seeded(seed)).double() - 1
    for picture, draw, row in zip(x.flatten(0, 1).cpu(), draws, got.flatten(0, 1).cpu()):
        a, s, h = math.radians(40) * draw[0], 0.3 * draw[1], 0.4 * draw[2]
        turn = torch.tensor([[a.cos(), -a.sin()], [a.sin(), a.cos()]]).double() * s.exp()
        matrix = turn @ torch.tensor([[1, h], [0, 1]]).double()
        torch.testing.assert_close(row, by_hand(picture, matrix, 1.5 * draw[3:5]), atol=1e-5, rtol=1e-5)


def test_affine_nothing_and_gradients():
    x = normal(3, 8, 8).requires_grad_()
    still = P.random_affine(x, 0, 0, 0, 0)
    torch.testing.assert_close(still, x)
    still.sum().backward()
    torch.testing.assert_close(x.grad, torch.ones_like(x))
    views = P.random_affine(x.detach(), generator=seeded()), P.random_affine(x.detach(), generator=seeded())
    assert torch.equal(*views) and views[0].dtype == x.dtype and not torch.equal(views[0], x)


def test_affine_refuses():
    x = normal(2, 8, 8)
    for name in ("degrees", "shift", "scale", "shear"):
        with pytest.raises(ValueError, match=name):
            P.random_affine(x, **{name: -1.0})
    with pytest.raises(ValueError, match="pictures"):
        P.random_affine(x[0, 0])
    with pytest.raises(TypeError, match="floating"):
        P.random_affine(x.long())


# the probe

@pytest.mark.parametrize("n, d", [(13, 5), (7, 11)])
def test_probe_is_ridge_regression(n, d):
    x, y = normal(n, d), torch.randint(3, (n,), generator=seeded()).to(dg.device())
    w = P.linear_probe(x, y, 3, ridge=0.7)
    assert w.shape == (d + 1, 3)
    theirs = Ridge(alpha=0.7 * d).fit(x.cpu().numpy(), F.one_hot(y, 3).cpu().numpy())
    torch.testing.assert_close(w[:-1].T.cpu(), torch.tensor(theirs.coef_))
    torch.testing.assert_close(w[-1].cpu(), torch.tensor(theirs.intercept_))


def test_probe_many_at_once_and_classes_unseen():
    x, y = normal(2, 3, 11, 5), torch.randint(4, (2, 3, 11), generator=seeded()).to(dg.device())
    together = P.linear_probe(x, y, 5)
    assert together.shape == (2, 3, 6, 5)
    torch.testing.assert_close(together[1, 2], P.linear_probe(x[1, 2], y[1, 2], 5))
    torch.testing.assert_close(together[..., 4], torch.zeros(2, 3, 6).to(together))       # nobody has label 4
    scores = x @ together[..., :-1, :] + together[..., -1:, :]
    torch.testing.assert_close(scores.sum(-1), torch.ones(2, 3, 11).to(scores))           # shares of one-hot rows
    assert P.linear_probe(x.float(), y, 5).dtype == torch.float32


def test_probe_refuses():
    x, y = normal(7, 3), torch.arange(7, device=dg.device()) % 3
    with pytest.raises(ValueError, match="do not fit"):
        P.linear_probe(x, y[:6], 3)
    with pytest.raises(ValueError, match="labels must be in"):
        P.linear_probe(x, y, 2)
    with pytest.raises(ValueError, match="labels must be in"):
        P.linear_probe(x, y - 1, 3)
    with pytest.raises(ValueError, match="ridge"):
        P.linear_probe(x, y, 3, ridge=0)
    with pytest.raises(TypeError, match="int64"):
        P.linear_probe(x, y.double(), 3)
    with pytest.raises(TypeError, match="floating"):
        P.linear_probe(x.long(), y, 3)


# collapse

def test_vicreg_by_torch():
    z1, z2 = normal(11, 5), 0.3 * normal(11, 5, seed=1)
    wanted = 25 * (z1 - z2).pow(2).mean()
    for z in (z1, z2):
        c = torch.cov(z.T)
        wanted = wanted + 25 * (1 - (z.var(0) + 1e-4).sqrt()).clamp(min=0).mean()
        wanted = wanted + (c - torch.diag(torch.diag(c))).pow(2).sum() / 5
    torch.testing.assert_close(P.vicreg(z1, z2), wanted)
    only = P.vicreg(z1, z2, invariance=0, variance=3, covariance=0)
    torch.testing.assert_close(only, 3 * sum((1 - (z.var(0) + 1e-4).sqrt()).relu().mean() for z in (z1, z2)))
    assert torch.autograd.gradcheck(P.vicreg, (z1.requires_grad_(), z2.requires_grad_()))


def test_vicreg_forbids_the_constant():
    one = torch.ones(7, 3, device=dg.device(), requires_grad=True)
    assert P.vicreg(one, one).item() == pytest.approx(2 * 25 * 0.99, rel=1e-5)
    apart = 3 * F.one_hot(torch.arange(6, device=dg.device()) // 2, 3).float()
    assert P.vicreg(apart, apart, covariance=0).item() == 0


def test_vicreg_refuses():
    z = normal(5, 3)
    with pytest.raises(ValueError, match="must be \\(N, D\\)"):
        P.vicreg(z[None], z[None])
    with pytest.raises(ValueError, match="variance"):
        P.vicreg(z, z, variance=-1)
    with pytest.raises(ValueError, match="shape of z1"):
        P.vicreg(z, z[:, :2])


@settings(max_examples=20)
@given(k=st.integers(1, 5), scale=st.sampled_from([1e-3, 1.0, 1e4]), seed=st.integers(0, 99))
def test_rank_counts_equal_directions(k, scale, seed):
    basis = torch.linalg.qr(normal(7, 7, seed=seed)).Q[:k]
    z = scale * torch.cat([basis, -basis]) + normal(7, seed=seed + 1)
    assert P.effective_rank(z).item() == pytest.approx(k, rel=1e-6)


def test_rank_of_a_constant_and_of_many():
    z = normal(3, 11, 5)
    each = torch.stack([P.effective_rank(a) for a in z])
    torch.testing.assert_close(P.effective_rank(z), each)
    assert (each > 1).all() and (each < 5).all()
    for dtype in (torch.float32, torch.float64):
        assert P.effective_rank(torch.full((7, 3), 0.1, dtype=dtype, device=dg.device())) == 0
    sigma = torch.linalg.svdvals(z[0] - z[0].mean(0))
    p = sigma / sigma.sum()
    torch.testing.assert_close(each[0], torch.exp(-(p * p.log()).sum()))


def test_rank_refuses():
    with pytest.raises(ValueError, match="z must be"):
        P.effective_rank(normal(5))
    with pytest.raises(ValueError, match="z must be"):
        P.effective_rank(normal(1, 5))
    with pytest.raises(TypeError, match="floating"):
        P.effective_rank(torch.ones(5, 3, dtype=torch.int64))
