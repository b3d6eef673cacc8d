"""The stand-in device itself against CUDA's rules, one test a rule."""

import copy
import io
import os

import pytest
import torch
import torch.nn.functional as F
from torch import nn

D = "fake"
pytestmark = pytest.mark.skipif(not os.environ.get("DEEPGLOSS_DEVICE", "").startswith(D),
                                reason="needs the stand-in device, see tests/fakegpu/README.md")


@pytest.fixture
def device():
    import fakegpu

    return fakegpu.install()


@pytest.fixture(autouse=True)
def tf32(monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", torch.backends.cudnn.allow_tf32)


def raises(kind, text, call):
    try:
        call()
    except kind as error:
        assert text in str(error), f"said {error!r}"
        return
    raise AssertionError("raised nothing")


def test_factories():
    assert torch.zeros(2, 3, device=D).device == torch.device("fake:0") != torch.device(D)
    assert torch.ones(2, device=D).device.type == D and torch.ones(2).to(D).is_fake
    assert torch.arange(5, device=D).tolist() == [0, 1, 2, 3, 4]
    assert torch.linspace(0, 1, 3, device=D).tolist() == [0, 0.5, 1]
    assert torch.eye(2, device=D).tolist() == [[1, 0], [0, 1]]
    assert torch.full((2,), 7, device=D).tolist() == [7, 7]
    assert torch.tensor([1.0, 2], device=D).sum().item() == 3
    assert torch.tril_indices(2, 2, device=D).device.type == D
    assert torch.empty(3, device=D).isnan().all(), "fresh memory must not be zero"
    assert "device='fake:0'" in repr(torch.ones(2, device=D))
    assert torch.randperm(5, device=D).sort().values.tolist() == [0, 1, 2, 3, 4]


def test_views_and_writes():
    x = torch.arange(12.0).to(D).view(3, 4)
    y = x.T[1:3]
    y += 100
    assert x.cpu().tolist() == [[0, 101, 102, 3], [4, 105, 106, 7], [8, 109, 110, 11]]
    x[0] = 5
    x[:, 1] = torch.tensor([1.0, 2, 3], device=D)
    assert x[:2, :2].tolist() == [[5, 1], [5 - 1, 2]]
    z = torch.empty(0, device=D)
    torch.add(x, 1, out=z)
    assert z.shape == (3, 4) and torch.equal(z, x + 1)
    torch.mm(x, x.T.contiguous(), out=(out := torch.empty(1, device=D).resize_(0)))
    assert torch.allclose(out, x @ x.T)
    assert x.unfold(1, 2, 1).shape == (3, 3, 2) and x.unfold(1, 2, 1).data_ptr() == x.data_ptr()
    c = torch.tensor([1 + 2j], device=D)
    assert c.conj().imag.tolist() == [-2] and c.conj().tolist() == [1 - 2j] and (c * c.conj()).tolist() == [5]
    assert torch.fft.rfft(torch.ones(4, device=D)).real.tolist() == [4, 0, 0]
    assert x.clone().untyped_storage().device.type == D
    x.set_(torch.ones(2, device=D))
    assert x.tolist() == [1, 1]
    u, s, v = torch.linalg.svd(torch.eye(3, device=D) * 2)
    assert s.tolist() == [2, 2, 2]


def test_numbers_agree_with_the_cpu():
    torch.backends.cudnn.allow_tf32 = False          # read with FAKEGPU_ROUND only
    g = torch.Generator().manual_seed(3)
    x, w = torch.randn(5, 3, 11, 13, generator=g), torch.randn(7, 3, 3, 3, generator=g)
    for call in (
        lambda x, w: F.conv2d(x, w, padding=1, stride=2),
        lambda x, w: F.conv_transpose2d(x, w.transpose(0, 1).contiguous()),
        lambda x, w: F.max_pool2d(x, 2).sum() + F.avg_pool2d(x, 3).sum() + w.sum(),
        lambda x, w: F.layer_norm(x, (13,)) + F.softmax(x, 1) + w.mean(),
        lambda x, w: F.batch_norm(x, None, None, training=True) * w.std(),
        lambda x, w: F.interpolate(x, scale_factor=2, mode="bilinear") * w.norm(),
        lambda x, w: F.scaled_dot_product_attention(x, x, x, is_causal=True) + w.sum(),
        lambda x, w: F.cross_entropy(x.flatten(2).mean(2), torch.zeros(5, dtype=torch.long, device=x.device)) + w.sum(),
        lambda x, w: torch.einsum("nchw,ochw->no", x[..., :3, :3], w),
        lambda x, w: F.pad(x, (1, 2, 1, 1), mode="reflect").cumsum(2) + w.prod(),
        lambda x, w: x.flatten(1) @ x.flatten(1).T + w.std(),
        lambda x, w: torch.func.vmap(lambda row: (row.sin() ** 2).sum())(x) + w.sum(),
    ):
        results = []
        for device in ("cpu", D):
            a, b = (t.detach().clone().to(device).requires_grad_() for t in (x, w))
            y = call(a, b)
            y.square().mean().backward()
            assert y.device.type == a.grad.device.type == device
            results.append([t.detach().cpu() for t in (y, a.grad, b.grad)])
        for one, other in zip(*results):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.skipif(not os.environ.get("FAKEGPU_ROUND"), reason="the other rounding is FAKEGPU_ROUND=1")
def test_other_kernels_round_otherwise():
    g = torch.Generator().manual_seed(1)
    a, b = torch.randn(40, 300, generator=g), torch.randn(300, 40, generator=g)
    for call in (torch.mm, lambda a, b: a.sum(1), lambda a, b: a.mean(), lambda a, b: (a * b.T).softmax(1)):
        one, other = call(a, b), call(a.to(D), b.to(D)).cpu()
        assert not torch.equal(one, other)
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
    whole = torch.randint(-9, 9, (40, 300), generator=g).float()
    assert torch.equal(whole @ whole.T, (whole.to(D) @ whole.to(D).T).cpu())
    assert torch.equal(whole.sum(0), whole.to(D).sum(0).cpu())
    i, zeros = torch.randint(3, (300,), generator=g).to(D), torch.zeros(40, 3, device=D)
    sums = [zeros.index_add(1, i, a.to(D)) for _ in range(9)]
    assert not all(torch.equal(sums[0], one) for one in sums), "atomic additions must vary"
    torch.testing.assert_close(sums[0], sums[1])
    torch.backends.cudnn.allow_tf32 = True
    x, w = torch.randn(2, 8, 9, 9, generator=g), torch.randn(8, 8, 3, 3, generator=g)
    error = (F.conv2d(x.to(D), w.to(D)).cpu() - F.conv2d(x, w)).abs().max()
    assert 1e-4 < error < 0.05, "cuDNN convolves float32 in TF32 unless told not to"
    net = nn.LSTM(8, 8)
    error = (copy.deepcopy(net).to(D)(x[0, 0, :, :8].to(D))[0].cpu() - net(x[0, 0, :, :8])[0]).abs().max()
    assert 1e-6 < error < 0.01


def test_recurrent_layers():
    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        for bias in (True, False):
            torch.manual_seed(0)
            net = kind(5, 7, 2, bidirectional=True, bias=bias, batch_first=True).double()
            twin = copy.deepcopy(net).to(D)
            x = torch.randn(3, 4, 5, dtype=torch.float64)
            a, b = x.clone().requires_grad_(), x.to(D).requires_grad_()
            (one, h1), (other, h2) = net(a), twin(b)
            one.sin().sum().backward(), other.sin().sum().backward()
            torch.testing.assert_close(one, other.cpu())
            torch.testing.assert_close(a.grad, b.grad.cpu())
            for p, q in zip(net.parameters(), twin.parameters()):
                torch.testing.assert_close(p.grad, q.grad.cpu())
    packed = nn.utils.rnn.pack_padded_sequence(b, torch.tensor([4, 2, 1]), batch_first=True)
    assert nn.utils.rnn.pad_packed_sequence(twin(packed)[0], batch_first=True)[0].device.type == D


def test_modules_and_optimizers():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 8), nn.LayerNorm(8), nn.ReLU(), nn.Linear(8, 3))
    twin = copy.deepcopy(net).to(D)
    assert copy.deepcopy(twin)[0].weight.device.type == D
    x, y = torch.randn(16, 4), torch.arange(16) % 3
    for model, device in ((net, "cpu"), (twin, D)):
        for kind in (torch.optim.SGD, torch.optim.AdamW, torch.optim.RMSprop):
            optimizer = kind(model.parameters(), lr=0.01)
            for _ in range(5):
                optimizer.zero_grad()
                F.cross_entropy(model(x.to(device)), y.to(device)).backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
    for one, other in zip(net.parameters(), twin.parameters()):
        torch.testing.assert_close(one, other.cpu(), rtol=1e-4, atol=1e-5)
    twin.cpu().to(D)
    layer = nn.Linear(2, 2)
    weight, optimizer = layer.weight, torch.optim.SGD(layer.parameters(), lr=1.0)
    layer(torch.ones(1, 2)).sum().backward()
    assert layer.to(D).weight is weight and weight.device.type == weight.grad.device.type == D
    layer.zero_grad()
    layer(torch.ones(1, 2, device=D)).sum().backward()
    before = weight.detach().clone()
    optimizer.step()
    assert torch.equal(weight.detach(), before - 1), "the optimizer must follow a model that moved"
    layer = nn.Linear(2, 2)
    layer.weight.data = torch.ones(2, 2, device=D)
    assert layer.weight.device.type == D and isinstance(layer.weight, nn.Parameter)
    norms = [nn.BatchNorm2d(3), nn.BatchNorm2d(3).to(D)]
    for _ in range(3):
        x = torch.randn(4, 3, 5, 5)
        for norm in norms:
            norm(x.to(norm.weight.device))
    for one, other in zip(norms[0].buffers(), norms[1].buffers()):
        torch.testing.assert_close(one, other.cpu())
    assert norms[0].running_var.std() > 1e-3
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).to(D).eval()
    with torch.inference_mode():
        assert layer(torch.randn(2, 3, 8).to(D)).device.type == D


