"""The states of all random generators that a training run may draw from."""

import random

import numpy as np
import torch


def generator_states(device: torch.device) -> dict:
    """States of PyTorch's (CPU and ``device``), NumPy's and Python's global generators.

    Only tensors, numbers, strings and tuples, so that ``torch.load(weights_only=True)`` reads it.
    """
    name, keys, position, has_gauss, gauss = np.random.get_state()
    states = {
        "torch": torch.get_rng_state(),
        "numpy": (name, torch.from_numpy(keys.astype(np.int64)), position, has_gauss, gauss),
        "python": random.getstate(),
    }
    if device.type != "cpu":
        states[device.type] = _module(device).get_rng_state(*_which(device))
    return states


def set_generator_states(states: dict, device: torch.device) -> None:
    """Continue from the states of :func:`generator_states`."""
    name, keys, position, has_gauss, gauss = states["numpy"]
    torch.set_rng_state(states["torch"])
    np.random.set_state((name, keys.numpy().astype(np.uint32), position, has_gauss, gauss))
    random.setstate(states["python"])
    # A run may go on where the other kind of device is; its stream there starts afresh.
    if device.type in states:
        _module(device).set_rng_state(states[device.type], *_which(device))


def _module(device):
    return getattr(torch, device.type)


def _which(device):
    return (device,) if device.type == "cuda" else ()
