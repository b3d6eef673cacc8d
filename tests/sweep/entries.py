"""What the sweep knows of a public function or module: how to make inputs for it, and what it is held against."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

BATCH, LENGTH = 2, 5


class Draw:
    """Numbers for one entry, on the CPU: each call draws from a stream of its own."""

    def __init__(self) -> None:
        self.stream = 0

    def __call__(self, *shape: int) -> torch.Tensor:
        """Normal numbers, ``float32``."""
        return torch.randn(shape, generator=self.generator())

    def share(self, *shape: int) -> torch.Tensor:
        """Numbers in [0.05, 0.95), ``float32``."""
        return 0.05 + 0.9 * torch.rand(shape, generator=self.generator())

    def ids(self, below: int, *shape: int) -> torch.Tensor:
        """Integers in [0, below), ``int64``."""
        return torch.randint(below, shape, generator=self.generator())

    def generator(self) -> torch.Generator:
        self.stream += 1
        return torch.Generator().manual_seed(self.stream)


@dataclass(frozen=True)
class Entry:
    """One public function or module.

    Attributes:
        make: gives what is called: the function with its options, or a module.
        inputs: of a :class:`Draw`, a batch size and a length, the arguments.
        theirs: gives PyTorch's own; a module takes the state of ours.
        scale: units in the last place of the half type, relative to the largest number, that a value
            may be off besides the one rounding of the result; 0 for what is rounded once.
        slope: the same for gradients.
        empty: whether a batch of zero is taken, or the type of the error that says no; None where there
            is no batch.
        zero: the same for a length of zero.
        meta: whether it runs on the meta device; or the type of the error.
        compiled: whether torch.compile takes it in one graph; where it takes several, a word of the
            reason that it gives.
        exported: whether torch.export takes it.
        half: the type of its results for half inputs; None for the inputs' own.
        fixed: places of floating-point inputs that no gradient is asked of.
        random: whether it draws, from the global generator.
    """

    make: Callable[[], Callable]
    inputs: Callable[[Draw, int, int], tuple]
    theirs: Callable[[], Callable] | None = None
    scale: float = 0
    slope: float = 0
    empty: bool | type[Exception] | None = True
    zero: bool | type[Exception] | None = None
    meta: bool | type[Exception] = True
    compiled: bool | str = True
    exported: bool = True
    half: torch.dtype | None = None
    fixed: tuple[int, ...] = ()
    random: bool = False

    def arguments(self, n: int = BATCH, length: int = LENGTH) -> tuple:
        return self.inputs(Draw(), n, length)

    def build(self) -> Callable:
        """Ours, with the same parameters each time."""
        torch.manual_seed(0)
        return self.make()

    def other(self, ours: Callable) -> Callable:
        """PyTorch's, with our parameters."""
        theirs = self.theirs()
        if isinstance(theirs, nn.Module) and isinstance(ours, nn.Module):
            theirs.load_state_dict(ours.state_dict())
        return theirs

    def called(self, function: Callable, arguments) -> tuple[torch.Tensor, ...]:
        """All tensors that come out."""
        if self.random:
            torch.manual_seed(0)
        return tensors(function(*arguments))


# Reasons for several graphs: Dynamo takes no autograd function with a forward-mode derivative into a graph
# that needs gradients, and does not look into the packing of sequences.
FORWARD_MODE, PACKING = "custom jvp", "pack_padded_sequence"


def tensors(result) -> tuple[torch.Tensor, ...]:
    """The tensors in a result, in order."""
    if isinstance(result, torch.Tensor):
        return (result,)
    if isinstance(result, dict):
        result = result.values()
    if isinstance(result, (tuple, list)) or hasattr(result, "__iter__") and not isinstance(result, str):
        return tuple(x for part in result for x in tensors(part))
    return ()


def floats(values) -> list[torch.Tensor]:
    """The tensors of floating-point numbers among them."""
    return [x for x in values if isinstance(x, torch.Tensor) and x.is_floating_point()]


def cast(values, dtype: torch.dtype) -> tuple:
    """Arguments whose floating-point numbers have another type."""
    return tuple(x.to(dtype) if isinstance(x, torch.Tensor) and x.is_floating_point() else x for x in values)


def simple(function: Callable, **options) -> Callable:
    """``make`` for a function with options."""
    def make() -> Callable:
        def call(*arguments):
            return function(*arguments, **options)

        call.function, call.options = function, options
        return call

    return make
