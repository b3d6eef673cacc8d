"""What the guide asks of a chapter, rule by rule, as functions of a notebook.

Each rule yields remarks: a cell's index (None for the chapter as a whole) and a sentence that
says what is wrong and what is wanted.
"""

from . import code, devices, evidence, exercises, form, knowledge, outputs, outside, prose, replication
from ._wanted import Remarks, Wanted

__all__ = ["MAY_BE_OWED", "RULES", "Remarks", "Wanted"]


def _named(*rules) -> dict:
    """Rules by their names, those of their functions with hyphens."""
    return {rule.__name__.replace("_", "-"): rule for rule in rules}


# Chapters that were written before these rules may owe them: ``debts.yml`` lists which.
_YOUNG = _named(
    form.in_practice, prose.first_picture, prose.length, evidence.numbers, evidence.claims_cell,
    evidence.controls, replication.seeds, devices.float64,
) | {f"habit-{name}": rule for name, rule in prose.HABITS.items()}
RULES = _named(
    form.title, form.setup, form.sections, form.tags, knowledge.prerequisites, prose.finished,
    knowledge.references, knowledge.linked, knowledge.terms, evidence.claims, code.code,
    outputs.figures, outputs.outputs, exercises.exercises,
    replication.excuses, outside.outside,
) | _YOUNG
MAY_BE_OWED = tuple(_YOUNG)
