"""A place for a scorer that another one takes while threads score."""

from __future__ import annotations

from typing import Any, SupportsIndex

import numpy.typing as npt

from ._handle import Owner
from ._types import Array, Unseen
from .scorer import Scorer


class _Held:
    """What an open slot holds. close() drops it as a whole, so that no publish can open the slot again."""

    __slots__ = ("scorer",)

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer


class Slot(Owner[_Held]):
    """Holds one scorer at a time, and lets a new one take its place while other threads score.

        slot = apus.Slot(scorer)
        slot.score_row(row)      # each request, in any thread

        slot.publish(retrained)  # now and then, in any thread
        retrained.close()        # whenever you like: the slot has a reference of its own

    Any number of threads may use it, and children of a fork. Nobody waits for another thread. A call that begins
    after a publish has returned runs on that scorer or a later one; calls that run end on the scorer that they
    began with, whose memory goes with the last of them.

    Raises ApusError if the scorer is closed, and TypeError if it is none.
    """

    __slots__ = ()

    def __init__(self, scorer: Scorer) -> None:
        super().__init__(_Held(_shared(scorer)))

    def publish(self, scorer: Scorer) -> None:
        """Let a scorer take the place of the one that the slot holds. They may be of different models.

        Raises ApusError if the scorer or the slot is closed.
        """
        held = self._open()
        held.scorer = _shared(scorer)

    def acquire(self) -> Scorer:
        """The scorer that the slot holds, for several calls that belong together.

        It works on after the slot has another one, or is closed. Raises ApusError when the slot is closed.

        Returns: a Scorer of its own, which the caller may close.
        """
        return _shared(self._open().scorer)

    def score(
        self,
        rows: Any,
        *,
        out: Array | None = None,
        threads: SupportsIndex = 1,
        base_margin: npt.ArrayLike | None = None,
        unseen: Unseen | None = None,
    ) -> Array:
        """Score with the scorer that the slot holds now, as Scorer.score does."""
        scorer = self._open().scorer
        return scorer.score(rows, out=out, threads=threads, base_margin=base_margin, unseen=unseen)

    def score_row(self, row: Any) -> Any:
        """Score one row with the scorer that the slot holds now, as Scorer.score_row does."""
        return self._open().scorer.score_row(row)

    def __repr__(self) -> str:
        core = self._core
        return "<apus.Slot, closed>" if core is None else f"<apus.Slot, {core.scorer!r}>"


def _shared(scorer: Scorer) -> Scorer:
    if not isinstance(scorer, Scorer):
        raise TypeError(f"a slot holds an apus.Scorer, not {type(scorer).__name__}")
    return scorer._shared()
