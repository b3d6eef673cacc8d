"""Writes torchvision.json: what torchvision's vision models are, to hold the book's own against.

Run it in an environment of its own, with the release named in the file:
python -m reference.make_torchvision, in the folder tests. The tests read the file and need no
torchvision.
"""

import json
from functools import partial
from pathlib import Path

import torchvision

from .fingerprint import initial, outputs, structure

HERE = Path(__file__).parent
NAMES = (
    "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn",
    "googlenet",
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
    "densenet121", "densenet161", "densenet169", "densenet201",
    "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small",
    *(f"efficientnet_b{i}" for i in range(8)),
)


def main() -> None:
    models = {}
    for name in NAMES:
        options = {"init_weights": True, "aux_logits": True} if name == "googlenet" else {}
        make = partial(getattr(torchvision.models, name), **options)
        model = make()
        models[name] = {**structure(model), "initial": initial(make), "outputs": outputs(model)}
        print(name, models[name]["parameters"], flush=True)
    head = {"torchvision": torchvision.__version__.partition("+")[0]}
    (HERE / "torchvision.json").write_text(json.dumps({**head, "models": models}, indent=1) + "\n")


if __name__ == "__main__":
    main()
