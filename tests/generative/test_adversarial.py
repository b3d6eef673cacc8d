"""Losses, penalties, networks and steps of adversarial training, against formulas, densities and PyTorch's own."""

import math

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from torch import nn

import deepgloss as dg
from deepgloss import generative as G

close = torch.testing.assert_close


def cpu_generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_losses_are_their_formulas():
    real, fake = draws(7, 3), draws(11, seed=1)
    d = torch.sigmoid
    wanted = {"minimax": -d(real).log().mean() - (1 - d(fake)).log().mean(), "wasserstein": fake.mean() - real.mean(),
              "hinge": (1 - real).clamp(min=0).mean() + (1 + fake).clamp(min=0).mean()}
    for kind, value in wanted.items():
        close(G.discriminator_loss(real, fake, kind), value)
    close(G.discriminator_loss(real, fake), F.binary_cross_entropy_with_logits(real, torch.ones_like(real))
          + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake)))
    wanted = {"minimax": (1 - d(fake)).log().mean(), "non-saturating": -d(fake).log().mean(), "hinge": -fake.mean(), "wasserstein": -fake.mean()}
    for kind, value in wanted.items():
        close(G.generator_loss(fake, kind), value)


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_losses_survive_certainty(size):
    for kind in ("minimax", "hinge", "wasserstein"):
        logits = torch.full((5,), size, requires_grad=True)
        loss = G.discriminator_loss(-logits, logits, kind) + G.generator_loss(logits, kind)
        assert loss.isfinite() and torch.autograd.grad(loss, logits)[0].isfinite().all()
    assert G.generator_loss(torch.full((3,), size)).item() == max(-size, 0)


def test_one_loss_saturates_and_the_other_does_not():
    """For samples that are found out the one has no slope left, the other its largest."""
    for logit in (-9.0, 0.0, 9.0):
        fake = torch.full((1,), logit, dtype=torch.float64, requires_grad=True)
        share = torch.sigmoid(fake.detach())
        close(torch.autograd.grad(G.generator_loss(fake, "minimax"), fake)[0], -share)
        close(torch.autograd.grad(G.generator_loss(fake, "non-saturating"), fake)[0], share - 1)


def densities():
    x = torch.linspace(-30, 30, 5003, dtype=torch.float64).to(dg.device())
    return [torch.distributions.Normal(*x.new_tensor(pair)).log_prob(x).exp() for pair in ((0.0, 1.0), (1.5, 2.0))], 60 / 5002


def test_the_optimal_discriminator_is_optimal():
    (p, q), spacing = densities()
    best = G.optimal_discriminator(p, q)
    close(best, p / (p + q))

    def value(d):
        return ((torch.xlogy(p, d) + torch.xlogy(q, 1 - d)).sum() * spacing).item()

    assert value(best) == pytest.approx(-math.log(4) + 2 * G.jensen_shannon(p, q, spacing).item(), abs=1e-9)
    for shift in (-0.05, 0.05):
        assert value((torch.logit(best) + shift).sigmoid()) < value(best)
    tiny = torch.tensor([1e-40, 0.0, 0.0, 2.0])
    assert G.optimal_discriminator(tiny, torch.tensor([1e-40, 0.0, 1.0, 0.0])).tolist() == [0.5, 0.5, 0, 1]


def test_jensen_shannon_of_known_densities():
    (p, q), spacing = densities()
    middle = (p + q) / 2
    kl = [torch.xlogy(x, x / middle).sum() * spacing for x in (p, q)]
    close(G.jensen_shannon(p, q, spacing), sum(kl) / 2)
    close(G.jensen_shannon(p, q, spacing), G.jensen_shannon(q, p, spacing))
    assert G.jensen_shannon(p, p, spacing) == 0
    apart = torch.tensor([1.0, 0, 0]), torch.tensor([0, 0.25, 0.75])
    assert G.jensen_shannon(*apart).item() == pytest.approx(math.log(2))


