"""Several processes as one: who takes which examples, and how numbers are put together.

One process is a team of its own, for which every method is the identity.
"""

import atexit
import os

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from ._random import generator_states, set_generator_states

RENDEZVOUS = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


class Team:
    """The processes that train together, each with its ``rank`` in 0..``size`` − 1.

    Under ``torchrun`` the first team opens the process group: NCCL where every process has a GPU
    of its own, else gloo. It stays open for the next call, since a group that is closed and
    opened again would find the stale addresses of the first in torchrun's store, and is closed
    when Python exits. A group that the caller opened is used and left to the caller.

    Args:
        device: where the model and the data are.

    Raises:
        ValueError: several processes were started for a device other than the CPU and CUDA.
    """

    def __init__(self, device: torch.device):
        self.device = device
        self.rank, self.size = 0, 1
        if not distributed.is_available():
            return
        if not distributed.is_initialized() and all(name in os.environ for name in RENDEZVOUS):
            if int(os.environ["WORLD_SIZE"]) > 1:
                _open_group(device)
        if distributed.is_initialized():
            self.rank, self.size = distributed.get_rank(), distributed.get_world_size()

    def shard(self, batch: torch.Tensor) -> tuple[torch.Tensor, float]:
        """This process's part of a batch of indices, and its share of the batch.

        A process for which nothing is left takes the first example with a share of 0: it must
        run forward and backward with the others, which wait for its gradient.
        """
        mine = batch.tensor_split(self.size)[self.rank]
        return (mine, len(mine) / len(batch)) if len(mine) else (batch[:1], 0.0)

    def wrap(self, model):
        """The model, its gradients averaged over the processes, all starting from rank 0's."""
        if self.size == 1:
            return model
        device_ids = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(model, device_ids=device_ids)

    def add(self, value: torch.Tensor) -> torch.Tensor:
        """Sum of a number over the processes, in place, on the device."""
        if self.size > 1:
            distributed.all_reduce(value)
        return value

    def sums(self, values: list[float]) -> list[float]:
        """Sums over the processes, bit for bit the same on each."""
        # Every process adds in the order of the ranks, so that none decides otherwise.
        return [sum(column) for column in zip(*self.gather(values))]

    def gather(self, value) -> list:
        """What every process has, by rank."""
        if self.size == 1:
            return [value]
        found = [None] * self.size
        distributed.all_gather_object(found, value)
        return found

    def from_first(self, make):
        """``make()`` of rank 0, on every process; its error, too."""
        if self.size == 1:
            return make()
        result = [None, None]
        if self.rank == 0:
            try:
                result[0] = make()
            except Exception as error:  # raised below, here and on every other process
                result[1] = error
        distributed.broadcast_object_list(result)
        if result[1] is not None:
            raise result[1]
        return result[0]

    def share_buffers(self, model) -> None:
        """Give every process the buffers of rank 0, such as running means."""
        if self.size > 1:
            for buffer in model.buffers():
                distributed.broadcast(buffer, 0)

    def part_streams(self) -> None:
        """Let each process draw its own noise: equal masks would tie one shard to another."""
        if self.rank > 0:
            torch.manual_seed(int(torch.randint(2**31, ())) + self.rank)

    def join_streams(self) -> None:
        """Let every process go on with rank 0's random numbers."""
        if self.size > 1:
            states = self.from_first(lambda: generator_states(self.device))
            set_generator_states(states, self.device)

    def agree(self, **settings) -> None:
        """Raise a ValueError where the processes were not given the same settings."""
        everyone = self.gather(settings)
        for name in settings:
            values = [given[name] for given in everyone]
            if any(value != values[0] for value in values):
                raise ValueError(f"{name} must be the same in every process, not {values}")


def _open_group(device: torch.device) -> None:
    if device.type not in ("cpu", "cuda"):
        raise ValueError(f"several processes train on the CPU or on CUDA, not on {device.type}")
    options = {"backend": "gloo"}
    if device.type == "cuda":
        # Collectives of Python objects use the current device, which is cuda:0 in every process.
        torch.cuda.set_device(device)
        # NCCL refuses two processes on one GPU; gloo does not.
        if int(os.environ.get("LOCAL_WORLD_SIZE", "1")) <= torch.cuda.device_count():
            options = {"backend": "nccl", "device_id": device}
    distributed.init_process_group(**options)
    atexit.register(_close_group)


def _close_group() -> None:
    if distributed.is_initialized():
        distributed.destroy_process_group()
