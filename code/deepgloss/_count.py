"""What a network costs, layer by layer: parameters, multiply–adds and activations."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

TITLES = ("layer", "kind", "output", "parameters", "multiply-adds", "activations")


@dataclass
class Row:
    """One layer, or several under one name.

    ``name`` is the module's path, ``kind`` its class, ``output`` the shape of its last output (the
    first of several), or None where that is no tensor; ``parameters``, ``multiply_adds`` and ``activations`` are numbers.
    """

    name: str
    kind: str
    output: tuple[int, ...] | None = None
    parameters: int = 0
    multiply_adds: int = 0
    activations: int = 0

    def add(self, other: "Row") -> None:
        """Take over another row's output, and add its numbers to this row's."""
        self.output = other.output
        self.parameters += other.parameters
        self.multiply_adds += other.multiply_adds
        self.activations += other.activations


@dataclass
class Count:
    """The layers of a network in the order of their first use; ``str`` prints them as a table.

    ``parameters`` counts every parameter of the network once, also those of layers that the
    forward pass did not reach; ``multiply_adds`` and ``activations`` are sums over the rows.
    """

    rows: list[Row]
    parameters: int
    multiply_adds: int = field(init=False)
    activations: int = field(init=False)

    def __post_init__(self):
        self.multiply_adds = sum(row.multiply_adds for row in self.rows)
        self.activations = sum(row.activations for row in self.rows)

    def grouped(self, depth: int = 1) -> "Count":
        """The same numbers with the layers summed under the first ``depth`` parts of their names."""
        groups: dict[str, Row] = {}
        for row in self.rows:
            parts = row.name.split(".")
            name = ".".join(parts[:depth])
            groups.setdefault(name, Row(name, row.kind if len(parts) <= depth else "")).add(row)
        return Count(list(groups.values()), self.parameters)

    def __str__(self) -> str:
        lines = [TITLES] + [
            (row.name, row.kind, " × ".join(map(str, row.output or ())), f"{row.parameters:,}",
             f"{row.multiply_adds:,}", f"{row.activations:,}") for row in self.rows
        ]
        lines.append(("total", "", "", f"{self.parameters:,}", f"{self.multiply_adds:,}",
                      f"{self.activations:,}"))
        widths = [max(len(line[i]) for line in lines) for i in range(len(TITLES))]
        return "\n".join(
            "  ".join(cell.ljust(width) if i < 3 else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in lines
        )


def count(model: nn.Module, *inputs: torch.Tensor | Sequence[int]) -> Count:
    r"""Parameters, multiply–adds and activations of a network, layer by layer.

    A multiply–add is one product and the sum it goes into: a convolution of
    :math:`k_h \times k_w` taps from :math:`C_{in}` to :math:`C_{out}` channels in :math:`g` groups
    takes :math:`H_{out} W_{out}\, k_h k_w\, C_{in} C_{out} / g` of them for each example, a
    matrix product of :math:`n \times m` by :math:`m \times p` takes :math:`n m p`. Counted are
    those of convolutions, matrix products and attention, wherever in the network they are
    computed; biases, normalizations, activations and pooling are left out, as papers do.
    Activations are the numbers that leaf modules write: what comes back as it came, or as a view
    of it, needs no memory of its own and counts 0.

    The network runs once, in evaluation mode and without gradients, and is left as it was. On the
    meta device (``with torch.device("meta"): model = …``) nothing is computed and no memory taken,
    so that networks of any size can be counted.

    Args:
        model: the network.
        *inputs: what its forward takes: tensors, or their shapes, batch axis included. A shape
            becomes a tensor of zeros with the device and dtype of the first parameter.

    Returns:
        The rows, one for each module that has parameters of its own, computes a product itself, or
        is a leaf, and their totals.

    Raises:
        TypeError: ``model`` is no module, or an input is neither tensor nor shape.
        ValueError: no input is given.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, not {model!r}")
    tensors = _tensors(model, inputs)
    rows: dict[str, Row] = {}
    hooks = [module.register_forward_hook(_recorder(rows, name))
             for name, module in model.named_modules()]
    training = {module: module.training for module in model.modules()}
    products = FlopCounterMode(display=False)
    fast = torch.backends.mha.get_fastpath_enabled()
    try:
        torch.backends.mha.set_fastpath_enabled(False)    # one opaque operation, else
        model.eval()
        # Attention as plain products: not every fused kernel is counted.
        with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), products:
            model(*tensors)
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        for hook in hooks:
            hook.remove()
        for module, mode in training.items():
            module.training = mode
    _add_products(rows, products.get_flop_counts(), type(model).__name__)
    shown = [row for name, row in rows.items()
             if row.parameters or row.multiply_adds or _is_leaf(model.get_submodule(name))]
    return Count(shown, sum(p.numel() for p in model.parameters()))


