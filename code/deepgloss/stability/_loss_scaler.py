"""Losses that are scaled up, so that small gradients of half precision do not become 0."""

from collections.abc import Mapping

import torch
from torch.optim import Optimizer

from .._arguments import flag, floats, real, shown, whole

LARGEST = torch.finfo(torch.float32).max


def updated_scale(scale: float, good: int, overflowed: bool, growth_factor: float = 2.0, backoff_factor: float = 0.5,
                  growth_interval: int = 2000) -> tuple[float, int]:
    r"""The scale of the next loss: smaller after an overflow, larger after many updates without one.

    .. math::
        S \leftarrow \begin{cases} b\, S & \text{after an overflow} \\ g\, S & \text{after } n
        \text{ updates in a row without} \\ S & \text{else} \end{cases}

    A scale that float32 could not hold is not taken.

    Args:
        scale: S > 0.
        good: updates in a row without an overflow, before this one.
        overflowed: whether a gradient of this one was NaN or infinite.
        growth_factor: g > 1.
        backoff_factor: b in (0, 1).
        growth_interval: n ≥ 1.

    Returns:
        The new scale, and the updates in a row that count for the next time.

    Raises:
        TypeError: a number or a truth value is none.
        ValueError: it is out of range.

    Source: Micikevicius and others (2018), section 3.2; the rule is that of :class:`torch.amp.GradScaler`.
    """
    scale, good = real("scale", scale, 0, LARGEST), whole("good", good, 0)
    _check_factors(scale, growth_factor, backoff_factor, growth_interval)
    if flag("overflowed", overflowed):
        return scale * backoff_factor, 0
    if good + 1 < growth_interval:
        return scale, good + 1
    return (scale * growth_factor if scale * growth_factor <= LARGEST else scale), 0


class LossScaler:
    """Scales a loss before its gradients are computed, takes the scale out of them, and leaves out updates that overflowed.

    One update::

        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)        # only where gradients are looked at or clipped before the step
        scaler.step(optimizer)
        scaler.update()

    It works on any device; the rule is that of :class:`torch.amp.GradScaler`, whose state it takes and gives.

    Args:
        init_scale: the first scale, above 0.
        growth_factor: above 1.
        backoff_factor: in (0, 1).
        growth_interval: updates in a row without an overflow before the scale grows.

    Attributes:
        current: the scale.
        good: updates in a row without an overflow.

    Raises:
        TypeError: a number is none.
        ValueError: it is out of range.

    Source: Micikevicius and others (2018), section 3.2.
    """

    def __init__(self, init_scale: float = 2.0**16, growth_factor: float = 2.0, backoff_factor: float = 0.5,
                 growth_interval: int = 2000) -> None:
        self.current, self.good = real("init_scale", init_scale, 0, LARGEST), 0
        _check_factors(self.current, growth_factor, backoff_factor, growth_interval, "init_scale")
        self.growth_factor, self.backoff_factor = float(growth_factor), float(backoff_factor)
        self.growth_interval = growth_interval
        self._unscaled: dict[int, bool] = {}             # by optimizer, whether its gradients overflowed
        self._stepped: set[int] = set()

    def scale(self, loss: torch.Tensor) -> torch.Tensor:
        """The loss times the scale."""
        return floats("loss", loss) * self.current

    def unscale_(self, optimizer: Optimizer) -> bool:
        """Take the scale out of all gradients, in place; whether one of them is NaN or infinite.

        Raises:
            TypeError: it is no optimizer.
            RuntimeError: its gradients are unscaled already since the last :meth:`update`.
        """
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"optimizer must be a torch.optim.Optimizer, not {shown(optimizer)}")
        if id(optimizer) in self._unscaled:
            raise RuntimeError("the optimizer's gradients are unscaled already; call update() after step()")
        gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        with torch.no_grad():
            for g in gradients:
                g.mul_(1 / self.current)
        overflowed = not all(bool(g.isfinite().all()) for g in gradients)
        self._unscaled[id(optimizer)] = overflowed
        return overflowed

    def step(self, optimizer: Optimizer) -> bool:
        """Let the optimizer make its update, unless a gradient is NaN or infinite; whether it did.

        Raises:
            TypeError, RuntimeError: as :meth:`unscale_`; or the optimizer has made its step since the last update.
        """
        if id(optimizer) in self._stepped:
            raise RuntimeError("the optimizer has made its step; call update() before the next")
        if id(optimizer) not in self._unscaled:
            self.unscale_(optimizer)
        self._stepped.add(id(optimizer))
        if self._unscaled[id(optimizer)]:
            return False
        optimizer.step()
        return True

    def update(self) -> float:
        """Choose the scale of the next loss, by :func:`updated_scale`; the new scale.

        Raises:
            RuntimeError: no gradients were unscaled since the last one.
        """
        if not self._unscaled:
            raise RuntimeError("no gradients were unscaled since the last update(); call step() first")
        overflowed = any(self._unscaled.values())
        self.current, self.good = updated_scale(self.current, self.good, overflowed, self.growth_factor,
                                                self.backoff_factor, self.growth_interval)
        self._unscaled.clear()
        self._stepped.clear()
        return self.current

    def state_dict(self) -> dict:
        """Scale, factors and count, by the names of :class:`torch.amp.GradScaler`."""
        return {"scale": self.current, "growth_factor": self.growth_factor, "backoff_factor": self.backoff_factor,
                "growth_interval": self.growth_interval, "_growth_tracker": self.good}

    def load_state_dict(self, state_dict: dict) -> None:
        """Go on from a state that :meth:`state_dict` gave, here or in PyTorch.

        Raises:
            TypeError: it is no dictionary, or one of its values no number.
            ValueError: a name is missing, or a value is out of range.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"state_dict must be a dictionary, not {shown(state_dict)}")
        missing = self.state_dict().keys() - state_dict.keys()
        if missing:
            raise ValueError(f"state_dict must have {', '.join(sorted(missing))}")
        self.__init__(*(state_dict[name] for name in ("scale", "growth_factor", "backoff_factor", "growth_interval")))
        self.good = whole("state_dict['_growth_tracker']", state_dict["_growth_tracker"], 0)


def _check_factors(scale, growth_factor, backoff_factor, growth_interval, name: str = "scale") -> None:
    if not scale:
        raise ValueError(f"{name} must be above 0, not 0")
    if not real("growth_factor", growth_factor) > 1:
        raise ValueError(f"growth_factor must be above 1, not {shown(growth_factor)}")
    if not 0 < real("backoff_factor", backoff_factor) < 1:
        raise ValueError(f"backoff_factor must be in (0, 1), not {shown(backoff_factor)}")
    whole("growth_interval", growth_interval)
