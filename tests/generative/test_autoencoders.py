"""Autoencoders: what a linear one finds, what noise does, and penalties against formulas and automatic differentiation."""

import math

import pytest
import scipy.linalg
import torch
import torch.nn.functional as F
from comparing import draws
from torch import nn

import deepgloss as dg
from deepgloss import generative as G

close = torch.testing.assert_close


def cpu_generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("encoder, decoder, shape, bounded", [
    (G.mlp_encoder((11,), 3, (7, 5)), G.mlp_decoder((11,), 3, (5, 7)), (11,), False),
    (G.mlp_encoder((1, 8, 8), 3), G.mlp_decoder((1, 8, 8), 3, output=nn.Sigmoid), (1, 8, 8), True),
    (G.mlp_encoder((13,), 3, ()), G.mlp_decoder((13,), 3, ()), (13,), False),
    (G.conv_encoder(8, 3), G.conv_decoder(8, 3, output=nn.Sigmoid), (1, 8, 8), True),
    (G.conv_encoder(20, 3, (5, 7), 2), G.conv_decoder(20, 3, (7, 5), 2), (2, 20, 20), False),
])
def test_there_and_back(encoder, decoder, shape, bounded):
    model = G.Autoencoder(encoder, decoder).to(dg.device())
    x = draws(5, *shape, dtype=torch.float32)
    code = model.encode(x)
    assert code.shape == (5, 3)
    close(model(x), model.decode(code))
    assert model(x).shape == x.shape
    assert (0 < model(x).min() and model(x).max() < 1) == bounded


def test_a_convolution_halves_and_a_transposed_one_doubles():
    sides = [8]
    x = torch.ones(2, 1, 8, 8)
    for layer in G.conv_encoder(8, 3, (5, 7)):
        x = layer(x)
        sides += [x.shape[-1]] * isinstance(layer, nn.Conv2d)
    assert sides == [8, 4, 2] and x.shape == (2, 3)
    assert [tuple(p.shape) for p in G.conv_encoder(8, 3, (5, 7)).parameters()][:3:2] == [(5, 1, 4, 4), (7, 5, 4, 4)]
    x = torch.ones(2, 3)
    channels = []
    for layer in G.conv_decoder(8, 3, (7, 5)):
        x = layer(x)
        channels += [tuple(x.shape[1:])] * isinstance(layer, nn.ConvTranspose2d)
    assert channels == [(5, 4, 4), (1, 8, 8)]


def test_a_linear_autoencoder_spans_the_space_of_the_principal_components():
    x = draws(23, 7) * torch.tensor([5.0, 3, 2, 1, 0.5, 0.3, 0.1], dtype=torch.float64, device=dg.device()) @ torch.linalg.qr(draws(7, 7, seed=1))[0]
    x = x - x.mean(0)
    model = G.Autoencoder(G.mlp_encoder((7,), 2, ()), G.mlp_decoder((7,), 2, ())).double().to(dg.device())
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=150, tolerance_grad=1e-10, tolerance_change=1e-14, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (model(x) - x).square().sum(1).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    found = dg.learning.pca(x, 2)
    close(closure().detach(), found.errors(x).mean(), rtol=1e-6, atol=0)
    assert G.principal_angles(model.decoder[0][0].weight.detach(), found.components.mT).max() < 1e-3


@pytest.mark.parametrize("p, q", [(3, 3), (5, 2), (2, 5), (7, 1)])
def test_principal_angles_are_scipys(p, q):
    a, b = draws(11, p), draws(11, q, seed=1)
    wanted = torch.from_numpy(scipy.linalg.subspace_angles(a.cpu().numpy(), b.cpu().numpy()).copy())
    close(G.principal_angles(a, b).cpu(), wanted)
    close(G.principal_angles(b, a).cpu(), wanted)
    close(G.principal_angles(a.float(), b.float()).double().cpu(), wanted, rtol=1e-4, atol=1e-4)
    for dtype in (torch.float16, torch.bfloat16):
        found = G.principal_angles(a.to(dtype), b.to(dtype))
        close(found, G.principal_angles(a.to(dtype).double(), b.to(dtype).double()).to(dtype), rtol=2 * torch.finfo(dtype).eps, atol=1e-3)


def test_small_angles_survive():
    eye = torch.eye(5, dtype=torch.float64, device=dg.device())
    tiny = 1e-11
    turned = torch.stack([math.cos(tiny) * eye[0] + math.sin(tiny) * eye[2], eye[1]], 1)
    found = G.principal_angles(eye[:, :2], turned)
    close(found, found.new_tensor([tiny, 0]), rtol=1e-6, atol=1e-16)
    nearly = eye[:, :1] * 1e-9 + eye[:, 1:2]                                    # all but a right angle, which a sine would not tell from one
    assert G.principal_angles(eye[:, :1], nearly).item() == pytest.approx(math.pi / 2 - 1e-9, rel=0, abs=1e-13)
    angles = found.new_tensor([1.5, 0.3])
    turned = torch.stack([angles[k].cos() * eye[k] + angles[k].sin() * eye[k + 2] for k in range(2)], 1)
    close(G.principal_angles(eye[:, :2], turned @ draws(2, 2)), angles)
    close(G.principal_angles(eye[:, :2], eye[:, 2:4]), found.new_full((2,), math.pi / 2))
    assert G.principal_angles(draws(5, 3), draws(5, 3) @ draws(3, 2)).max() < 1e-12


