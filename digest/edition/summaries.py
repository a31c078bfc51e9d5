"""Machine-written summaries of an edition's papers, as many as can be had.

None of this keeps a paper from the edition: where the endpoint fails, a paper goes without.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from queue import SimpleQueue
from typing import Any, NamedTuple

from digest.config import SummaryConfig
from digest.errors import FetchError
from digest.machine_summary import answer, fingerprint, question
from digest.model.editions import Edition, Section
from digest.model.runs import SummaryReport
from digest.ports import Endpoint, Store
from digest.precedence import precedence

LANES = 4  # papers that are asked about at once
PATIENCE = 3  # failures in a row, after which no more is asked


class Task(NamedTuple):
    """A paper to be summarised."""

    key: str  # the paper's
    question: dict[str, Any]
    fingerprint: str


def summarised(
    edition: Edition,
    config: SummaryConfig,
    endpoint: Callable[[], Endpoint],
    store: Store,
    *,
    now: dt.datetime,
    monotonic: Callable[[], float],
    progress: Callable[[str], None],
) -> tuple[Edition, SummaryReport]:
    """The edition with summaries of its first papers, and how they came about.

    What was written before is taken from the store, and each new one kept there at once.
    `monotonic` is a clock in seconds.
    """
    tasks = _tasks(edition, config)
    kept = store.summaries([task.fingerprint for task in tasks])
    texts = {task.key: kept[task.fingerprint] for task in tasks if task.fingerprint in kept}
    cached, reason = len(texts), ""
    if missing := [task for task in tasks if task.key not in texts]:
        asking = Asking(missing, endpoint(), config, monotonic)
        for task, text in asking.answers():
            store.keep_summary(task.fingerprint, text, now)
            texts[task.key] = text
            progress(f"{config.model}: summary {len(texts)} of {len(tasks)}")
        reason = "; ".join(asking.causes)
    told = SummaryReport(
        written=len(texts) - cached,
        cached=cached,
        left_out=len(tasks) - len(texts),
        reason=reason,
    )
    return _with(edition, texts, config.model), told


def _tasks(edition: Edition, config: SummaryConfig) -> list[Task]:
    """What to ask about the papers that go first, without those of which only a title is known."""
    tasks = []
    for at, rank in precedence(edition.sections)[: config.max_papers]:
        placed = edition.sections[at].papers[rank]
        if placed.paper.abstract:
            asked = question(placed.paper, config.model, config.language)
            tasks.append(Task(placed.key, asked, fingerprint(asked)))
    return tasks


def _with(edition: Edition, texts: dict[str, str], model: str) -> Edition:
    def section(one: Section) -> Section:
        papers = (replace(paper, summary=texts.get(paper.key, "")) for paper in one.papers)
        return replace(one, papers=tuple(papers))

    return replace(
        edition,
        sections=tuple(map(section, edition.sections)),
        summarised_by=model if texts else "",
    )


class Asking:
    """One round of questions, within the time and the tokens of a run.

    `causes` has, once it is over, why papers go without.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        endpoint: Endpoint,
        config: SummaryConfig,
        monotonic: Callable[[], float],
    ) -> None:
        self.causes: dict[str, None] = {}  # each once, in order
        self._waiting = deque(tasks)
        self._endpoint = endpoint
        self._config = config
        self._monotonic = monotonic
        self._end = monotonic() + config.max_seconds
        self._tokens = 0
        self._failures = 0  # in a row
        self._changing = threading.Lock()
        self._found: SimpleQueue[tuple[Task, str] | None] = SimpleQueue()

    def answers(self) -> Iterator[tuple[Task, str]]:
        """The papers that get a summary, as they come."""
        lanes = [
            threading.Thread(target=self._lane, daemon=True)
            for _ in range(min(LANES, len(self._waiting)))
        ]
        for lane in lanes:
            lane.start()
        for _ in lanes:
            yield from iter(self._found.get, None)

    def _lane(self) -> None:
        try:
            while task := self._next():
                if text := self._ask(task):
                    self._found.put((task, text))
        finally:
            self._found.put(None)

    def _next(self) -> Task | None:
        with self._changing:
            if not self._waiting or self._failures >= PATIENCE:
                return None
            if limit := self._limit():
                self.causes[limit] = None
                return None
            return self._waiting.popleft()

    def _limit(self) -> str:
        """What forbids to ask on."""
        if self._monotonic() >= self._end:
            return f"{self._config.max_seconds} s were not enough"
        if self._tokens >= self._config.max_tokens:
            return f"max_tokens ({self._config.max_tokens:,}) are spent"
        return ""

    def _ask(self, task: Task) -> str:
        """A paper's summary; "" where there is none to be had."""
        text, tokens, cause = "", 0, "no usable text in the answer"
        try:
            body = self._endpoint.ask(task.question, self._end - self._monotonic())
            text, tokens = answer(task.question, body)
        except FetchError as error:
            cause = str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the edition goes out
            cause = type(error).__name__
        with self._changing:
            self._tokens += tokens
            self._failures = 0 if text else self._failures + 1
            if not text:
                self.causes[self._limit() or cause] = None
        return text
