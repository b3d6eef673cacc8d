"""Divergences, densities, bounds and gradients of variational autoencoders against closed forms and torch.distributions."""

import math

import pytest
import torch
from comparing import assert_same, draws
from torch import distributions as D
from torch import nn

import deepgloss as dg
from deepgloss import generative as G

close = torch.testing.assert_close


def cpu_generator(seed=0):
    return torch.Generator().manual_seed(seed)


def leaves(*shape, count=2):
    return [draws(*shape, seed=k).requires_grad_() for k in range(count)]


def test_divergence_is_torch_distributions():
    mean, log_var, other_mean, other_log_var = given = leaves(5, 3, count=4)
    ours = G.gaussian_kl(*given)
    theirs = D.kl_divergence(D.Normal(mean, (0.5 * log_var).exp()), D.Normal(other_mean, (0.5 * other_log_var).exp()))
    assert_same(ours, theirs, given)
    standard = D.kl_divergence(D.Normal(mean, (0.5 * log_var).exp()), D.Normal(0.0, 1.0))
    assert_same(G.gaussian_kl(mean, log_var), standard, given[:2])
    close(G.gaussian_kl(mean, log_var, other_log_var=other_log_var), G.gaussian_kl(mean, log_var, 0 * mean, other_log_var))
    near = G.gaussian_kl(torch.zeros(1), torch.full((1,), 1e-3))
    close(near, torch.full((1,), 1e-6 / 4 + 1e-9 / 12), rtol=1e-3, atol=0)


def test_divergence_is_the_mean_of_its_draws():
    mean, log_var = torch.tensor([0.5, -1.0]).double(), torch.tensor([-1.0, 0.3]).double()
    z = mean + (0.5 * log_var).exp() * torch.randn(100_003, 2, generator=cpu_generator(), dtype=torch.float64)
    zero = torch.zeros_like(mean)
    each = G.gaussian_log_density(z, mean, log_var) - G.gaussian_log_density(z, zero, zero)
    error = each.std(0) / len(z) ** 0.5
    assert ((each.mean(0) - G.gaussian_kl(mean, log_var)).abs() < 4 * error).all()


def test_densities_are_torch_distributions():
    x, mean, log_var = leaves(5, 3, count=3)
    assert_same(G.gaussian_log_density(x, mean, log_var), D.Normal(mean, (0.5 * log_var).exp()).log_prob(x), [x, mean, log_var])
    share = x.sigmoid().detach()
    assert_same(G.bernoulli_log_density(share, mean), D.ContinuousBernoulli(logits=mean).log_prob(share)
                - D.ContinuousBernoulli(logits=mean)._cont_bern_log_norm(), [mean])
    coin = (x > 0).double()
    close(G.bernoulli_log_density(coin, 9 * mean), D.Bernoulli(logits=9 * mean).log_prob(coin))
    assert G.gaussian_log_density(x, mean[0], log_var[0, 0]).shape == (5, 3)


def test_a_sure_coin_costs_nothing_and_a_wrong_one_what_it_claims():
    logits = torch.tensor([1e4, -1e4, 1e4, -1e4, 30.0], dtype=torch.float64, requires_grad=True)
    found = G.bernoulli_log_density(torch.tensor([1.0, 0, 0, 1, 1], dtype=torch.float64), logits)
    assert found[:2].tolist() == [0, 0] and found[2:4].tolist() == [-1e4, -1e4]
    assert found[4].item() == pytest.approx(-math.exp(-30), rel=1e-6, abs=0)
    found.sum().backward()
    close(logits.grad[:4], torch.tensor([0.0, 0, -1, 1], dtype=torch.float64))


def test_draws_carry_gradients():
    mean, log_var = leaves(5, 3)
    z = G.reparameterized(mean, log_var, cpu_generator())
    noise = torch.randn(5, 3, generator=cpu_generator()).to(mean)
    close(z, mean + (0.5 * log_var).exp() * noise)
    a, b = torch.autograd.grad(z.sum(), [mean, log_var])
    close(a, torch.ones_like(a))
    close(b, 0.5 * (0.5 * log_var).exp() * noise)
    many = G.reparameterized(torch.full((9973,), 2.0), torch.full((9973,), math.log(9.0)), cpu_generator())
    assert many.mean().item() == pytest.approx(2, abs=4 * 3 / 9973**0.5) and many.std().item() == pytest.approx(3, rel=0.03)


