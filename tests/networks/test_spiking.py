"""The simulated neuron fires when the differential equation says so, and as often as the closed form."""

import math

import pytest
import torch
from scipy.integrate import solve_ivp

from deepgloss.networks import lif, lif_rate


def draws(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_rate_by_the_time_to_threshold():
    current = torch.tensor([-3.0, 0.0, 1.0, 1.5, 4.0, 1e6], dtype=torch.float64)
    wanted = [0.0, 0.0, 0.0] + [1000 / (2 + 20 * math.log(i / (i - 1))) for i in (1.5, 4.0)]
    torch.testing.assert_close(lif_rate(current)[:5], torch.tensor(wanted, dtype=torch.float64))
    assert abs(lif_rate(current)[5] - 500) < 0.1                     # the refractory time alone is left
    torch.testing.assert_close(lif_rate(7 * current, threshold=7.0), lif_rate(current))


def test_rate_by_integrating_the_equation():
    for current, tau, threshold in ((1.3, 11.0, 1.0), (5.0, 23.0, 0.7)):
        reached = solve_ivp(lambda t, v: (current - v) / tau, (0, 500), [0.0], rtol=1e-10, atol=1e-12,
                            events=lambda t, v: v[0] - threshold).t_events[0][0]
        rate = lif_rate(torch.tensor([current], dtype=torch.float64), tau, threshold, refractory=3.0)
        assert rate.item() == pytest.approx(1000 / (3 + reached), rel=1e-7)


def test_voltage_solves_the_equation_below_the_threshold():
    current = 0.5 * draws(3, 13).tanh()
    voltage, spikes = lif(current, dt=1.7, tau=5.0)
    assert not spikes.any()
    for row in range(3):
        v = 0.0
        for step in range(13):
            i = current[row, step].item()
            v = solve_ivp(lambda t, v: (i - v) / 5.0, (0, 1.7), [v], rtol=1e-10, atol=1e-12).y[0, -1]
            assert voltage[row, step].item() == pytest.approx(v, abs=1e-8)


@pytest.mark.parametrize("i, refractory", [(1.05, 2.0), (1.9, 0.0), (3.1, 1.3)])
def test_spikes_come_at_the_first_step_beyond_the_crossing(i, refractory):
    dt, tau = 0.1, 20.0
    voltage, spikes = lif(torch.full((5000,), i, dtype=torch.float64), dt, tau, refractory=refractory)
    steps = math.ceil(tau * math.log(i / (i - 1)) / dt)
    apart = spikes.nonzero()[:, 0].diff()
    assert spikes.nonzero()[0, 0] == steps - 1
    assert (apart == steps + round(refractory / dt)).all() and len(apart) > 3
    assert set(spikes.unique().tolist()) == {0.0, 1.0}
    assert (voltage[spikes == 1] >= 1).all() and (voltage[spikes == 0] < 1).all()


def test_rate_of_the_simulation_is_the_closed_form_at_small_steps():
    currents = torch.tensor([0.5, 0.99, 1.2, 2.0, 5.0], dtype=torch.float64)
    counted = []
    for dt in (0.4, 0.1):
        steps = round(2000 / dt)
        spikes = lif(currents[:, None].expand(-1, steps), dt)[1]
        counted.append((spikes.sum(1) / 2 - lif_rate(currents)).abs().max())
    assert counted[1] < counted[0] / 2 and counted[1] < 4


def test_it_does_not_fire_while_it_rests():
    current = torch.zeros(11, dtype=torch.float64)
    current[0] = 100.0
    current[3:6] = 100.0
    spikes = lif(current, dt=1.0, tau=5.0, refractory=4.0)[1]
    assert spikes.nonzero()[:, 0].tolist() == [0, 5]                 # steps 1 to 4 rest


def test_gradients():
    current = (1.5 + draws(7).abs()).requires_grad_()
    assert torch.autograd.gradcheck(lif_rate, (current,))
    quiet = (0.4 * draws(2, 5).tanh()).requires_grad_()
    assert torch.autograd.gradcheck(lambda c: lif(c, dt=3.0)[0], (quiet,))
    below = torch.tensor([0.0, 0.5, 1.0], dtype=torch.float64, requires_grad=True)
    assert not torch.autograd.grad(lif_rate(below).sum(), below)[0].any()


@pytest.mark.parametrize("call, error, words", [
    (lambda: lif([1.0]), TypeError, "current must be a tensor"),
    (lambda: lif(torch.ones(3).long()), TypeError, "current must be a tensor of floating-point"),
    (lambda: lif(torch.tensor(1.0)), ValueError, "current must have an axis of steps"),
    (lambda: lif(torch.ones(3), dt=0.0), ValueError, "dt must be above 0"),
    (lambda: lif(torch.ones(3), tau=-1.0), ValueError, "tau must be above 0"),
    (lambda: lif(torch.ones(3), threshold=0), ValueError, "threshold must be above 0"),
    (lambda: lif(torch.ones(3), refractory=-0.5), ValueError, "refractory must be a number in"),
    (lambda: lif(torch.ones(3), dt="1"), TypeError, "dt must be a number"),
    (lambda: lif_rate(2.0), TypeError, "current must be a tensor"),
    (lambda: lif_rate(torch.ones(3), tau=0), ValueError, "tau must be above 0"),
    (lambda: lif_rate(torch.ones(3), threshold=math.nan), ValueError, "threshold must be a number"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
