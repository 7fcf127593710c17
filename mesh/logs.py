"""Structured logs on standard error: one event a line, with the id of the request that it belongs to."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from mesh import context

_ROOT = logging.getLogger()
_TRACES = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
"""Without local variables: among them are tokens and what people write."""


def configure(level: str, style: str, *, process: str) -> None:
    """Send our events and those of libraries through one pipeline. `style` is `auto`, `console` or `json`."""
    console = style == "console" or (style == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if console else "iso", utc=not console),
        _add_request,
        structlog.stdlib.ExtraAdder(),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderers: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if console
        else [structlog.processors.ExceptionRenderer(_TRACES), structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _named(process),
                *renderers,
            ],
        )
    )
    _ROOT.handlers[:] = [handler]
    _ROOT.setLevel(level.upper())
    for chatty in ("aiohttp.access", "pymongo", "grpc._cython"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log = logs.get(__name__)`, then `log.info("message_stored", room=…)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def in_detail() -> bool:
    """Whether `debug` events are logged. Ask before making one where every message passes: an answer costs nothing."""
    return _ROOT.isEnabledFor(logging.DEBUG)


def _add_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if "request_id" not in event and (request_id := context.request_id.get()):
        event["request_id"] = request_id
    return event


def _named(process: str) -> structlog.typing.Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, "process": process}

    return add
