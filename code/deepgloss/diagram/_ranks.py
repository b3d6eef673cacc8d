"""Where the nodes of a graph stand: columns by rank, rows near what they come from."""

from collections.abc import Sequence


def ranks(inputs: Sequence[Sequence[int]]) -> list[int]:
    """The column of each node: one right of its last operand; what has none, just left of its first use.

    Raises:
        ValueError: an operand does not stand before the node that takes it.
    """
    result = []
    for k, operands in enumerate(inputs):
        for at in operands:
            if not 0 <= at < k:
                raise ValueError(f"step {k} takes step {at}, which must stand before it")
        result.append(1 + max((result[at] for at in operands), default=-1))
    for k, operands in enumerate(inputs):
        uses = [result[j] for j, others in enumerate(inputs) if k in others]
        if not operands and uses:
            result[k] = min(uses) - 1
    return result


def routes(inputs: Sequence[Sequence[int]]) -> tuple[list[list], dict]:
    """Columns of nodes and bends, each ordered near what it comes from, and the way of each edge.

    An edge over several columns bends in each one between; bends are pairs ``(edge, column)``.
    """
    rank = ranks(inputs)
    columns: list[list] = [[] for _ in range(max(rank) + 1)]
    ways, before = {}, {}
    for k, operands in enumerate(inputs):
        columns[rank[k]].append(k)
        for at in operands:
            bends = [((at, k), column) for column in range(rank[at] + 1, rank[k])]
            for bend in bends:
                columns[bend[1]].append(bend)
            way = ways[at, k] = [at, *bends, k]
            for a, b in zip(way, way[1:]):
                before.setdefault(b, []).append(a)
    place = {}
    after = {}
    for b, sources in before.items():
        for a in sources:
            after.setdefault(a, []).append(b)
    for sweep in range(4):
        order, near = (columns, before) if sweep % 2 == 0 else (columns[::-1], after)
        for column in order:
            if sweep:
                column.sort(key=lambda one: _mean([place[a] for a in near.get(one, [one])]))
            for k, one in enumerate(column):
                place[one] = k - (len(column) - 1) / 2
    return columns, ways


def _mean(values) -> float:
    return sum(values) / len(values)
