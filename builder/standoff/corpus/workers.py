"""Work in this process or in worker processes: results come in the order of the tasks, and never far ahead of them."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import TypeVar

from standoff.errors import OutputError

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 4
"""Tasks a worker that are under way or done before their turn: what waits in memory is bounded by that."""


def run(tasks: Iterable[Task], work: Callable[[Task], Result], workers: int) -> Iterator[Result]:
    """Run the tasks in worker processes, here if there is to be one; yields results in the order of the tasks."""
    if workers <= 1:
        yield from map(work, tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_as_worker) as pool:
        try:
            yield from run_in(pool, tasks, work, workers)
        except BrokenProcessPool:
            raise OutputError(None, "a worker process died, perhaps for want of memory; try fewer --workers") from None
        finally:
            pool.shutdown(cancel_futures=True)


def run_in(pool: Executor, tasks: Iterable[Task], work: Callable[[Task], Result], workers: int) -> Iterator[Result]:
    """Run the tasks in any executor, a few of them ahead of the one whose result is due."""
    waiting: deque[Future[Result]] = deque()
    for task in tasks:
        waiting.append(pool.submit(work, task))
        if len(waiting) >= workers * _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _as_worker() -> None:
    """Let the parent alone answer Ctrl-C, so that workers print nothing; and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    """Wait for the end of the parent: a killed one cannot tell its workers to stop, and they would wait for ever."""
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)