@pytest.mark.parametrize("estimate", [G.score_function_gradient, G.pathwise_gradient])
def test_both_gradients_are_right_on_a_quadratic(estimate):
    """E[(z − c)²] is (μ − c)² + σ², summed over the numbers."""
    c = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64).to(dg.device())
    mean, log_var = draws(3), 0.5 * draws(3, seed=1)
    found = estimate(lambda z: (z - c).square().sum(1), mean, log_var, 40_009, generator=cpu_generator())
    assert found.mean.shape == found.log_var.shape == (40_009, 3)
    for each, wanted in ((found.mean, 2 * (mean - c)), (found.log_var, log_var.exp())):
        error = each.std(0) / len(each) ** 0.5
        assert ((each.mean(0) - wanted).abs() < 4.5 * error).all()


def test_each_draws_estimate_is_its_formula():
    mean, log_var = draws(3).requires_grad_(), (2 + draws(3, seed=1)).requires_grad_()
    score = G.score_function_gradient(lambda z: z.sin().sum(1), mean, log_var, 5, 0.7, cpu_generator())
    path = G.pathwise_gradient(lambda z: z.sin().sum(1), mean, log_var, 5, cpu_generator())
    noise = torch.randn(5, 3, generator=cpu_generator()).to(mean)
    for k in range(5):
        z = (mean + (0.5 * log_var).exp() * noise[k])
        value = z.sin().sum()
        for found, wanted in zip(path, torch.autograd.grad(value, [mean, log_var])):
            close(found[k], wanted)
        log_q = G.gaussian_log_density(z.detach(), mean, log_var).sum()
        for found, slope in zip(score, torch.autograd.grad(log_q, [mean, log_var])):
            close(found[k], (value.detach() - 0.7) * slope)


def test_through_the_draws_the_variance_is_lower_and_a_baseline_helps():
    mean, log_var = torch.ones(2), torch.zeros(2)

    def f(z):
        return (z - 3).square().sum(1)

    options = {"draws": 5003}
    path = G.pathwise_gradient(f, mean, log_var, generator=cpu_generator(), **options)
    score = G.score_function_gradient(f, mean, log_var, generator=cpu_generator(), **options)
    better = G.score_function_gradient(f, mean, log_var, baseline=10.0, generator=cpu_generator(), **options)
    assert (path.mean.var(0) * 4 < better.mean.var(0)).all() and (better.mean.var(0) < score.mean.var(0)).all()
    close(better.mean - score.mean, -10 * torch.randn(5003, 2, generator=cpu_generator()))
    close(path.mean.var(0), torch.full((2,), 4.0), rtol=0.1, atol=0)            # of 2(z − 3)


def test_the_bound_is_its_two_terms():
    density, mean, log_var = draws(5, 2, 3), draws(5, 7, seed=1), draws(5, 7, seed=2)
    found = G.elbo(density, mean, log_var)
    close(found.reconstruction, density.sum((1, 2)))
    close(found.kl, G.gaussian_kl(mean, log_var))
    close(found.value(), density.sum((1, 2)) - found.kl.sum(1))
    close(found.loss(), -found.value().mean())
    close(found.loss(beta=3.0), (3 * found.kl.sum(1) - found.reconstruction).mean())
    floor = found.kl.mean(0).median().item()
    close(found.loss(2.0, floor), 2 * found.kl.mean(0).clamp(min=floor).sum() - found.reconstruction.mean())
    close(G.free_bits(found.kl), found.kl.mean(0).sum())
    kl = torch.tensor([[0.1, 1.0], [0.1, 3.0]], requires_grad=True)
    G.free_bits(kl, 0.5).backward()
    assert kl.grad.tolist() == [[0, 0.5], [0, 0.5]]


def linear_model(d_in=5, d=2):
    """A decoder that is linear and an encoder that is its exact posterior, as a variational autoencoder and in closed form."""
    model = dg.generative.probabilistic_pca(draws(53, d_in) @ draws(d_in, d_in, seed=1) * 0.3, d)
    inner = model.weight.mT @ model.weight + model.variance * torch.eye(d, dtype=torch.float64, device=dg.device())
    encoder, decoder = nn.Linear(d_in, 2 * d), nn.Linear(d, d_in)
    vae = G.VariationalAutoencoder(encoder, decoder, d, likelihood="gaussian", std=model.variance.sqrt().item()).double().to(dg.device())
    inverse = torch.linalg.inv(inner)
    with torch.no_grad():
        decoder.weight.copy_(model.weight)
        decoder.bias.copy_(model.mean)
        encoder.weight[:d] = inverse @ model.weight.mT
        encoder.bias[:d] = -(inverse @ model.weight.mT @ model.mean)
        encoder.weight[d:] = 0
        encoder.bias[d:] = (model.variance * inverse.diagonal()).log()
    return vae, model