def test_penalty_of_a_linear_critic_is_known():
    """The slope is the weight everywhere, so that the penalty and its gradient are closed forms."""
    w = draws(5).requires_grad_()
    x, fake = draws(7, 5, seed=1), draws(7, 5, seed=2).requires_grad_()
    penalty = G.gradient_penalty(lambda x: x @ w, x, fake)
    close(penalty, (w.norm() - 1).square())
    slope, none = torch.autograd.grad(penalty, [w, fake], allow_unused=True)
    close(slope, (2 * (w.norm() - 1) * w / w.norm()).detach())
    assert none is None
    close(G.gradient_penalty(lambda x: x @ w, x, fake, target=0.0), w.square().sum())
    flat = G.gradient_penalty(lambda x: (x * 0 * w).sum(1), x, fake)
    assert flat.item() == pytest.approx(1, abs=1e-5) and torch.autograd.grad(flat, w)[0].isfinite().all()


def test_penalty_is_taken_between_the_two():
    x, fake = draws(7, 2, 3), draws(7, 2, 3, seed=1)
    critic = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 1)).double().to(dg.device())
    share = torch.rand(7, 1, 1, generator=cpu_generator()).to(x)
    between = (share * x + (1 - share) * fake).requires_grad_()
    slopes = torch.autograd.grad(critic(between).sum(), between)[0].flatten(1).norm(dim=1)
    fake.requires_grad_()
    penalty = G.gradient_penalty(critic, x, fake, generator=cpu_generator())
    close(penalty, (slopes - 1).square().mean())
    assert torch.autograd.grad(penalty, fake, allow_unused=True) == (None,)     # the samples get nothing of it
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        half = G.gradient_penalty(critic.to(dtype), x.to(dtype), fake.to(dtype), generator=cpu_generator())
        assert half.dtype == torch.float32
        close(half.double(), (slopes - 1).square().mean(), rtol=0.1, atol=0.02)


def same_state(ours, theirs):
    """PyTorch's u and v as ours."""
    with torch.no_grad():
        theirs.parametrizations.weight[0]._u.copy_(ours.u)
        theirs.parametrizations.weight[0]._v.copy_(ours.v)


@pytest.mark.parametrize("make, shape", [(lambda: nn.Linear(7, 5), (3, 7)), (lambda: nn.Conv2d(2, 5, 3, 2, 1), (3, 2, 7, 11)),
                                         (lambda: nn.Conv1d(2, 5, 3, padding=1, padding_mode="circular"), (3, 2, 7))])
def test_spectral_norm_is_pytorchs_step_by_step(make, shape):
    plain, theirs = make().to(dg.device()), make().to(dg.device())
    theirs.load_state_dict(plain.state_dict())
    theirs = nn.utils.parametrizations.spectral_norm(theirs)
    ours = G.SpectralNorm(plain).to(dg.device())
    same_state(ours, theirs)
    x = draws(*shape, dtype=torch.float32)
    optimizers = [torch.optim.SGD(m.parameters(), 0.1) for m in (ours, theirs)]
    for _ in range(3):
        for model, optimizer in zip((ours, theirs), optimizers):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()
        close(ours.layer.weight, theirs.parametrizations.weight.original)
        close(ours.u, theirs.parametrizations.weight[0]._u)
    ours.eval(), theirs.eval()
    state = ours.u.clone()
    close(ours(x), theirs(x))
    close(ours.weight(), theirs.weight)
    assert torch.equal(ours.u, state)
    again = G.SpectralNorm(make()).to(dg.device()).eval()
    again.load_state_dict(ours.state_dict())
    assert torch.equal(again(x), ours(x))


def test_power_iteration_finds_the_largest_singular_value():
    w = draws(5, 7)
    u, v = G.power_iteration(w, draws(7, seed=1), 200)
    close(u @ w @ v, torch.linalg.matrix_norm(w, 2))
    one, two = G.power_iteration(w, draws(7, seed=1))
    close(one, F.normalize(w @ draws(7, seed=1), dim=0))
    close(two, F.normalize(w.mT @ one, dim=0))
    layer = G.SpectralNorm(nn.Linear(7, 5), steps=50, generator=cpu_generator())
    layer(torch.ones(1, 7))
    close(torch.linalg.matrix_norm(layer.weight(), 2), torch.ones(()))


