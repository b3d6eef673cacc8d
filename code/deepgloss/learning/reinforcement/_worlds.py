"""Two small decision processes: a grid to walk on, and a corridor whose cells look alike."""

from collections.abc import Sequence

import torch

from ..._arguments import real
from ._mdp import MDP

MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))
"""Rows and columns that the actions of a grid world move by: north, east, south, west."""


def grid_world(rows: Sequence[str], *, slip: float = 0.2, step_reward: float = -0.04, goal: float = 1.0,
               pit: float = -1.0) -> MDP:
    """A grid on which an agent walks north, east, south or west (actions 0 to 3).

    A step goes where it is meant to go with probability 1 − ``slip``, and to the right or to the left of
    that with ``slip`` / 2 each. A wall or the edge leaves the agent where it is. The defaults are those of
    Russell and Norvig.

    Args:
        rows: of equal length. ``.`` is free, ``S`` free and a place to start, ``#`` a wall, ``+`` the goal
            and ``-`` the pit; both end an episode. Cells are states in reading order; walls are none.
        slip: in [0, 1].
        step_reward: of every step.
        goal, pit: what entering one adds to it.

    Returns:
        The process, in ``float64``, on the CPU. Episodes begin in the cells ``S``, each as likely.

    Raises:
        TypeError: ``rows`` is no sequence of texts, or an option is no number.
        ValueError: the rows differ in length, hold another sign, or have no ``S``; ``slip`` is out of range.

    Source: Russell and Norvig (2010), section 17.1.
    """
    if isinstance(rows, str) or not isinstance(rows, Sequence) or not all(isinstance(row, str) for row in rows):
        raise TypeError(f"rows must be a sequence of texts, such as ['S.+'], not {rows!r}")
    slip, step_reward = real("slip", slip, 0, 1), real("step_reward", step_reward)
    prizes = {"+": real("goal", goal), "-": real("pit", pit)}
    if len({len(row) for row in rows}) != 1 or set("".join(rows)) - set(".S#+-"):
        raise ValueError(f"rows must be of one length and of the signs . S # + - alone, not {list(rows)}")
    if "S" not in "".join(rows):
        raise ValueError("rows must hold a cell S to start from")
    cells = {place: index for index, place in enumerate(
        (i, j) for i, row in enumerate(rows) for j, sign in enumerate(row) if sign != "#")}
    signs = [rows[i][j] for i, j in cells]
    p = torch.zeros(len(cells), 4, len(cells), dtype=torch.float64)
    r = torch.zeros_like(p)
    for (i, j), state in cells.items():
        for action in range(4):
            if signs[state] in prizes:
                p[state, action, state] = 1.0
                continue
            for turn, chance in ((0, 1 - slip), (1, slip / 2), (-1, slip / 2)):
                if not chance:
                    continue
                down, right = MOVES[(action + turn) % 4]
                after = cells.get((i + down, j + right), state)
                p[state, action, after] += chance
                r[state, action, after] = step_reward + prizes.get(signs[after], 0.0)
    starts = torch.tensor([sign == "S" for sign in signs])
    return MDP(p, r, starts / starts.sum(dtype=torch.float64), torch.tensor([sign in prizes for sign in signs]))


def switched_corridor() -> MDP:
    """Three cells in a row and a goal behind the last: each step costs 1, and in the second cell left is right.

    Actions are 0, left, and 1, right. Whoever cannot tell the cells apart has two deterministic policies,
    and with neither does the episode ever end.

    Returns:
        The process with four states, the last one terminal, in ``float64``, on the CPU.

    Source: Sutton and Barto (2018), example 13.1.
    """
    p = torch.zeros(4, 2, 4, dtype=torch.float64)
    for state, ways in enumerate(((0, 1), (2, 0), (1, 3), (3, 3))):
        for action, after in enumerate(ways):
            p[state, action, after] = 1.0
    r = -p.clone()
    r[3] = 0.0
    return MDP(p, r, torch.tensor([1.0, 0, 0, 0], dtype=torch.float64), torch.tensor([False, False, False, True]))