def test_the_bound_is_tight_where_the_posterior_is_exact():
    """With d = 1 the posterior is diagonal: every weight is the likelihood itself, whatever was drawn."""
    vae, model = linear_model(d=1)
    x = draws(7, 5, seed=4)
    close(vae.log_weights(x, 3), model.log_likelihood(x).expand(3, -1), rtol=1e-6, atol=1e-6)


def test_more_draws_bring_the_bound_to_the_likelihood():
    vae, model = linear_model()
    with torch.no_grad():
        vae.encoder.bias[2:] += 1.0                                             # too wide a posterior
        x = draws(3, 5, seed=4).repeat_interleave(211, 0)
        gaps = []
        for count in (1, 5, 101):
            bound = G.importance_bound(vae.log_weights(x, count, generator=cpu_generator(count)))
            gaps.append((model.log_likelihood(x) - bound).mean().item())
        single = vae(x, generator=cpu_generator()).value().mean().item()
    assert gaps[0] > 2 * gaps[1] > 4 * gaps[2] > -0.01 and gaps[2] < 0.05
    assert (model.log_likelihood(x).mean() - single).item() == pytest.approx(gaps[0], rel=0.3)


def test_importance_bound_is_a_stable_mean():
    weights = draws(7, 5)
    close(G.importance_bound(weights), weights.exp().mean(0).log())
    close(G.importance_bound(weights - 5000), weights.exp().mean(0).log() - 5000)
    close(G.importance_bound(weights[:1]), weights[0])


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_likelihood_of_the_linear_model(dtype):
    x = (draws(53, 5) @ draws(5, 5, seed=1) + 3).to(dtype)
    model = G.probabilistic_pca(x, 2)
    exact = G.probabilistic_pca(x.double(), 2)
    covariance = exact.weight @ exact.weight.mT + exact.variance * torch.eye(5, dtype=torch.float64, device=x.device)
    normal = D.MultivariateNormal(exact.mean.cpu(), covariance.cpu())
    wanted = normal.log_prob(x.double().cpu())
    close(exact.log_likelihood(x.double()).cpu(), wanted)
    found = model.log_likelihood(x)
    assert found.dtype == model.mean.dtype == dtype
    room = {torch.float64: 1e-9, torch.float32: 1e-4, torch.float16: 2e-2, torch.bfloat16: 0.2}[dtype]
    close(found.double().cpu(), wanted, rtol=room, atol=room)


def test_no_linear_model_is_likelier_and_the_posterior_is_bayes():
    x = draws(53, 5) @ draws(5, 5, seed=1)
    model = G.probabilistic_pca(x, 2)
    best = model.log_likelihood(x).sum()
    for k in range(7):
        other = model._replace(weight=model.weight + 0.03 * draws(5, 2, seed=k), variance=model.variance * (0.9, 1.1)[k % 2])
        assert other.log_likelihood(x).sum() < best
    values = torch.linalg.eigvalsh(torch.cov(x.mT, correction=0)).flip(0)
    close(model.variance, values[2:].mean())
    close(torch.linalg.svdvals(model.weight).square() + model.variance, values[:2])
    mean, covariance = model.posterior(x[:3])
    joint = model.weight @ model.weight.mT + model.variance * torch.eye(5, dtype=x.dtype, device=x.device)
    gain = model.weight.mT @ torch.linalg.inv(joint)
    close(mean, (x[:3] - model.mean) @ gain.mT)
    close(covariance, torch.eye(2, dtype=x.dtype, device=x.device) - gain @ model.weight)


def small(**options):
    width = 13 + (options.get("classes") or 0)
    model = G.VariationalAutoencoder(G.mlp_encoder((width,), 6, (11,)), G.mlp_decoder((13,), 3 + width - 13, (11,)), 3, **options)
    return model.to(dg.device())


