"""The one exception of this package for values that are refused."""

from __future__ import annotations

from typing import Any, NoReturn

from . import _ffi


class ApusError(Exception):
    """A call, a model file or the machine is at fault. Wrong types raise TypeError instead.

    Attributes:
        status: the header's APUS_ number, such as 32.
        status_name: its name, such as "APUS_TRUNCATED".
        message: one sentence for people.
        byte_offset: position in the model file, from 0.
        tree, node: the tree in the file and the node in that tree, from 0.
        feature: the column, from 0.
        row: the row of the call, from 0.

    The places are -1 where they mean nothing.
    """

    status: int
    status_name: str
    message: str
    byte_offset: int
    tree: int
    node: int
    feature: int
    row: int

    def __init__(
        self,
        status: int,
        message: str,
        *,
        byte_offset: int = -1,
        tree: int = -1,
        node: int = -1,
        feature: int = -1,
        row: int = -1,
    ) -> None:
        super().__init__(status, message)
        self.status = status
        self.status_name = _ffi.status_name(status).decode()
        self.message = message
        self.byte_offset = byte_offset
        self.tree = tree
        self.node = node
        self.feature = feature
        self.row = row

    def __str__(self) -> str:
        return f"{self.status_name}: {self.message}"

    def __reduce__(self) -> tuple[Any, ...]:
        # Worker processes hand their exceptions over by pickling: the places must arrive too.
        return type(self), (self.status, self.message), self.__dict__


def shown(value: object) -> str:
    """How a message calls a value that a caller gave, though not all of a long one."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}..."


def raise_error(error: _ffi.Error) -> NoReturn:
    """Raise what the library wrote into `error`."""
    raise ApusError(
        error.status,
        error.message.decode("utf-8", "replace"),
        byte_offset=error.byte_offset,
        tree=error.tree,
        node=error.node,
        feature=error.feature,
        row=error.row,
    )