def test_saving():
    net = nn.Linear(3, 2).to(D)
    file = io.BytesIO()
    torch.save({"state": net.state_dict(), "x": torch.arange(3, device=D)}, file)
    for place, kind in ((None, D), ("cpu", "cpu"), (D, D)):
        file.seek(0)
        loaded = torch.load(file, map_location=place, weights_only=True)
        assert loaded["x"].device.type == kind and loaded["x"].tolist() == [0, 1, 2]
    other = nn.Linear(3, 2)
    other.load_state_dict(net.state_dict())
    assert torch.equal(other.weight, net.weight.cpu()) and other.weight.device.type == "cpu"


def test_mixed_devices_raise():
    x, h = torch.randn(3, 3).to(D), torch.randn(3, 3)
    i = torch.tensor([0, 2])
    same = "Expected all tensors to be on the same device"
    for call in (
        lambda: x + h, lambda: h + x, lambda: h.add_(x), lambda: x.add_(h), lambda: x @ h, lambda: h @ x,
        lambda: F.linear(x, h), lambda: torch.cat([x, h]), lambda: torch.stack([h, x]), lambda: F.mse_loss(x, h),
        lambda: x.gather(1, torch.zeros(3, 3, dtype=torch.long)), lambda: x.index_select(0, i),
        lambda: F.embedding(i, x), lambda: F.embedding(i.to(D), h), lambda: F.cross_entropy(x, torch.tensor([0, 1, 2])),
        lambda: torch.where(h > 0, x, x), lambda: x.masked_select(h > 0), lambda: F.conv1d(x[None], h[:, :, None]),
        lambda: x.scatter_add(0, torch.zeros(3, 3, dtype=torch.long), x), lambda: x.lerp(h, 0.5),
        lambda: torch.addmm(h, x, x), lambda: torch.einsum("ij,jk", x, h), lambda: torch.dot(x[0], h[0]),
        lambda: torch.searchsorted(x[0], h[0]), lambda: F.layer_norm(x, (3,), h[0]),
        lambda: F.batch_norm(x, h[0], h[0].abs()), lambda: torch.maximum(x, h), lambda: x.index_add(0, i, x[:2]),
        lambda: x.masked_scatter(h > 0, x), lambda: torch.outer(x[0], h[0]), lambda: torch.cdist(x, h),
    ):
        try:
            call()
        except (RuntimeError, ValueError) as error:
            assert any(part in str(error) for part in (same, "same device", "Expected self and mask to be", "device")), error
        else:
            raise AssertionError("mixed devices passed")
    raises(RuntimeError, "", lambda: torch.equal(x, h))
    raises(AssertionError, "device", lambda: torch.testing.assert_close(x, x.cpu()))


