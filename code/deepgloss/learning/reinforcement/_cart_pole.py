"""A pole on a cart: push left or right so that it does not fall."""

import math

import torch

from ..._arguments import floats
from ..._precision import in_float32
from ._mdp import shape_of, within

GRAVITY, CART, POLE, HALF_LENGTH, FORCE, TAU = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02
TRACK, TILT = 2.4, math.radians(12)


@in_float32
def cart_pole_step(state: torch.Tensor, force: torch.Tensor) -> torch.Tensor:
    r"""The cart and its pole, 0.02 seconds later.

    With the angle θ from upright, half the pole's length l, the masses m of the pole and M of both together:

    .. math::
        \ddot\theta &= \frac{g \sin\theta - u \cos\theta}{l \left( \frac43 - \frac{m}{M} \cos^2\theta \right)},
        \qquad u = \frac{F + m l\, \dot\theta^2 \sin\theta}{M}, \\
        \ddot x &= u - \frac{m l}{M}\, \ddot\theta \cos\theta

    and one step of Euler's method: each quantity moves by τ times its rate of change.

    Args:
        state: position x in meters, velocity, angle θ in radians, angular velocity, (…, 4).
        force: F in newtons, to the right, (…).

    Returns:
        The next state, (…, 4).

    Raises:
        TypeError: one of them is no tensor of floating-point numbers.
        ValueError: ``state`` does not end in an axis of 4, or ``force`` has not its shape without that axis.

    Source: Barto, Sutton and Anderson (1983), appendix, without friction; constants and integrator as in
    Gymnasium's CartPole-v1.
    """
    if not floats("state", state).ndim or state.shape[-1] != 4:
        raise ValueError(f"state must end in an axis of 4, not have shape {tuple(state.shape)}")
    if floats("force", force).shape != state.shape[:-1]:
        raise ValueError(f"force must have shape {tuple(state.shape[:-1])}, not {tuple(force.shape)}")
    _, velocity, angle, turning = state.unbind(-1)
    sine, cosine, total = angle.sin(), angle.cos(), CART + POLE
    push = (force + POLE * HALF_LENGTH * turning.square() * sine) / total
    angular = (GRAVITY * sine - push * cosine) / (HALF_LENGTH * (4 / 3 - POLE * cosine.square() / total))
    linear = push - POLE * HALF_LENGTH * angular * cosine / total
    return state + TAU * torch.stack([velocity, linear, turning, angular], -1)


class CartPole:
    """The cart-pole as a task: reward 1 for each step, until the pole has fallen or the cart has left its track.

    Action 0 pushes to the left and 1 to the right, with 10 newtons. An episode ends when the angle exceeds
    12 degrees or the position 2.4 meters; CartPole-v1 cuts it off after 500 steps, which is for
    :func:`rollout` to do. Any number of poles move side by side.

    Source: Barto, Sutton and Anderson (1983), section 3; rewards and start as in Gymnasium's CartPole-v1.
    """

    actions = 2

    def begin(self, episodes: int | tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
        """First states, each number uniform in ±0.05, ``float32``, (\\*episodes, 4)."""
        return 0.1 * torch.rand(*shape_of(episodes), 4, generator=generator) - 0.05

    def step(self, state: torch.Tensor, action: torch.Tensor,
             generator: torch.Generator | None = None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """One step of several poles.

        Args:
            state: (…, 4).
            action: 0 or 1, (…).
            generator: not used: nothing is left to chance.

        Returns:
            The next states, the rewards, all 1, and whether the episodes have ended.

        Raises:
            TypeError: ``state`` holds no floating-point numbers, or ``action`` no integers.
            ValueError: the shapes do not fit, or an action is neither 0 nor 1.
        """
        within("action", action, self.actions)
        after = cart_pole_step(state, FORCE * (2 * action - 1).to(state.dtype))
        over = (after[..., 0].abs() > TRACK) | (after[..., 2].abs() > TILT)
        return after, torch.ones_like(after[..., 0]), over
