"""The vision architectures against torchvision's: names, shapes, initial weights and outputs."""

import json
from pathlib import Path

import pytest
import torch
from reference.fingerprint import initial, outputs, structure

import deepgloss as dg

MODELS = json.loads((Path(__file__).parents[1] / "reference" / "torchvision.json").read_text())["models"]
# Weights are drawn where that takes a second: the deeper ones repeat blocks.
SMALL = (
    "vgg11_bn", "googlenet", "resnet18", "resnet50", "densenet121", "mobilenet_v2",
    "mobilenet_v3_large", "mobilenet_v3_small", "efficientnet_b0", "efficientnet_b1",
)
# Pictures are classified by all but the other VGGs: these have most of the weights, and nothing of their own.
ALIKE = ("vgg11", "vgg13", "vgg16", "vgg19", "vgg13_bn", "vgg16_bn", "vgg19_bn")


@pytest.mark.parametrize("name", MODELS)
def test_published_weights_would_fit(name):
    with torch.device("meta"):
        model = getattr(dg.architectures, name)()
    expected = MODELS[name]
    assert structure(model) == {key: expected[key] for key in ("parameters", "tensors", "parts")}


@pytest.mark.parametrize("name", SMALL)
def test_weights_begin_as_theirs(name):
    assert initial(getattr(dg.architectures, name)) == pytest.approx(MODELS[name]["initial"], rel=1e-5)


@pytest.mark.parametrize("name", [name for name in MODELS if name not in ALIKE])
def test_the_same_weights_give_the_same_logits(name):
    model = getattr(dg.architectures, name)()
    ours = torch.tensor(outputs(model.to(dg.device())), dtype=torch.float64)
    expected = torch.tensor(MODELS[name]["outputs"], dtype=torch.float64)
    torch.testing.assert_close(ours, expected, rtol=1e-6, atol=1e-8)