def test_what_cuda_lets_pass():
    x, scalar = torch.ones(3, 3, device=D), torch.tensor(2.0)
    assert (x * scalar).device.type == (scalar * x).device.type == D and (x * scalar).sum() == 18
    assert torch.where(x > 0, x, scalar).device.type == D
    assert x.masked_fill(x > 0, scalar).sum() == 18
    assert x[torch.tensor([0, 2])].shape == (2, 3) and x[torch.tensor([True, False, True])].shape == (2, 3)
    x[torch.tensor([0])] = torch.tensor(5.0)
    assert x.sum() == 21
    x.copy_(torch.zeros(3, 3))
    assert not x.any() and float(x[0, 0]) == 0.0 and x.tolist()[0] == [0, 0, 0]
    raises(RuntimeError, "", lambda: torch.ones(3)[torch.tensor([0], device=D)])   # a CPU tensor by a GPU's index


@pytest.mark.filterwarnings("ignore:Sparse invariant checks are implicitly disabled")
def test_sparse_tensors():
    dense = torch.tensor([[0.0, 2, 0], [3, 0, 4]])
    s = dense.to_sparse().to(D)
    assert s.device.type == D and s.is_sparse and s.is_coalesced() and s.values().device.type == D
    assert torch.equal(s.to_dense().cpu(), dense) and torch.equal(s.cpu().to_dense(), dense)
    assert s.indices().tolist() == [[0, 1, 1], [1, 0, 2]] and (s * 2).values().tolist() == [4, 6, 8]
    i = torch.tensor([[0, 0, 1], [1, 1, 2]], device=D)
    t = torch.sparse_coo_tensor(i, torch.ones(3, device=D), (2, 3))
    assert t.device.type == D and t.coalesce().values().tolist() == [2, 1] and t.t().shape == (3, 2)
    assert torch.sparse.mm(s, torch.eye(3, device=D)).tolist() == dense.tolist()
    assert torch.sparse.sum(s).item() == 9 and s.sum().item() == 9
    assert nn.Embedding(5, 2, sparse=True).to(D)(i).sum().backward() is None
    raises(RuntimeError, "", lambda: torch.sparse.mm(s, torch.eye(3)))
    raises(RuntimeError, "", lambda: torch.sparse_coo_tensor(i.cpu(), torch.ones(3, device=D), (2, 3), device=D) + s.cpu())


