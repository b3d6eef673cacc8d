"""SimCLR's loss, alignment and uniformity: against loops, against cross-entropy, and by their gradients."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

import deepgloss as dg

P = dg.pretraining


def views(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype).to(dg.device()) for _ in range(2))


def by_loops(z1, z2, temperature):
    """The definition with numbers alone: a vector and a candidate at a time."""
    rows = z1.tolist() + z2.tolist()
    n, losses = len(z1), []

    def cosine(a, b):
        return sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))

    for i, row in enumerate(rows):
        partner = i + n if i < n else i - n
        among = sum(math.exp(cosine(row, other) / temperature) for j, other in enumerate(rows) if j != i)
        losses.append(-math.log(math.exp(cosine(row, rows[partner]) / temperature) / among))
    return sum(losses) / len(losses)


@settings(max_examples=25)
@given(n=st.integers(2, 7), d=st.integers(1, 5), temperature=st.sampled_from([0.05, 0.5, 1.0, 7.0]),
       seed=st.integers(0, 1000))
def test_is_the_definition(n, d, temperature, seed):
    z1, z2 = views(n, d, seed=seed)
    assert P.nt_xent(z1, z2, temperature).item() == pytest.approx(by_loops(z1, z2, temperature), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("temperature", [0.07, 0.5, 2.0])
def test_is_a_cross_entropy(dtype, temperature):
    """Values and gradients of PyTorch's cross-entropy: the label of each of the 2N is its partner."""
    n = 11
    z1, z2 = (z.requires_grad_() for z in views(n, 7, dtype=dtype))
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    logits = (z @ z.T / temperature).fill_diagonal_(-torch.inf)
    theirs = F.cross_entropy(logits, torch.arange(2 * n, device=z.device).roll(n))
    ours = P.nt_xent(z1, z2, temperature)
    assert ours.dtype == dtype
    torch.testing.assert_close(ours, theirs)
    for a, b in zip(torch.autograd.grad(ours, (z1, z2)), torch.autograd.grad(theirs, (z1, z2))):
        torch.testing.assert_close(a, b)


def test_gradients_by_differences():
    z1, z2 = (z.requires_grad_() for z in views(5, 3))
    assert torch.autograd.gradcheck(P.nt_xent, (z1, z2))
    assert torch.autograd.gradgradcheck(P.nt_xent, (z1, z2))


def test_batches_in_front_never_meet():
    z1, z2 = views(3, 2, 5, 7)
    apart = torch.stack([P.nt_xent(a, b, 0.3) for a, b in zip(z1.flatten(0, 1), z2.flatten(0, 1))])
    torch.testing.assert_close(P.nt_xent(z1, z2, 0.3), apart.mean())


def test_what_does_not_count():
    """Lengths, the order of the pairs, which view is first, and rotations of the sphere."""
    z1, z2 = views(7, 5)
    loss, order = P.nt_xent(z1, z2), torch.randperm(7)
    turn = torch.linalg.qr(views(5, 5, seed=1)[0]).Q
    for other in (P.nt_xent(3 * z1, z2 * torch.rand(7, 1).to(z2)), P.nt_xent(z2, z1),
                  P.nt_xent(z1[order], z2[order]), P.nt_xent(z1 @ turn, z2 @ turn)):
        torch.testing.assert_close(other, loss)


def test_extremes():
    same = torch.ones(13, 3, device=dg.device())
    assert P.nt_xent(same, same).item() == pytest.approx(math.log(25), rel=1e-6)
    apart = torch.eye(5, device=dg.device())
    assert P.nt_xent(apart, apart, 0.01).item() == pytest.approx(0, abs=1e-6)         # e^100 does not overflow
    assert P.nt_xent(apart, apart.roll(1, 0), 1e-3).item() == pytest.approx(1000, rel=1e-3)
    half = P.nt_xent(apart.half(), apart.half(), 0.5)
    assert half.dtype == torch.float32
    torch.testing.assert_close(half, P.nt_xent(apart, apart, 0.5))


def test_refusals():
    z1, z2 = views(5, 3)
    for bad in (0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="temperature"):
            P.nt_xent(z1, z2, bad)
    with pytest.raises(TypeError, match="temperature"):
        P.nt_xent(z1, z2, "cold")
    with pytest.raises(ValueError, match="shape of z1"):
        P.nt_xent(z1, z2[:4])
    with pytest.raises(ValueError, match="N of at least 2"):
        P.nt_xent(z1[:1], z2[:1])
    with pytest.raises(ValueError, match="N of at least 2"):
        P.nt_xent(z1[0], z2[0])
    with pytest.raises(TypeError, match="z1 must hold floating"):
        P.nt_xent(z1.long(), z2)
    with pytest.raises(TypeError, match="z2 must be a tensor"):
        P.nt_xent(z1, [1.0])


def test_alignment_and_uniformity():
    z1, z2 = views(7, 5)
    u1, u2 = F.normalize(z1, dim=1), F.normalize(z2, dim=1)
    torch.testing.assert_close(P.alignment(z1, z2), (2 - 2 * (u1 * u2).sum(1)).mean())
    pairs = [math.exp(-2 * (u1[i] - u1[j]).square().sum().item()) for i in range(7) for j in range(7) if i != j]
    assert P.uniformity(z1).item() == pytest.approx(math.log(sum(pairs) / len(pairs)), rel=1e-9)
    torch.testing.assert_close(P.uniformity(z1, 0.5), P.uniformity(7 * z1, 0.5))
    one = torch.ones(5, 3, device=dg.device())
    assert P.alignment(one, one) == 0 and P.uniformity(one).item() == pytest.approx(0, abs=1e-6)
    opposite = torch.tensor([[1.0, 0.0], [-1.0, 0.0]], device=dg.device())
    assert P.uniformity(opposite).item() == pytest.approx(-8) and P.alignment(opposite, -opposite).item() == 4


def test_many_vectors_are_alignment_and_uniformity():
    """With ever more negatives the loss becomes one term of alignment and one of uniformity, plus log(2N)."""
    generator = torch.Generator().manual_seed(0)
    z1 = F.normalize(torch.randn(3001, 3, generator=generator, dtype=torch.float64), dim=1)
    z2 = F.normalize(z1 + 0.3 * torch.randn(3001, 3, generator=generator, dtype=torch.float64), dim=1)
    tau = 0.5
    pull = (P.alignment(z1, z2) / 2 - 1) / tau
    push = ((z1 @ z1.T) / tau).logsumexp(1).mean() - math.log(3001)
    torch.testing.assert_close(P.nt_xent(z1, z2, tau) - math.log(6001), pull + push, atol=5e-3, rtol=0)


def test_refusals_of_the_two():
    z, _ = views(5, 3)
    with pytest.raises(ValueError, match="z must be"):
        P.uniformity(z[0])
    with pytest.raises(ValueError, match="t must be greater"):
        P.uniformity(z, 0)
    with pytest.raises(ValueError, match="shape of z1"):
        P.alignment(z, z[:3])
