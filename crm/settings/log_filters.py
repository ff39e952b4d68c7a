"""What the log leaves out."""

import logging


class OwnErrors(logging.Filter):
    """Errors of a pool's children, less the pipe that breaks when their worker was killed: that is not theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return kind is None or not issubclass(kind, (BrokenPipeError, ConnectionResetError))


class WithoutProbes(logging.Filter):
    """Whoever asks `/readyz` reads the answer, every few seconds while something starts: no line for each."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(getattr(record, "request", None), "path", "") != "/readyz"