def test_noise_is_drawn_as_it_says():
    x = draws(101, 97)
    noisy = G.gaussian_noise(x, 0.3, cpu_generator())
    close(noisy, x + 0.3 * torch.randn(101, 97, generator=cpu_generator()).to(x))
    masked = G.masking_noise(x, 0.3, cpu_generator())
    gone = masked == 0
    assert gone.double().mean().item() == pytest.approx(0.3, abs=4 * math.sqrt(0.21 / 9797))
    assert torch.equal(masked[~gone], x[~gone])
    spotted = G.salt_and_pepper(x, 0.3, -9.0, 7.0, cpu_generator())
    for value in (-9, 7):
        assert (spotted == value).double().mean().item() == pytest.approx(0.15, abs=4 * math.sqrt(0.1275 / 9797))
    kept = (spotted != -9) & (spotted != 7)
    assert torch.equal(spotted[kept], x[kept])


@pytest.mark.parametrize("noise", [lambda x, g: G.gaussian_noise(x, 0.5, g), lambda x, g: G.masking_noise(x, 0.5, g),
                                   lambda x, g: G.salt_and_pepper(x, 0.5, generator=g)])
def test_a_generator_decides_on_every_device(noise):
    x = draws(5, 7, dtype=torch.float32)
    assert torch.equal(noise(x, cpu_generator(3)), noise(x, cpu_generator(3)))
    assert not torch.equal(noise(x, cpu_generator(3)), noise(x, cpu_generator(4)))
    close(noise(x, cpu_generator(3)).cpu(), noise(x.cpu(), cpu_generator(3)))
    dg.seed(5)
    one = noise(x, None)
    dg.seed(5)
    assert torch.equal(one, noise(x, None))


def test_no_noise_changes_nothing_and_all_of_it_everything():
    x = draws(5, 7)
    assert torch.equal(G.gaussian_noise(x, 0), x) and torch.equal(G.masking_noise(x, 0), x) and torch.equal(G.salt_and_pepper(x, 0), x)
    assert not G.masking_noise(x.fill_(math.nan), 1).any()
    assert set(G.salt_and_pepper(x, 1).unique().tolist()) == {0, 1}


def test_sparsity_is_its_formula():
    h = draws(13, 5).sigmoid().requires_grad_()
    p, q = 0.05, h.mean(0)
    close(G.kl_sparsity(h, p), (p * (p / q).log() + (1 - p) * ((1 - p) / (1 - q)).log()).sum())
    close(G.kl_sparsity(h, p), torch.distributions.kl_divergence(torch.distributions.Bernoulli(torch.full_like(q, p)), torch.distributions.Bernoulli(q)).sum())
    assert torch.autograd.gradcheck(lambda h: G.kl_sparsity(h, p), h)
    close(G.kl_sparsity(torch.full_like(h, 0.3), 0.3), h.new_zeros(()))
    dead = torch.zeros(3, 5, requires_grad=True)
    assert 0 < G.kl_sparsity(dead).item() < 5 and G.kl_sparsity(dead + 1).isfinite()
    code = draws(13, 5, 2)
    close(G.l1_sparsity(code), code.abs().flatten(1).sum(1).mean())


def test_contraction_in_closed_form_and_by_jacobians_agree():
    layer = nn.Sequential(nn.Linear(7, 5), nn.Sigmoid()).double().to(dg.device())
    x = draws(11, 7)
    exact, closed = G.contractive_penalty(layer, x), G.sigmoid_contractive_penalty(layer(x), layer[0].weight)
    close(exact, closed)
    parameters = list(layer.parameters())
    for a, b in zip(torch.autograd.grad(exact, parameters), torch.autograd.grad(closed, parameters)):
        close(a, b)
    by_hand = sum(torch.autograd.functional.jacobian(layer, one).square().sum() for one in x) / 11
    close(exact, by_hand)


def test_contraction_of_a_convolutional_encoder_and_in_single_precision():
    encoder = G.conv_encoder(8, 3, (2, 3)).to(dg.device())
    x = draws(3, 1, 8, 8, dtype=torch.float32)
    jacobian = torch.autograd.functional.jacobian(lambda one: encoder(one[None])[0], x[0])
    close(G.contractive_penalty(encoder, x[:1]), jacobian.square().sum())
    G.contractive_penalty(encoder, x).backward()
    assert encoder[0].weight.grad.abs().sum() > 0
    half = G.contractive_penalty(nn.Linear(5, 3).to(dg.device(), torch.bfloat16), draws(7, 5, dtype=torch.bfloat16))
    assert half.dtype == torch.bfloat16 and half.isfinite()


