"""PyTorch's own samples of its operators and modules, and the errors it expects, for all that the package has, too."""

import warnings

import pytest
import torch
from torch import nn

from .torch_table import FUNCTIONS, LACKING, LACKING_MODULES, MODULES


@pytest.fixture(scope="module")
def testing():
    """By name, what PyTorch's developers test their operators and modules with."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
        from torch.testing._internal.common_modules import module_db
    # The import forbids whoever comes after it to set a backend's option; no business of other tests.
    torch.backends.disable_global_flags.__globals__["__allow_nonbracketed_mutation_flag"] = True
    assert not torch.backends.flags_frozen()
    operators = {"|".join(filter(None, (op.name, op.variant_test_name))): op for op in op_db}
    return operators | {module.name: module for module in module_db}


def tensors(values) -> list[torch.Tensor]:
    """The tensors in arguments or results, however deep."""
    if isinstance(values, torch.Tensor):
        return [values]
    if isinstance(values, dict):
        values = values.values()
    return [x for part in values for x in tensors(part)] if isinstance(values, (tuple, list)) or hasattr(
        values, "__iter__") and not isinstance(values, str) else []


def outcome(results, leaves) -> list[torch.Tensor]:
    """Results, and the gradients of a random sum of them."""
    outputs = tensors(results)
    draws = torch.Generator().manual_seed(0)
    total = sum((y * torch.randn(y.shape, generator=draws, dtype=torch.float64)).sum() for y in outputs if y.requires_grad)
    slopes = torch.autograd.grad(total, leaves, allow_unused=True) if isinstance(total, torch.Tensor) and leaves else []
    return outputs + [torch.zeros_like(x) if slope is None else slope for x, slope in zip(leaves, slopes)]


def told(arguments, options) -> str:
    """A sample in one line."""
    def short(x):
        return f"tensor{tuple(x.shape)}" if isinstance(x, torch.Tensor) else repr(x)
    return ", ".join([*map(short, arguments), *(f"{name}={short(value)}" for name, value in options.items())])


def compare(name: str, sample: str, ours, theirs, wrong: list[str], dtype=torch.float64) -> None:
    """Add to ``wrong`` what differs, or was refused."""
    room = {"rtol": 1e-7, "atol": 1e-9} if dtype == torch.float64 else {"rtol": 1e-4, "atol": 1e-4}
    try:
        found = ours()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")              # PyTorch's, of what it deprecates or does slowly
            wanted = theirs()
        assert len(found) == len(wanted), f"{len(found)} tensors for {len(wanted)}"
        for a, b in zip(found, wanted):
            torch.testing.assert_close(a, b, equal_nan=True, **room)
    except Exception as error:               # tell of all that are wrong, not of the first alone
        wrong.append(f"{name}({sample}): {type(error).__name__}: {error}")


def samples(op, dtype):
    """What PyTorch tests an operator with; of float64 the further samples, too, where there are some."""
    yield from op.sample_inputs("cpu", dtype, requires_grad=True)
    if dtype == torch.float64 and op.reference_inputs_func is not None:
        yield from op.reference_inputs("cpu", dtype, requires_grad=True)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_operators(testing, name, dtype):
    if dtype == torch.float32 and "pool" in name:
        pytest.skip("thousands of samples, whose numbers are picked and not computed")
    op, ours, wrong, count = testing[name], FUNCTIONS[name], [], 0
    lacks, _ = LACKING.get(name, (lambda *_, **__: False, ""))
    for sample in samples(op, dtype):
        arguments, options = (sample.input, *sample.args), sample.kwargs
        if lacks(*arguments, **options):
            continue
        leaves = [x for x in tensors((arguments, options)) if x.requires_grad]
        compare(name, told(arguments, options), lambda: outcome(ours(*arguments, **options), leaves),
                lambda: outcome(op.op(*arguments, **options), leaves), wrong, dtype)
        count += 1
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n\n".join(wrong[:9])
    assert count


def refused(call) -> Exception | None:
    """What a call raises."""
    try:
        call()
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_pytorch_refuses_is_refused_by_name(testing, name):
    op, accepted = testing[name], []
    if op.error_inputs_func is None:
        pytest.skip("PyTorch tests no error of it")
    for error in op.error_inputs("cpu"):
        arguments, options = (error.sample_input.input, *error.sample_input.args), error.sample_input.kwargs
        if refused(lambda: op.op(*arguments, **options)) is None:
            continue                         # PyTorch takes it meanwhile
        found = refused(lambda: FUNCTIONS[name](*arguments, **options))
        if not isinstance(found, (TypeError, ValueError, IndexError)):
            accepted.append(f"{name}({told(arguments, options)}): {found!r}")
    assert not accepted, "\n".join(accepted)


@pytest.mark.parametrize("name", MODULES)
def test_modules(testing, name):
    wrong, count = [], 0
    lacks, _ = LACKING_MODULES.get(name, (lambda *_, **__: False, ""))
    info = testing[name]
    for training in (True, False):
        for sample in info.module_inputs_func(info, "cpu", torch.float64, True, training):
            made, given = sample.constructor_input, sample.forward_input
            if lacks(*made.args, **made.kwargs):
                continue
            theirs = getattr(nn, name.removeprefix("nn."))(*made.args, **made.kwargs).double().train(training)
            ours, call = MODULES[name](*made.args, **made.kwargs)
            ours = ours.double().train(training)
            ours.load_state_dict(theirs.state_dict())
            inputs = [x for x in tensors((given.args, given.kwargs)) if x.requires_grad]
            leaves = [[*inputs, *(p for _, p in sorted(model.named_parameters()))] for model in (ours, theirs)]
            compare(name, f"{told(made.args, made.kwargs)})({told(given.args, given.kwargs)}",
                    lambda: outcome(call(*given.args, **given.kwargs), leaves[0]),
                    lambda: outcome(first(name, theirs(*given.args, **given.kwargs)), leaves[1]), wrong)
            count += 1
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n\n".join(wrong[:9])
    assert count


def first(name: str, results):
    """The means without the weights, which ours gives on request."""
    return results[0] if name == "nn.MultiheadAttention" else results