def test_the_modules_parts_fit_together():
    model, x = small(), draws(7, 13, dtype=torch.float32).sigmoid()
    mean, log_var = model.encode(x)
    z = G.reparameterized(mean, log_var, cpu_generator())
    found = model(x, generator=cpu_generator())
    close(found.reconstruction, G.bernoulli_log_density(x, model.decoder(z)).sum(1))
    close(found.kl, G.gaussian_kl(mean, log_var))
    close(model.decode(z), model.decoder(z).sigmoid())
    close(model.reconstruct(x), model.decode(mean))
    assert torch.equal(model.sample(5, generator=cpu_generator()), model.decode(torch.randn(5, 3, generator=cpu_generator()).to(x)))
    weights = model.log_weights(x, 1, generator=cpu_generator())
    zero = torch.zeros_like(z)
    wanted = found.reconstruction + (G.gaussian_log_density(z, zero, zero) - G.gaussian_log_density(z, mean, log_var)).sum(1)
    close(weights[0], wanted)
    found.loss().backward()
    assert all(p.grad is not None for p in model.parameters())


def test_a_gaussian_decoder_weighs_errors_by_its_deviation():
    x = draws(7, 13, dtype=torch.float32)
    fixed, learned = small(likelihood="gaussian", std=0.5), small(likelihood="gaussian", std=0.5, learn_std=True)
    assert dict(learned.named_parameters())["log_var"].exp().item() == pytest.approx(0.25) and "log_var" in dict(fixed.named_buffers())
    z = torch.randn(7, 3, generator=cpu_generator()).to(x)
    close(fixed.decode(z), fixed.decoder(z))
    found = fixed(x, generator=cpu_generator())
    z = G.reparameterized(*fixed.encode(x), cpu_generator())
    wanted = D.Normal(fixed.decoder(z), 0.5).log_prob(x).sum(1)
    close(found.reconstruction, wanted)
    learned(x).loss().backward()
    assert learned.log_var.grad.abs() > 0


def test_labels_reach_both_sides():
    rows, labels = draws(7, 13, dtype=torch.float32).sigmoid(), torch.arange(7, device=dg.device()) % 5
    model = small(classes=5)
    assert not torch.equal(model.encode(rows, labels)[0], model.encode(rows, (labels + 1) % 5)[0])
    z = torch.randn(7, 3, generator=cpu_generator()).to(rows)
    close(model.decode(z, labels), model.decoder(torch.cat([z, torch.eye(5).to(z)[labels]], 1)).sigmoid())
    assert model.sample(7, labels).shape == (7, 13) and model(rows, labels).value().shape == (7,)
    assert torch.equal(model.encode(rows, labels.cpu())[0], model.encode(rows, labels)[0])      # labels come along
    pictures = G.VariationalAutoencoder(G.conv_encoder(8, 4, (3,), 1 + 5), G.conv_decoder(8, 2 + 5, (3,)), 2, classes=5).to(dg.device())
    x = draws(7, 1, 8, 8, dtype=torch.float32).sigmoid()
    planes = torch.eye(5).to(x)[labels][:, :, None, None].expand(-1, -1, 8, 8)
    close(pictures.encode(x, labels)[0], pictures.encoder(torch.cat([x, planes], 1))[:, :2])
    assert pictures.reconstruct(x, labels).shape == x.shape


def test_annealing():
    assert [G.linear_kl_weight(k, 4) for k in (0, 1, 4, 9)] == [0, 0.25, 1, 1]
    assert [G.cyclical_kl_weight(k, 8) for k in (0, 2, 4, 7, 8, 10)] == [0, 0.5, 1, 1, 0, 0.5]
    assert G.cyclical_kl_weight(1, 8, 0.25) == 0.5


def test_interpolation_keeps_ends_and_lengths():
    a, b = draws(3, 7), draws(3, 7, seed=1)
    straight, arc = G.linear_interpolation(a, b, 5), G.spherical_interpolation(a, b, 5)
    for way in (straight, arc):
        assert way.shape == (5, 3, 7)
        close(way[0], a)
        close(way[-1], b)
    close(straight[2], (a + b) / 2)
    unit_a, unit_b = (torch.nn.functional.normalize(x, dim=-1) for x in (a, b))
    way = G.spherical_interpolation(3 * unit_a, 3 * unit_b, 7)
    close(way.norm(dim=-1), torch.full((7, 3), 3.0, dtype=a.dtype, device=a.device))
    cosines = (way[1:] * way[:-1]).sum(-1) / 9
    close(cosines, cosines[:1].expand(6, -1))
    turned = torch.stack([torch.tensor([math.cos(t), math.sin(t)], dtype=torch.float64) for t in (0.0, 0.1, 0.2, 0.3, 0.4)])
    close(G.spherical_interpolation(turned[0], turned[-1], 5), turned)
    close(G.spherical_interpolation(a, 2 * a, 5), G.linear_interpolation(a, 2 * a, 5))
    near = a.clone().requires_grad_()
    G.spherical_interpolation(near, a, 5).sum().backward()
    assert near.grad.isfinite().all()