def test_numpy_is_refused():
    x = torch.ones(2, device=D)
    raises(TypeError, "Use Tensor.cpu()", lambda: x.numpy())
    import numpy as np
    raises(TypeError, "Use Tensor.cpu()", lambda: np.asarray(x))
    assert x.cpu().numpy().tolist() == [1, 1]


def test_randomness():
    cpu, own = torch.Generator().manual_seed(1), torch.Generator(device=D).manual_seed(1)
    expected = "Expected a 'fake' device type for generator but found 'cpu'"
    raises(RuntimeError, expected, lambda: torch.randn(3, generator=cpu, device=D))
    raises(RuntimeError, expected, lambda: torch.empty(3, device=D).normal_(generator=cpu))
    raises(RuntimeError, expected, lambda: torch.ones(3, device=D).multinomial(1, generator=cpu))
    raises(RuntimeError, expected, lambda: torch.randperm(3, generator=cpu, device=D))
    raises(RuntimeError, expected, lambda: torch.rand(3, device=D).bernoulli(generator=cpu))
    raises(RuntimeError, "", lambda: torch.randn(3, generator=own))
    assert own.device.type == D
    a = torch.randn(4, generator=own, device=D)
    assert torch.equal(a, torch.randn(4, generator=own.manual_seed(1), device=D))
    assert not torch.equal(a.cpu(), torch.randn(4, generator=cpu)), "another stream than the CPU's"
    torch.manual_seed(5)
    first, state = torch.rand(3, device=D), torch.fake.get_rng_state()
    second = torch.rand(3, device=D)
    torch.fake.set_rng_state(state)
    assert torch.equal(second, torch.rand(3, device=D))
    torch.manual_seed(5)
    assert torch.equal(first, torch.rand(3, device=D))
    before = torch.get_rng_state()
    F.dropout(torch.ones(50, device=D), 0.5), nn.Dropout(0.3)(torch.ones(5, device=D)), torch.rand_like(first)
    assert torch.equal(before, torch.get_rng_state()), "device draws must leave the CPU's stream alone"
    kept = F.dropout(torch.ones(1000, device=D, requires_grad=True), 0.25)
    kept.sum().backward()
    assert set(kept.detach().unique().tolist()) == {0.0, torch.tensor(1 / 0.75).item()}


