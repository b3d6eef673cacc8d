"""What a check comes to: an object for a grader, an error that reads well in a notebook."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What :func:`check` returns; true only for a right answer.

    Args:
        exercise: the exercise's slug.
        right: whether the answer is right; ``False`` says that it was not answered yet, since
            a wrong answer raises :class:`WrongAnswer`.
    """

    exercise: str
    right: bool

    def __bool__(self) -> bool:
        return self.right

    def __str__(self) -> str:
        return f"✓ {self.exercise}" if self.right else f"… {self.exercise}: not answered yet"

    def _ipython_display_(self) -> None:
        """Nothing: what a notebook should show was printed."""


class WrongAnswer(AssertionError):
    """An answer is wrong; the message is the advice.

    A notebook shows the advice alone. The traceback and the cause are kept: a debugger
    (``%debug``) stops where the error arose, in the answer itself if that raised it.

    Args:
        exercise: the exercise's slug.
        advice: on what the answer is wrong, and what is wanted.
    """

    def __init__(self, exercise: str, advice: str):
        super().__init__(advice)
        self.exercise = exercise

    def __reduce__(self):
        return type(self), (self.exercise, str(self))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback."""
        return [f"✗ {self.exercise}: {self}"]


WrongAnswer.__module__ = Outcome.__module__ = __package__