def _tensors(model: nn.Module, inputs: Sequence) -> list[torch.Tensor]:
    """The inputs, with zeros in place of shapes."""
    if not inputs:
        raise ValueError("inputs must hold a tensor or a shape for each argument of the model")
    first = next(model.parameters(), torch.empty(0))
    tensors = []
    for given in inputs:
        if not isinstance(given, torch.Tensor):
            try:
                given = torch.zeros(tuple(given), dtype=first.dtype, device=first.device)
            except TypeError:
                raise TypeError(f"inputs must be tensors or shapes, not {given!r}") from None
        tensors.append(given)
    return tensors


def _is_leaf(module: nn.Module) -> bool:
    return next(module.children(), None) is None


def _recorder(rows: dict[str, Row], name: str):
    """A forward hook that keeps a module's row: kind, output, own parameters and activations."""

    def record(module, inputs, output):
        row = rows.get(name)
        if row is None:
            own = sum(p.numel() for p in module.parameters(recurse=False))
            row = rows[name] = Row(name or type(module).__name__, type(module).__name__, None, own)
        first = output[0] if isinstance(output, (tuple, list)) else output
        row.output = tuple(first.shape) if isinstance(first, torch.Tensor) else None
        if _is_leaf(module):
            row.activations += sum(tensor.numel() for tensor in _written(inputs, output))
        if isinstance(module, nn.RNNBase):
            row.multiply_adds += _recurrent_products(module, inputs[0])

    return record


def _written(inputs: tuple, output) -> list[torch.Tensor]:
    """The tensors of an output that need memory of their own: no input and no view of one."""
    outputs = output if isinstance(output, (tuple, list)) else (output,)
    return [tensor for tensor in outputs if isinstance(tensor, torch.Tensor)
            and not any(_memory(tensor) is _memory(given) for given in inputs)]


def _memory(tensor):
    """The tensor that owns the memory: itself, unless it is a view."""
    base = getattr(tensor, "_base", None)
    return tensor if base is None else base


def _recurrent_products(module: nn.RNNBase, x) -> int:
    """Products of PyTorch's own recurrent layers, whose fused kernels no counter looks into."""
    steps = len(x.data) if isinstance(x, nn.utils.rnn.PackedSequence) else x[..., 0].numel()
    return steps * sum(p.numel() for p in module.parameters() if p.ndim == 2)


def _add_products(rows: dict[str, Row], counted: dict[str, dict], root: str) -> None:
    """Give each row the products computed in its module and in none inside it."""
    total = {name: sum(operations.values()) // 2 for name, operations in counted.items()}
    inside = dict.fromkeys(total, 0)
    for name, number in total.items():
        parent = name.rpartition(".")[0]
        while parent and parent not in inside:     # lists of modules compute nothing themselves
            parent = parent.rpartition(".")[0]
        if parent:
            inside[parent] += number
    for name, row in rows.items():
        path = f"{root}.{name}" if name else root
        if not row.multiply_adds:
            row.multiply_adds = total.get(path, 0) - inside.get(path, 0)