@pytest.mark.parametrize("size, widths, channels", [(8, (5, 3), 1), (12, (7,), 2), (16, (5, 3, 2), 1)])
def test_networks_for_small_pictures(size, widths, channels):
    generator = G.conv_generator(size, 11, widths, channels).to(dg.device())
    pictures = generator(draws(7, 11, dtype=torch.float32))
    assert pictures.shape == (7, channels, size, size) and 0 < pictures.min() and pictures.max() < 1
    assert G.conv_generator(size, 11, widths, channels, "tanh")(torch.randn(7, 11)).min() < 0
    for options in ({}, {"batch_norm": True}, {"spectral_norm": True}):
        discriminator = G.conv_discriminator(size, widths[::-1], channels, **options).to(dg.device())
        assert discriminator(pictures).shape == (7,)
        kinds = [type(m) for m in discriminator.modules()]
        assert (nn.BatchNorm2d in kinds) == (options.get("batch_norm", False) and len(widths) > 1)
        assert (G.SpectralNorm in kinds) == options.get("spectral_norm", False)
    assert generator[0].weight.std().item() == pytest.approx(0.02, rel=0.3)
    assert G.mlp_discriminator((2, 3), (5,))(torch.ones(7, 2, 3)).shape == (7,)


def players():
    dg.seed(0)
    g, d = (m.to(dg.device()) for m in (G.mlp_decoder((2,), 3, (11,)), G.mlp_discriminator((2,), (13,))))
    return g, d, torch.optim.SGD(g.parameters(), 0.1), torch.optim.SGD(d.parameters(), 0.1)


@pytest.mark.parametrize("loss", ["minimax", "non-saturating", "hinge", "wasserstein"])
def test_a_step_is_two_updates_by_hand(loss):
    x = draws(7, 2, dtype=torch.float32)
    g, d, g_opt, d_opt = players()
    found = G.gan_step(g, d, [x, x + 1], g_opt, d_opt, 3, loss=loss, draws=cpu_generator())
    g2, d2, g2_opt, d2_opt = players()
    noise, theirs = cpu_generator(), loss if loss in ("hinge", "wasserstein") else "minimax"
    for batch in (x, x + 1):
        value = G.discriminator_loss(d2(batch), d2(g2(torch.randn(7, 3, generator=noise).to(x)).detach()), theirs)
        d2_opt.zero_grad()
        value.backward()
        d2_opt.step()
    fooled = G.generator_loss(d2(g2(torch.randn(7, 3, generator=noise).to(x))), loss)
    g2_opt.zero_grad()
    fooled.backward()
    g2_opt.step()
    close(found.discriminator, value.detach())
    close(found.generator, fooled.detach())
    for a, b in zip([*g.parameters(), *d.parameters()], [*g2.parameters(), *d2.parameters()]):
        close(a, b)
        assert a.requires_grad
    assert not any(x.requires_grad for x in found)


def test_a_penalty_weighs_in_the_discriminators_loss():
    x = draws(7, 2, dtype=torch.float32)
    values = []
    for weight in (0.0, 10.0):
        g, d, g_opt, d_opt = players()
        penalty = None
        if weight:
            noise = cpu_generator()
            samples = g(torch.randn(7, 3, generator=noise).to(x)).detach()
            penalty = G.gradient_penalty(d, x, samples, generator=noise).item()
        values.append(G.gan_step(g, d, x, g_opt, d_opt, 3, loss="wasserstein", penalty=weight, draws=cpu_generator()).discriminator.item())
    assert values[1] - values[0] == pytest.approx(10 * penalty, rel=1e-4) and penalty > 0


