"""The device switch never falls back in silence, and a seed starts the same numbers everywhere."""

import random

import numpy as np
import pytest
import torch

import deepgloss as dg
from deepgloss import _device


def cuda_with(monkeypatch, count):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)


def test_the_machine_decides_where_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("DEEPGLOSS_DEVICE", raising=False)
    cuda_with(monkeypatch, 0)
    assert dg.device() == torch.device("cpu")
    cuda_with(monkeypatch, 2)
    assert dg.device() == torch.device("cuda")


def test_the_variable_decides_where_it_is_set(monkeypatch):
    cuda_with(monkeypatch, 2)
    for asked in ("cpu", "cuda", "cuda:1"):
        monkeypatch.setenv("DEEPGLOSS_DEVICE", asked)
        assert dg.device() == torch.device(asked)


def test_cuda_without_cuda_is_an_error(monkeypatch):
    cuda_with(monkeypatch, 0)
    monkeypatch.setenv("DEEPGLOSS_DEVICE", "cuda")
    with pytest.raises(RuntimeError, match="no CUDA"):
        dg.device()


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch):
    cuda_with(monkeypatch, 2)
    monkeypatch.setenv("DEEPGLOSS_DEVICE", "cuda:2")
    with pytest.raises(RuntimeError, match="there are 2 GPUs"):
        dg.device()


@pytest.mark.parametrize("asked", ["gpu", "cuda:x", "meta"])
def test_an_unknown_device_is_an_error(monkeypatch, asked):
    monkeypatch.setenv("DEEPGLOSS_DEVICE", asked)
    with pytest.raises(ValueError, match="DEEPGLOSS_DEVICE must be"):
        dg.device()


@pytest.mark.skipif(dg.device().type == "fake", reason="the stand-in device is registered")
def test_the_stand_in_device_is_none_where_it_is_not_registered(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_DEVICE", "fake")
    with pytest.raises(ValueError, match="not 'fake'"):
        dg.device()


def test_the_widest_type_of_a_device(monkeypatch):
    assert _device.wide(torch.device("cuda:1")) == torch.float64 and _device.wide(torch.device("mps")) == torch.float32
    monkeypatch.setattr(_device, "device", lambda: torch.device("mps"))
    assert _device.wide() == torch.float32 and _device.precise() == torch.device("cpu")


def test_each_process_of_torchrun_takes_its_own_gpu(monkeypatch):
    cuda_with(monkeypatch, 2)
    monkeypatch.delenv("DEEPGLOSS_DEVICE", raising=False)
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert dg.device() == torch.device("cuda:1")


def test_seed_starts_all_three_generators_and_returns_a_fourth():
    def draw():
        return random.random(), np.random.rand(), torch.rand(1).item()

    first = dg.seed(7)
    numbers, own = draw(), torch.rand(3, generator=first)
    second = dg.seed(7)
    assert draw() == numbers
    assert torch.equal(torch.rand(3, generator=second), own)
    dg.seed(8)
    assert draw() != numbers
    assert first.device == torch.device("cpu")


def test_a_seed_must_be_an_integer_in_range():
    for wrong in (1.5, "1", True, None):
        with pytest.raises(TypeError, match="integer"):
            dg.seed(wrong)
    for wrong in (-1, 2**32):
        with pytest.raises(ValueError, match="of at least 0 and at most 4294967295"):
            dg.seed(wrong)
