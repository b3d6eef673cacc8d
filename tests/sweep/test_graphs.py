"""Modules under torch.compile and torch.export: in one graph, or with the reason why not."""

import pytest
import torch
from torch import nn

from .registry import ENTRIES
from .test_half import prepared

# Made of what is here; and layers that differ from one that is here in the number of axes alone.
REPEATED = {f"architectures.{name}" for name in (
    "slim", "VGG", "GoogLeNet", "DenseNet", "MobileNetV1", "MobileNetV2", "MobileNetV3", "EfficientNet",
    "SimplifiedLeNet5", "Bottleneck", "PreActBlock", "BasicBlock", "DenseBlock", "Inception", "InceptionAux",
    "InvertedResidual", "ExcitedResidual")} | {
    "pretraining.BERTClassifier", "pretraining.BERTSpans", "attention.Stack", "convolution.WaveNet",
    "convolution.GatedBlock", "convolution.DepthwiseSeparableConv2d", "language.CBOW", "language.SubwordSkipGram"} | {
    f"convolution.{kind}{d}d" for kind in ("Conv", "ConvTranspose", "MaxPool", "AvgPool", "AdaptiveMaxPool",
                                           "AdaptiveAvgPool") for d in (1, 3)} | {
    f"stability.{kind}Norm{d}d{how}" for kind in ("Batch", "Instance") for d in (1, 3) for how in ("", ", by the batch")}
MODULES = sorted(name for name, entry in ENTRIES.items() if isinstance(entry.build(), nn.Module) and name not in REPEATED)
# Of what Dynamo itself does while it traces.
pytestmark = [pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning"),
              pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")]


@pytest.fixture(autouse=True)
def fresh_compiler():
    """No graph of the last test is in the way."""
    torch._dynamo.reset()
    yield


@pytest.mark.parametrize("name", MODULES)
def test_compile(name):
    entry = ENTRIES[name]
    wanted = entry.called(prepared(entry), entry.arguments())
    if entry.compiled is not True:                            # several graphs, and the reason is still true
        with pytest.raises(torch._dynamo.exc.Unsupported, match=entry.compiled):
            entry.called(torch.compile(prepared(entry), backend="eager", fullgraph=True), entry.arguments())
    compiled = torch.compile(prepared(entry), backend="eager", fullgraph=entry.compiled is True)
    for a, b in zip(wanted, entry.called(compiled, entry.arguments()), strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("name", MODULES)
def test_export(name):
    entry = ENTRIES[name]
    if not entry.exported:
        with pytest.raises(NotImplementedError, match="export"):
            torch.export.export(prepared(entry), entry.arguments())
        return
    wanted = entry.called(prepared(entry), entry.arguments())
    program = torch.export.export(prepared(entry), entry.arguments())
    for a, b in zip(wanted, entry.called(program.module(), entry.arguments()), strict=True):
        torch.testing.assert_close(a, b)


def test_labels_are_not_looked_at_in_a_graph():
    """A graph whose branches depended on numbers would be none; eagerly, a wrong label is an error."""
    entry = ENTRIES["losses.CrossEntropyLoss"]
    scores, labels = entry.arguments()
    program = torch.export.export(entry.build(), (scores, labels)).module()
    assert torch.equal(program(scores, labels), entry.build()(scores, labels))
    with pytest.raises(ValueError, match="target"):
        entry.build()(scores, labels + 99)