def test_a_game_moves_samples_to_the_data():
    x = draws(251, 2, dtype=torch.float32) * 0.3 + 2
    dg.seed(0)
    g, d = (m.to(dg.device()) for m in (G.mlp_decoder((2,), 3, (16,)), G.mlp_discriminator((2,), (16,))))
    g_opt, d_opt = (torch.optim.Adam(m.parameters(), 1e-2, (0.5, 0.9)) for m in (g, d))
    noise = cpu_generator()
    for _ in range(120):
        batch = x[torch.randint(len(x), (64,), generator=noise).to(x.device)]
        G.gan_step(g, d, batch, g_opt, d_opt, 3, draws=noise)
    assert (g(torch.randn(211, 3, generator=noise).to(x)).mean(0) - 2).abs().max() < 0.7


def test_a_weight_average_is_its_recursion():
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5)).to(dg.device())
    average = G.WeightAverage(model, 0.9)
    wanted = [p.detach().clone() for p in model.parameters()]
    for k in range(3):
        with torch.no_grad():
            for p in model.parameters():
                p.add_(draws(*p.shape, seed=k, dtype=torch.float32))
        model(draws(7, 3, dtype=torch.float32))
        average.update(model)
        wanted = [0.9 * a + 0.1 * p.detach() for a, p in zip(wanted, model.parameters())]
    for a, b in zip(average.network.parameters(), wanted):
        close(a, b)
        assert not a.requires_grad
    assert torch.equal(average.network[1].running_mean, model[1].running_mean) and not average.network.training and model.training
    assert not torch.equal(average.network[0].weight, model[0].weight)
    before = average.network[0].weight.clone()
    with pytest.raises(ValueError, match="network must have the parameters"):
        average.update(nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5, track_running_stats=False)).to(dg.device()))
    assert torch.equal(average.network[0].weight, before)


def test_modes_on_a_ring():
    points, centers = G.gaussian_ring(2003, modes=7, radius=3.0, std=0.1)
    assert points.shape == (2003, 2) and centers.shape == (7, 2) and points.device.type == dg.device().type
    close(centers.norm(dim=1), torch.full_like(centers[:, 0], 3.0))
    close((centers[1:] - centers[:-1]).norm(dim=1), torch.full_like(centers[1:, 0], 6 * math.sin(math.pi / 7)))
    found = G.modes_covered(points, centers, 0.1)
    assert found.covered == 7 and found.quality == pytest.approx(1 - math.exp(-4.5), abs=0.01)       # three deviations in the plane
    assert found.counts.sum().item() == round(found.quality * 2003)
    assert G.modes_covered(points, centers, 0.1, 1.0).quality == pytest.approx(1 - math.exp(-0.5), abs=0.05)
    one = G.modes_covered(torch.cat([centers[2:3]] * 5 + [centers[:1] * 0]), centers, 0.1)
    assert one.covered == 1 and one.quality == pytest.approx(5 / 6) and one.counts.tolist() == [0, 0, 5, 0, 0, 0, 0]
    again, _ = G.gaussian_ring(2003, modes=7, radius=3.0, std=0.1)
    assert torch.equal(points, again) and not torch.equal(points, G.gaussian_ring(2003, modes=7, radius=3.0, std=0.1, seed=1)[0])


def step(**changes):
    g, d, g_opt, d_opt = players()
    given = {"generator": g, "discriminator": d, "batches": torch.ones(3, 2).to(dg.device()), "generator_optimizer": g_opt,
             "discriminator_optimizer": d_opt, "noise_size": 3}
    return lambda: G.gan_step(**given | changes)


def test_the_divergence_of_nearly_equal_densities_is_not_below_zero():
    for seed in range(23):
        p = torch.softmax(torch.randn(1009, generator=cpu_generator(seed)), 0).to(dg.device())
        assert G.jensen_shannon(p, p * (1 + 1e-7)) >= 0