def model_of(**options):
    return lambda: G.VariationalAutoencoder(nn.Linear(5, 4), nn.Linear(2, 5), 2, **options)


@pytest.mark.parametrize("call, error, words", [
    (lambda: G.gaussian_kl(torch.ones(3), torch.ones(2)), ValueError, "log_var must"),
    (lambda: G.gaussian_kl(torch.ones(3), torch.ones(3), torch.ones(3).double()), TypeError, "other_mean must"),
    (lambda: G.gaussian_log_density(torch.ones(3), torch.ones(2), torch.ones(3)), ValueError, "mean must"),
    (lambda: G.bernoulli_log_density(torch.ones(3) * 2, torch.ones(3)), ValueError, "x must be in"),
    (lambda: G.reparameterized(torch.ones(3), torch.ones(3), 1), TypeError, "generator"),
    (lambda: G.score_function_gradient(3, torch.ones(3), torch.ones(3)), TypeError, "f must"),
    (lambda: G.score_function_gradient(lambda z: z, torch.ones(3), torch.ones(3)), ValueError, "f must give"),
    (lambda: G.pathwise_gradient(lambda z: torch.ones(len(z)), torch.ones(3), torch.ones(3)), ValueError, "f must be diff"),
    (lambda: G.pathwise_gradient(lambda z: z.sum(1), torch.ones(3), torch.ones(3), 0), ValueError, "draws"),
    (lambda: G.elbo(torch.ones(3, 5), torch.ones(2, 5), torch.ones(2, 5)), ValueError, "mean must"),
    (lambda: G.elbo(torch.ones(2, 5), torch.ones(2, 5), torch.ones(2, 3)), ValueError, "log_var must"),
    (lambda: G.elbo(torch.ones(2, 5), torch.ones(2, 5), torch.ones(2, 5)).loss(-1.0), ValueError, "beta"),
    (lambda: G.free_bits(torch.ones(3)), ValueError, "kl must"), (lambda: G.free_bits(torch.ones(3, 2), -1.0), ValueError, "floor"),
    (lambda: G.importance_bound(torch.ones(0, 2)), ValueError, "log_weights"),
    (lambda: G.linear_kl_weight(3, 0), ValueError, "steps"), (lambda: G.cyclical_kl_weight(3, 5, 0.0), ValueError, "ramp"),
    (lambda: G.probabilistic_pca(torch.ones(5, 3), 3), ValueError, "d must"), (lambda: G.probabilistic_pca(torch.ones(5, 3), 2), ValueError, "x must vary"),
    (lambda: G.probabilistic_pca(torch.eye(3), 1).log_likelihood(torch.ones(2)), ValueError, "x must have"),
    (lambda: G.linear_interpolation(torch.ones(3), torch.ones(3), 1), ValueError, "steps"),
    (lambda: G.spherical_interpolation(torch.ones(3), torch.zeros(3), 2), ValueError, "b must not be 0"),
    (lambda: G.spherical_interpolation(torch.ones(3), -torch.ones(3), 2), ValueError, "opposite"),
    (model_of(std=0.0), ValueError, "std"), (model_of(learn_std=True), ValueError, "learn_std"), (model_of(likelihood="?"), ValueError, "likelihood"),
    (lambda: model_of()()(torch.ones(3, 4)), RuntimeError, "shape"), (lambda: model_of()().decode(torch.ones(3, 4)), ValueError, "z must"),
    (lambda: model_of()()(torch.ones(3, 5), torch.tensor([0, 1, 2])), ValueError, "labels must be None"),
    (lambda: model_of(classes=2)()(torch.ones(3, 5)), ValueError, "labels must have"),
    (lambda: model_of(classes=2)()(torch.ones(3, 5), torch.tensor([0, 1, 2])), ValueError, "labels must be in"),
    (lambda: G.VariationalAutoencoder(nn.Linear(5, 3), nn.Linear(2, 5), 2)(torch.ones(3, 5)), ValueError, "encoder must give"),
    (lambda: G.VariationalAutoencoder(nn.Linear(5, 4), nn.Linear(2, 3), 2)(torch.ones(3, 5)), ValueError, "decoder must give"),
    (lambda: model_of()()(torch.ones(3, 5).double()), TypeError, "x must be"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