def test_what_cuda_lacks():
    i = torch.ones(3, 3, dtype=torch.long, device=D)
    raises(NotImplementedError, "not implemented for 'Long'", lambda: i @ i)
    raises(NotImplementedError, "not implemented for 'Long'", lambda: F.max_pool2d(i[None], 2))
    raises(NotImplementedError, "not implemented for 'Long'", lambda: F.conv2d(i[None, None], i[None, None]))
    raises(NotImplementedError, "CUDA", lambda: torch.histogram(torch.ones(3, device=D), 3))


def test_least_squares_has_one_driver():
    a, b = torch.tensor([[1.0, 1], [1, 2], [1, 3]]), torch.tensor([[1.0], [2], [3]])
    found = torch.linalg.lstsq(a.to(D), b.to(D)).solution
    assert found.device.type == D and torch.allclose(found.cpu(), torch.tensor([[0.0], [1]]), atol=1e-5)
    raises(RuntimeError, "gels", lambda: torch.linalg.lstsq(a.to(D), b.to(D), driver="gelsy"))


def test_device_side_assertions(device):
    for call in (
        lambda: F.embedding(torch.tensor([7], device=D), torch.ones(3, 2, device=D)),
        lambda: torch.ones(3, device=D)[torch.tensor([5], device=D)],
        lambda: F.cross_entropy(torch.ones(1, 3, device=D), torch.tensor([3], device=D)),
        lambda: torch.ones(3, device=D).gather(0, torch.tensor([9], device=D)),
    ):
        raises(RuntimeError, "device-side assert", call)
        raises(RuntimeError, "device-side assert", lambda: torch.ones(1, device=D))
        device.mend()
    assert torch.ones(1, device=D).item() == 1


def test_autocast():
    x, net = torch.randn(3, 4).to(D), nn.Linear(4, 5).to(D)
    with torch.autocast(D, dtype=torch.bfloat16):
        assert torch.is_autocast_enabled(D)
        y = net(x)
        assert y.dtype == torch.bfloat16 and y.softmax(1).dtype == torch.float32
        loss = F.cross_entropy(y, torch.tensor([0, 1, 2], device=D))
    loss.backward()
    assert net.weight.grad.dtype == torch.float32
    assert net(x).dtype == torch.float32


def test_accelerator(device):
    assert torch.accelerator.current_accelerator().type == D
    torch.accelerator.synchronize()
    torch.fake.synchronize()
    device.reset_peak()
    x = torch.ones(1000, 1000, device=D)
    assert torch.fake.memory_allocated() >= 4_000_000
    del x
    assert torch.fake.max_memory_allocated() >= 4_000_000
    with torch.device(D):
        assert nn.Linear(2, 2).weight.device.type == D
    with torch.device("meta"):
        net = nn.Linear(3, 3)
    assert net.to_empty(device=D).weight.isnan().all()


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")
def test_transforms():
    f = lambda x: (x.sin() * x).sum()      # noqa: E731
    x = torch.linspace(0, 1, 5, dtype=torch.float64)
    for transform in (torch.func.grad, torch.func.hessian, torch.func.jacrev, torch.func.jacfwd):
        torch.testing.assert_close(transform(f)(x), transform(f)(x.to(D)).cpu())
    y = x.to(D).requires_grad_()
    assert torch.autograd.gradcheck(lambda t: (t.exp() @ t).sigmoid(), (y,))
    (g,) = torch.autograd.grad(f(y), y, create_graph=True)
    g.sum().backward()
    hook = []
    y.register_hook(lambda grad: hook.append(grad.device.type))
    f(y).backward()
    assert hook == [D]