@pytest.mark.parametrize("call, error, words", [
    (lambda: G.discriminator_loss(torch.ones(3), torch.ones(3), "non-saturating"), ValueError, "kind"),
    (lambda: G.discriminator_loss(torch.ones(3), torch.ones(3).double()), TypeError, "fake must"),
    (lambda: G.discriminator_loss(torch.ones(0), torch.ones(3)), ValueError, "real must"), (lambda: G.generator_loss(3), TypeError, "fake must"),
    (lambda: G.optimal_discriminator(torch.ones(3), -torch.ones(3)), ValueError, "q must be at least"),
    (lambda: G.optimal_discriminator(torch.ones(3), torch.ones(2)), ValueError, "q must have"),
    (lambda: G.jensen_shannon(torch.ones(3), torch.ones(3)), ValueError, "p must have the integral"),
    (lambda: G.jensen_shannon(torch.ones(1), torch.ones(1), 0.0), ValueError, "spacing"),
    (lambda: G.gradient_penalty(3, torch.ones(3, 2), torch.ones(3, 2)), TypeError, "critic must"),
    (lambda: G.gradient_penalty(lambda x: x, torch.ones(3, 2), torch.ones(3, 2)), ValueError, "critic must give"),
    (lambda: G.gradient_penalty(lambda x: x.detach().sum(1), torch.ones(3, 2), torch.ones(3, 2)), ValueError, "critic must pass"),
    (lambda: G.gradient_penalty(nn.Linear(2, 1), torch.ones(3, 2), torch.ones(2, 2)), ValueError, "fake must"),
    (lambda: G.gradient_penalty(nn.Linear(2, 1), torch.ones(3, 2), torch.ones(3, 2), -1.0), ValueError, "target"),
    (lambda: G.power_iteration(torch.ones(3, 2), torch.ones(3)), ValueError, "v must"),
    (lambda: G.SpectralNorm(nn.ReLU()), TypeError, "layer must"), (lambda: G.SpectralNorm(nn.Linear(3, 2), 0), ValueError, "steps"),
    (lambda: G.SpectralNorm(nn.ConvTranspose2d(1, 1, 3)), TypeError, "layer must"),
    (lambda: G.conv_generator(10, 3), ValueError, "size must be a multiple of 4"), (lambda: G.conv_generator(8, 0), ValueError, "noise_size"),
    (lambda: G.conv_generator(8, 3, output="relu"), ValueError, "output"), (lambda: G.conv_discriminator(8, batch_norm=1), TypeError, "batch_norm"),
    (lambda: G.mlp_discriminator(3), TypeError, "shape"),
    (step(batches=[]), TypeError, "batches must"), (step(batches=[torch.ones(0, 2)]), ValueError, r"batches\[0\]"),
    (step(batches=torch.ones(3, 2).double()), TypeError, r"batches\[0\]"), (step(batches=torch.ones(3, 5).to(dg.device())), ValueError, "samples of the batch's"),
    (step(loss="?"), ValueError, "loss"), (step(penalty=-1.0), ValueError, "penalty"), (step(noise_size=0), ValueError, "noise_size"),
    (step(draws=1), TypeError, "draws must"), (step(generator=3), TypeError, "generator must"),
    (step(generator_optimizer=torch.optim.SGD([torch.ones(1)])), ValueError, "generator_optimizer must hold"),
    (step(discriminator_optimizer=3), TypeError, "discriminator_optimizer must"),
    (lambda: G.WeightAverage(nn.Linear(3, 2), 1.1), ValueError, "decay"),
    (lambda: G.WeightAverage(nn.Linear(3, 2)).update(nn.Linear(2, 2)), ValueError, "network must"),
    (lambda: G.gaussian_ring(0), ValueError, "count"), (lambda: G.gaussian_ring(std=-1.0), ValueError, "std"),
    (lambda: G.modes_covered(torch.ones(3, 2), torch.ones(3, 3), 0.1), ValueError, "centers must"),
    (lambda: G.modes_covered(torch.ones(3, 2), torch.ones(3, 2), 0.0), ValueError, "std and within"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
