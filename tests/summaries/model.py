"""A language model behind the chat-completions API that says what a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

TEXT = "It finds that the subject behaves as expected, by the methods usual in its field."

Say = Callable[[dict[str, Any]], Response]


def completion(text: object = TEXT, *, tokens: int = 100, **choice: Any) -> dict[str, Any]:
    """An answer as the API has it."""
    message = {"role": "assistant", "content": text}
    return {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": tokens - 10, "completion_tokens": 10, "total_tokens": tokens},
    }


def saying(body: object = None, status: int = 200, **headers: str) -> Say:
    """The same answer to every question."""
    data = body if isinstance(body, bytes) else json.dumps(body or completion()).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(data, status, named, content_type="application/json")


@dataclass
class Model:
    """Answers on a thread a question; keeps what it was asked."""

    say: Say = field(default_factory=saying)
    asked: list[dict[str, Any]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._changing = threading.Lock()
        self._server = HTTPServer(threaded=True)
        self._server.expect_request("/v1/chat/completions", method="POST").respond_with_handler(
            self._answer
        )

    def _answer(self, request: Request) -> Response:
        question = request.get_json()
        with self._changing:
            self.asked.append(question)
            self.requests.append(request)
        return self.say(question)

    def __enter__(self) -> Model:
        self._server.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        return self._server.url_for("/v1")


def abstract_of(question: dict[str, Any]) -> str:
    """The abstract that a question is about."""
    content: str = question["messages"][-1]["content"]
    return content.partition("\nAbstract: ")[2]
