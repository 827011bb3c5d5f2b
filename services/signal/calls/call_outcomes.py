"""How the calls of a line's page come out: counted for metrics, and what its wrong codes cost."""

from kuuki.call.calling import LegState, Side
from kuuki.call.effects import SendMessage
from kuuki.call.line_messages import LegStatus
from services.runtime.metrics import Metrics
from services.signal.calls.code_directory import CodeAttempt


class CallOutcomes:
    """The calls that one line began. A call is counted once, by its caller's line."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._attempts: dict[str, CodeAttempt] = {}

    def attempted(self, call: str, attempt: CodeAttempt) -> None:
        """A code was rung for this call. It is paid for until somebody was reached by it."""
        self._attempts[call] = attempt

    def sent(self, sent: SendMessage) -> None:
        """The page is sent this: if it is a state of a call that it began, its outcome may show."""
        message = sent.message
        if not isinstance(message, LegStatus) or message.side is not Side.CALLER:
            return
        if message.state.is_end and sent.is_news:
            self._metrics.calls.labels(message.state).inc()
        attempt = None if message.state is LegState.CALLING else self._attempts.pop(message.call, None)
        if attempt is not None and _reached_somebody(message):
            attempt.refund()

    def __len__(self) -> int:
        """How many calls have not shown yet whether their code was right."""
        return len(self._attempts)


def _reached_somebody(status: LegStatus) -> bool:
    """Whether a call that is not just calling any more has rung somebody: then its code was right."""
    if status.state is LegState.BUSY:
        return status.partner is not None  # without a partner, the caller's own line was busy
    return status.state not in (LegState.UNREACHABLE, LegState.CANCELLED)
