"""Keeping what many requests bring in few commits, each of which costs a wait for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

MOST = 500  # kept at once

T = TypeVar("T")


class Together(Generic[T]):
    """What comes while something is being kept waits, and is then kept together."""

    def __init__(self, keep: Callable[[Sequence[T]], object]) -> None:
        self._keep = keep
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._work: asyncio.Task[None] | None = None

    async def put(self, one: T) -> None:
        """Return once it is kept. Raises what keeping it raised."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((one, done))
        if self._work is None:
            self._work = asyncio.create_task(self._empty())
        await done

    async def _empty(self) -> None:
        while batch := self._waiting[:MOST]:
            del self._waiting[:MOST]
            error: BaseException | None = None
            try:
                await run_in_threadpool(self._keep, [one for one, _ in batch])
            except Exception as raised:  # noqa: BLE001 - each who waits raises it
                error = raised
            for _, done in batch:
                if not done.done():  # whose visitor has not gone away
                    done.set_exception(error) if error else done.set_result(None)
        self._work = None