def test_dropout_draws_a_mask_for_each_example():
    x = torch.ones(101, 7, device=dg.device())
    dg.seed(0)
    found = G.contractive_penalty(nn.Dropout(0.5), x).item()                    # 4 for each of 7 units that are kept
    assert found == pytest.approx(14, abs=4 * math.sqrt(28 / 101)) and found % 4


def test_a_denoiser_learns_to_take_noise_away():
    digits = dg.data.digits()
    dg.seed(0)
    model = G.Autoencoder(G.mlp_encoder((64,), 16, (64,)), G.mlp_decoder((64,), 16, (64,))).to(dg.device())
    optimizer, draw = torch.optim.Adam(model.parameters(), 3e-3), cpu_generator()
    for _ in range(60):
        x = digits.train_x[torch.randint(len(digits.train_x), (128,), generator=draw)]
        loss = F.mse_loss(model(G.gaussian_noise(x, 0.3, draw)), x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    clean = digits.test_x
    assert F.mse_loss(model(G.gaussian_noise(clean, 0.3, draw)), clean) < 0.07 < 0.3**2


@pytest.mark.parametrize("call, error, words", [
    (lambda: G.Autoencoder(nn.Identity(), torch.relu), TypeError, "decoder must"),
    (lambda: G.Autoencoder(nn.Linear(5, 3), nn.Identity())(torch.ones(2, 5)), ValueError, "decoder must give"),
    (lambda: G.Autoencoder(nn.Identity(), nn.Identity())(3), TypeError, "x must"),
    (lambda: G.mlp_encoder(64, 3), TypeError, "shape must"), (lambda: G.mlp_encoder((), 3), ValueError, "shape must"),
    (lambda: G.mlp_encoder((64,), 0), ValueError, "code_size"), (lambda: G.mlp_encoder((64,), 3, (5, 0)), ValueError, r"hidden\[1\]"),
    (lambda: G.mlp_decoder((64,), 3, output=nn.Sigmoid()), TypeError, "output must make"),
    (lambda: G.conv_decoder(8, 3, output=torch.sigmoid), TypeError, "output must make a module without arguments"),
    (lambda: G.Autoencoder(G.mlp_encoder((5,), 3), nn.Linear(3, 5))(torch.ones(5)), ValueError, r"x must have shape \(N"),
    (lambda: G.mlp_decoder((64,), 3, activation=nn.ReLU()), TypeError, "activation must make"),
    (lambda: G.conv_encoder(10, 3), ValueError, "size must be a multiple of 4"),
    (lambda: G.conv_decoder(8, 3, ()), ValueError, "widths must"), (lambda: G.conv_decoder(8, 3, channels=0), ValueError, "channels"),
    (lambda: G.gaussian_noise(torch.ones(3), -1.0), ValueError, "std"), (lambda: G.gaussian_noise([1.0], 1.0), TypeError, "x must"),
    (lambda: G.gaussian_noise(torch.ones(3), 1.0, 0), TypeError, "generator must"),
    (lambda: G.masking_noise(torch.ones(3), 1.1), ValueError, "p must"),
    (lambda: G.salt_and_pepper(torch.ones(3), 0.1, 1.0, 0.0), ValueError, "high must"),
    (lambda: G.kl_sparsity(torch.ones(3, 2) * 1.1), ValueError, "code must be in"), (lambda: G.kl_sparsity(torch.ones(3)), ValueError, "code must have"),
    (lambda: G.kl_sparsity(torch.ones(3, 2), 1.0), ValueError, "rho"), (lambda: G.l1_sparsity(torch.ones(0, 2)), ValueError, "code must have"),
    (lambda: G.contractive_penalty(3, torch.ones(3, 2)), TypeError, "encoder must"),
    (lambda: G.contractive_penalty(nn.Identity(), torch.ones(0, 2)), ValueError, "x must"),
    (lambda: G.contractive_penalty(lambda x: None, torch.ones(3, 2)), ValueError, "encoder must give a code"),
    (lambda: G.contractive_penalty(lambda x: x.sum(), torch.ones(3, 2)), ValueError, "encoder must give a code"),
    (lambda: G.sigmoid_contractive_penalty(torch.ones(3, 2), torch.ones(3, 2)), ValueError, "weight must"),
    (lambda: G.sigmoid_contractive_penalty(torch.ones(3, 2), torch.ones(2, 5).double()), TypeError, "weight must"),
    (lambda: G.principal_angles(torch.ones(3, 2), torch.ones(3, 1)), ValueError, "a must have linearly"),
    (lambda: G.principal_angles(torch.eye(3), torch.ones(2, 1)), ValueError, "b must have 3 rows"),
    (lambda: G.principal_angles(torch.ones(1, 3), torch.ones(1, 1)), ValueError, "a must have linearly"),
    (lambda: G.principal_angles(torch.full((3, 1), math.nan), torch.ones(3, 1)), ValueError, "a must hold"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
