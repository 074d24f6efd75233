"""Ownership of the library's objects."""

from __future__ import annotations

import ctypes
import sys
from types import TracebackType
from typing import Any, Callable, Generic, NoReturn, TypeVar

from . import _ffi
from .errors import ApusError

Core = TypeVar("Core")
Self = TypeVar("Self", bound="Owner[Any]")


class Handle:
    """One reference to an object of the library, ended when the last Python reference to it goes."""

    __slots__ = ("address", "argument", "_release")

    def __init__(self, address: int, release: Callable[[int], None]) -> None:
        self.address = address
        self.argument: Any = ctypes.c_void_p.from_param(address)  # for calls without argtypes
        self._release = release

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # At interpreter shutdown a daemon thread may still be scoring; the end of the process frees anyway.
        if not is_finalizing():
            self._release(self.address)


class Owner(Generic[Core]):
    """What Model and Scorer share: close(), closed, `with`, and the refusal to be copied.

    Everything that an open object needs hangs on one reference, `_core`, which close() drops. A call takes
    that reference into a local variable first, so close() beside running calls is safe without a lock: the
    interpreter's own reference count is the count of users, and the last of them frees the memory.
    """

    __slots__ = ("_core", "__weakref__")

    def __init__(self, core: Core) -> None:
        self._core: Core | None = core

    @property
    def closed(self) -> bool:
        """True after close()."""
        return self._core is None

    def close(self) -> None:
        """Give the memory back. May be called again, and while other threads use the object.

        Calls that are running finish, and the last of them frees the memory. Later calls raise ApusError.
        """
        self._core = None

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> Core:
        core = self._core
        if core is None:
            raise ApusError(_ffi.INVALID_ARGUMENT, f"this {type(self).__name__} is closed")
        return core

    def __reduce__(self) -> NoReturn:
        kind = type(self).__name__
        raise TypeError(
            f"an apus.{kind} lives in the memory of its process and cannot be pickled or copied: give the "
            "other process the model's path or bytes and call apus.load there (after a fork the object works)"
        )
