"""The loop over parameters that every optimizer of this part shares."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import ClassVar, NamedTuple

import torch
from torch.optim import Optimizer

from .._arguments import flag, shown
from .._precision import HALF_TYPES, widened
from ._hyperparameters import not_negative, positive


class Batch(NamedTuple):
    """Parameters that are updated together: of one device and type, after as many updates.

    Attributes:
        w: the numbers to update, in float32 where parameters are in half precision.
        g: their gradients, of the same type.
        state: what is kept of each, by name.
        t: which update of theirs this is, from 1.
        new: whether some of the state was made for this update.
    """

    w: list[torch.Tensor]
    g: list[torch.Tensor]
    state: dict[str, list[torch.Tensor]]
    t: int
    new: bool


class Rule(Optimizer):
    """An optimizer whose class holds the rule alone.

    A subclass has :meth:`update`, the rule in PyTorch's ``foreach`` kernels, which take lists of
    tensors and change them in place, and :meth:`plain`, the same through the part's step function.

    Attributes:
        keeps: the names of all that may be kept of a parameter, beside the count t of its updates.
        ranges: for each hyperparameter of the rule, the check that refuses what it cannot be.
        sparse: what to use in its place where gradients are sparse.
    """

    keeps: ClassVar[tuple[str, ...]] = ()
    ranges: ClassVar[dict[str, Callable]] = {}
    sparse: ClassVar[str] = "torch.optim.SparseAdam"

    def __init__(self, params, **defaults) -> None:
        super().__init__(params, defaults)

    def buffers(self, group: dict) -> tuple[str, ...]:
        """The names of what a group's hyperparameters ask to be kept of each parameter."""
        return self.keeps

    def update(self, batch: Batch, group: dict) -> None:
        """Change ``batch.w`` and ``batch.state`` in place."""
        raise NotImplementedError

    def plain(self, w: torch.Tensor, g: torch.Tensor, state: dict[str, torch.Tensor], batch: Batch,
              group: dict) -> tuple[torch.Tensor, ...]:
        """The new w of one parameter, and what is kept of it, in the order of :meth:`buffers`."""
        raise NotImplementedError

    def fresh(self, name: str, w: torch.Tensor, group: dict) -> torch.Tensor:
        """What is kept of a parameter before its first update."""
        return torch.zeros_like(widened(w))

    def decayed(self, batch: Batch, group: dict) -> Batch:
        """Add the gradient of the penalty ½λ|w|² to the gradients."""
        return batch._replace(g=torch._foreach_add(batch.g, batch.w, alpha=group["weight_decay"]))

    def check(self, group: dict) -> None:
        """Refuse hyperparameters that do not go together."""

    def add_param_group(self, param_group: dict) -> None:
        """Add a group of parameters, with hyperparameters of its own where it names them.

        Raises:
            TypeError: a hyperparameter is of a wrong kind, or a parameter no dense tensor of real numbers.
            ValueError: a hyperparameter is outside its range.
        """
        if isinstance(param_group, dict):
            group = {**self.defaults, **param_group}
            for name, check in {"lr": positive, "weight_decay": not_negative, **self.ranges}.items():
                check(name, group[name])
            for name in ("maximize", "foreach"):
                flag(name, group[name])
            self.check(group)
        super().add_param_group(param_group)
        for w in self.param_groups[-1]["params"]:
            if not w.is_floating_point() or w.layout != torch.strided:
                self.param_groups.pop()
                kind = w.dtype if w.layout == torch.strided else w.layout
                raise TypeError(f"params must be dense tensors of floating-point numbers, not {kind}; of a complex "
                                "one, make its real and imaginary parts parameters")

    @torch.no_grad()
    def step(self, closure: Callable | None = None):
        """Update every parameter that has a gradient; return the closure's loss, if any.

        Raises:
            TypeError: a gradient is sparse; no parameter has been changed then.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        self.follow_gradients()
        return loss

    def follow_gradients(self) -> None:
        """The step, once gradients are there."""
        pairs = [[(w, g) for w in group["params"] if (g := w.grad) is not None] for group in self.param_groups]
        for _, g in chain.from_iterable(pairs):
            if g.layout != torch.strided:
                raise TypeError(f"{type(self).__name__} takes dense gradients, not {g.layout}; {self.sparse} takes sparse ones")
        for group, some in zip(self.param_groups, pairs):
            self._step(group | {"lr": float(group["lr"])}, some)        # a schedule may have made the rate a tensor

    def _step(self, group: dict, pairs: list[tuple[torch.Tensor, torch.Tensor]]) -> None:
        for parameters, batch in self._batches(group, pairs):
            if group["maximize"]:
                batch = batch._replace(g=torch._foreach_neg(batch.g))
            if group["weight_decay"]:
                batch = self.decayed(batch, group)
            self.update(batch, group) if group["foreach"] else self._one_by_one(batch, group)
            if batch.w is not parameters:
                torch._foreach_copy_(parameters, batch.w)

    def _batches(self, group: dict, pairs) -> Iterator[tuple[list[torch.Tensor], Batch]]:
        names, batches = self.buffers(group), {}
        for w, g in pairs:
            state, new = self.state[w], False
            for name in names:
                if name not in state:
                    state[name], new = self.fresh(name, w, group), True
            t = state["t"] = state.get("t", 0) + 1
            batches.setdefault((w.device, w.dtype, g.dtype, t, new), []).append((w, g, state))
        for (_, kind, slope, t, new), batch in batches.items():
            parameters, g, states = map(list, zip(*batch))
            wide = [w.float() for w in parameters] if kind in HALF_TYPES else parameters
            if slope != wide[0].dtype:
                g = [each.to(wide[0].dtype) for each in g]
            yield parameters, Batch(wide, g, {name: [state[name] for state in states] for name in names}, t, new)

    def _one_by_one(self, batch: Batch, group: dict) -> None:
        for k, (w, g) in enumerate(zip(batch.w, batch.g)):
            state = {name: kept[k] for name, kept in batch.state.items()}
            new_w, *new_state = self.plain(w, g, state, batch, group)
            w.copy_(new_w)
            for kept, value in zip(state.values(), new_state, strict=True):
                kept.copy_(value)

    def load_state_dict(self, state_dict: dict) -> None:
        """Go on from a saved state, bit for bit; what is kept of parameters in half precision stays in float32.

        The tensors are copied, so that the saved state can be loaded again.

        Raises:
            TypeError: ``state_dict`` is none.
            ValueError: it is that of another optimizer, or of other groups.
        """
        if not isinstance(state_dict, dict) or not {"state", "param_groups"} <= state_dict.keys():
            raise TypeError(f"state_dict must be what state_dict() of {type(self).__name__} returned, not {shown(state_dict)}")
        for kept in state_dict["state"].values():
            if not {"t"} <= kept.keys() <= {"t", *self.keeps}:
                raise ValueError(f"state_dict must be that of {type(self).__name__}, which keeps "
                                 f"{', '.join(('t', *self.keeps))} of a parameter, not {', '.join(map(str, kept))}")
        super().load_state_dict(state_dict)
        numbers = [number for group in state_dict["param_groups"] for number in group["params"]]
        for number, w in zip(numbers, (w for group in self.param_groups for w in group["params"])):
            for name, kept in state_dict["state"].get(number, {}).items():
                if isinstance(kept, torch.Tensor):           # PyTorch would round it to w's type, and share its memory
                    kind = torch.float32 if w.dtype in HALF_TYPES else w.dtype
                    self.state[w][name] = kept.to(w.device, kind, copy=True)

    def __setstate__(self, state: dict) -> None:
        """Give groups that were saved before a hyperparameter existed its default."""
        super().__setstate__(state)
        for group in self.param_groups:
            for name, value in self.defaults.items():
                group.setdefault(name, value)
