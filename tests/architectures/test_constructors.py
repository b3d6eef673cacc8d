"""Constructors of published networks list their options, say what is wrong, and let features out."""

import inspect
import pickle

import pytest
import torch
from comparing import draws
from torch import nn

import deepgloss as dg

PUBLISHED = [name for name in dg.architectures.__all__
             if name.islower() and name.startswith(("vgg", "googlenet", "resnet", "densenet", "mobilenet", "efficientnet"))]
OTHERS = [dg.pretraining.bert_base, dg.pretraining.bert_large, dg.pretraining.gpt1, dg.pretraining.gpt2, dg.pretraining.gpt2_xl]
MAKERS = [*(getattr(dg.architectures, name) for name in PUBLISHED), *OTHERS]
SMALL = {"mobilenet_v2": {}, "mobilenet_v3_small": {}, "resnet18": {}, "googlenet": {"aux_logits": False},
         "efficientnet_b0": {}, "densenet121": {}, "vgg11": {"hidden": 3, "grid": 1}}


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_signature_and_docstring_list_every_option(make):
    signature = inspect.signature(make)
    kind = signature.return_annotation
    assert set(signature.parameters) == set(inspect.signature(kind).parameters)
    assert all(option.default is not option.empty and option.kind is not option.VAR_KEYWORD
               for option in signature.parameters.values())
    listed = inspect.getdoc(make)
    assert "Args:" in listed and "Source:" not in listed and "Raises:" not in listed
    for option in signature.parameters:
        assert option in listed, option
    assert pickle.loads(pickle.dumps(make)) is make
    with torch.device("meta"):
        assert isinstance(make(), kind)


def test_how_many_there_are():
    assert len(PUBLISHED) == 29


@pytest.mark.parametrize("name", SMALL)
def test_options_reach_the_network(name):
    with torch.device("meta"):
        model = getattr(dg.architectures, name)(num_classes=7, in_channels=2, weights=None, **SMALL[name])
        assert model.eval()(torch.empty(3, 2, 64, 64)).shape == (3, 7)


def test_an_option_of_the_class_wins_over_the_published_one():
    with torch.device("meta"):
        assert len(dg.architectures.resnet18(depths=(1, 1, 1, 1)).layer1) == 1
        assert dg.pretraining.bert_base(11, layers=1).tokens.weight.shape == (11, 768)
        assert dg.pretraining.gpt2(layers=1, dropout=0.0).drop.p == 0


@pytest.mark.parametrize("options, error, message", [
    ({"weights": "DEFAULT"}, ValueError, r"resnet50 has no weights of its own.*torchvision\.models\.resnet50\(weights='DEFAULT'\)"),
    ({"weights": "IMAGENET1K_V1"}, ValueError, r"load_state_dict\(torchvision\.models\.resnet50\(weights='IMAGENET1K_V1'\)"),
    ({"pretrained": True}, ValueError, r"weights='DEFAULT'"),
    ({"classes": 3}, TypeError, "resnet50 has no option 'classes'; there are block, depths, widths, num_classes, small"),
])
def test_errors_tell_what_to_do(options, error, message):
    with pytest.raises(error, match=message):
        dg.architectures.resnet50(**options)


def test_pretrained_false_is_taken_and_positional_options_are_not():
    with torch.device("meta"):
        dg.architectures.mobilenet_v2(pretrained=False)
    with pytest.raises(TypeError, match=r"resnet18: too many positional arguments; the signature is resnet18\(\*, block"):
        dg.architectures.resnet18(10)
    with pytest.raises(ValueError, match=r"model = googlenet\(aux_logits=False\)"):
        dg.architectures.googlenet(weights="DEFAULT")


@pytest.mark.parametrize("name", SMALL)
def test_features_are_the_maps_that_the_classifier_reads(name):
    torch.manual_seed(0)
    model = getattr(dg.architectures, name)(num_classes=7, **SMALL[name]).to(dg.device()).eval()
    x = draws(2, 3, 64, 64, dtype=torch.float32)
    with torch.no_grad():
        maps = model.features(x)
        assert maps.dim() == 4 and len(maps) == 2 and maps.shape[2:] == (2, 2)
        pooled = (maps.relu() if name.startswith("densenet") else maps).mean((2, 3))
        head = model.fc if hasattr(model, "fc") else model.classifier
        torch.testing.assert_close(head(pooled), model(x))


def test_features_of_the_others():
    torch.manual_seed(0)
    x = draws(2, 1, 32, 32, dtype=torch.float32)
    lenet = dg.architectures.LeNet5().to(dg.device())
    assert lenet.features(x).shape == (2, 84)
    torch.testing.assert_close(lenet.output(lenet.features(x)), lenet(x))
    googlenet = dg.architectures.googlenet(num_classes=5).to(dg.device()).train()
    pictures = draws(2, 3, 64, 64, dtype=torch.float32)
    assert googlenet.features(pictures).shape == (2, 1024, 2, 2) and len(googlenet(pictures)) == 3
    preact = dg.architectures.ResNet("preact", (1, 1), (3, 5), num_classes=7, small=True).to(dg.device()).eval()
    torch.testing.assert_close(preact.fc(preact.features(pictures).mean((2, 3))), preact(pictures))
    assert (preact.features(pictures) >= 0).all() and isinstance(preact.last[1], nn.ReLU)
