"""A model of a nerve cell: the leaky integrate-and-fire neuron, step by step and by its firing rate."""

import torch

from .._arguments import floats, real
from .._precision import in_float32


@in_float32
def lif(current: torch.Tensor, dt: float = 0.1, tau: float = 20.0, threshold: float = 1.0,
        refractory: float = 2.0) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Voltage and spikes of a leaky integrate-and-fire neuron, step by step.

    .. math::
        \tau \frac{dv}{dt} = -v + I, \qquad \text{a spike, and } v \leftarrow 0, \text{ when } v \ge \theta

    The current is constant within a step, so that one step is exact, not only for small ones:
    :math:`v \leftarrow e^{-\Delta t/\tau} v + (1 - e^{-\Delta t/\tau}) I`. A spike falls on the end of its step. After it
    the voltage stays 0 for the refractory time, rounded to whole steps. The neuron begins at rest, v = 0.

    Args:
        current: I, in the voltage that it would hold in the long run, (…, steps).
        dt: Δt, milliseconds a step.
        tau: τ, milliseconds in which a voltage without current falls to 1/e.
        threshold: θ, above 0.
        refractory: milliseconds of rest after a spike.

    Returns:
        The voltage at the end of each step, before it is reset, and 1 where there is a spike, else 0; both
        (…, steps). Spikes have no gradient.

    Raises:
        TypeError: ``current`` is no tensor of floating-point numbers, or a setting no number.
        ValueError: ``current`` has no axis, ``dt``, ``tau`` or ``threshold`` is not above 0, or ``refractory``
            is below 0.

    Source: Gerstner, Kistler, Naud and Paninski (2014), *Neuronal Dynamics*, section 1.3.
    """
    if not floats("current", current).ndim:
        raise ValueError("current must have an axis of steps, not be a single number")
    dt, tau, threshold, refractory = _settings(dt, tau, threshold, refractory)
    keep, rest = torch.exp(torch.tensor(-dt / tau, dtype=torch.float64)).item(), round(refractory / dt)
    voltage, waits = torch.zeros_like(current[..., :1]), torch.zeros_like(current[..., :1])
    voltages, spikes = [current[..., :0]], [current[..., :0].detach()]
    for now in current.split(1, dim=-1):
        voltage = torch.where(waits > 0, torch.zeros_like(voltage), keep * voltage + (1 - keep) * now)
        spike = (voltage >= threshold).to(current.dtype)
        voltages.append(voltage)
        spikes.append(spike)
        voltage = voltage * (1 - spike)
        waits = torch.where(spike > 0, torch.full_like(waits, rest), (waits - 1).clamp(min=0))
    return torch.cat(voltages, dim=-1), torch.cat(spikes, dim=-1)


@in_float32
def lif_rate(current: torch.Tensor, tau: float = 20.0, threshold: float = 1.0, refractory: float = 2.0) -> torch.Tensor:
    r"""Spikes per second of a leaky integrate-and-fire neuron under a constant current.

    .. math::
        r = \frac{1000}{t_\text{ref} + \tau \ln \frac{I}{I - \theta}} \quad \text{for } I > \theta, \text{ else } 0

    from the time that :math:`v(t) = I\,(1 - e^{-t/\tau})` takes to reach θ.

    Args:
        current: I, any shape.
        tau, threshold, refractory: as in :func:`lif`, times in milliseconds.

    Returns:
        The rate, of the shape of ``current``.

    Raises:
        TypeError: ``current`` is no tensor of floating-point numbers, or a setting no number.
        ValueError: ``tau`` or ``threshold`` is not above 0, or ``refractory`` is below 0.

    Source: Gerstner, Kistler, Naud and Paninski (2014), *Neuronal Dynamics*, section 1.3.
    """
    floats("current", current)
    _, tau, threshold, refractory = _settings(1.0, tau, threshold, refractory)
    fires = current > threshold
    strong = torch.where(fires, current, torch.full_like(current, 2 * threshold))       # no 0 · ∞ in the gradient
    rate = 1000 / (refractory - tau * torch.log1p(-threshold / strong))
    return torch.where(fires, rate, current * 0)


def _settings(dt, tau, threshold, refractory) -> tuple[float, float, float, float]:
    dt, tau, threshold = (real(name, value) for name, value in (("dt", dt), ("tau", tau), ("threshold", threshold)))
    for name, value in (("dt", dt), ("tau", tau), ("threshold", threshold)):
        if value <= 0:
            raise ValueError(f"{name} must be above 0, not {value:g}")
    return dt, tau, threshold, real("refractory", refractory, 0.0)
