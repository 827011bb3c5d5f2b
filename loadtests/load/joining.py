"""How long each stage of a join took, from what a peer tells of it. Pure; the clock is an argument."""

from collections.abc import Callable

from typing_extensions import override

from client.headless.close_reasons import close_name
from client.headless.crowd.participant import ParticipantListener
from kuuki.errors import KuukiError
from kuuki.mood.frames import Mix
from loadtests.load.events import Event, Name, Tell, problem_of


class Joining(ParticipantListener):
    """One participant's joins: an event for each stage, for each failure, and for all together at the first mix."""

    def __init__(self, tell: Tell, clock: Callable[[], float]) -> None:
        self._tell = tell
        self._clock = clock
        self._began = self._before = 0.0
        self._stage = Name.ANSWERED
        self._waits_for_mix = False

    @override
    def offered(self) -> None:
        self._began = self._before = self._clock()
        self._stage = Name.ANSWERED

    @override
    def answered(self) -> None:
        self._done(Name.ANSWERED)
        self._stage = Name.OPEN

    @override
    def opened(self) -> None:
        self._done(Name.OPEN)
        self._waits_for_mix = True

    @override
    def heard(self, mix: Mix, received_at: float) -> None:
        if self._waits_for_mix:
            self._waits_for_mix = False
            self._done(Name.FIRST_MIX)
            self._tell(Event(Name.JOIN, self._clock() - self._began))
        self._tell(Event(Name.AGE, mix.age_ms / 1000))

    @override
    def failed(self, error: KuukiError) -> None:
        self._tell(Event(self._stage, problem=problem_of(error)))
        self._stage = Name.ANSWERED

    @override
    def lost(self, code: int | None) -> None:
        self._waits_for_mix = False
        self._tell(Event(Name.STAY, problem=close_name(code)))

    def _done(self, name: Name) -> None:
        now = self._clock()
        self._tell(Event(name, now - self._before))
        self._before = now


class Expressing(Joining):
    """One of the audience: also how long their scores take."""

    @override
    def waited(self, seconds: float) -> None:
        self._tell(Event(Name.WAIT, seconds))


class Watching(Joining):
    """A stage: also how long it stood still before each mix, and whether it would have run backwards."""

    def __init__(self, tell: Tell, clock: Callable[[], float]) -> None:
        super().__init__(tell, clock)
        self._heard_at: float | None = None

    @override
    def heard(self, mix: Mix, received_at: float) -> None:
        super().heard(mix, received_at)
        if self._heard_at is not None:
            self._tell(Event(Name.STAGE, received_at - self._heard_at))
        self._heard_at = received_at

    @override
    def overtaken(self) -> None:
        self._tell(Event(Name.STAGE, problem="ran_backwards"))
