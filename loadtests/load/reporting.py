"""The verdict of a run: reached when it quits, printed below Locust's own tables."""

import json
from pathlib import Path
from typing import Any

from locust.env import Environment

from loadtests.load.options import limits_of
from loadtests.load.shares import Truths
from loadtests.load.summary import as_json, figures_of, in_words
from loadtests.load.verdict import Check, judge


class Reporting:
    """``truths``, ``room`` and ``broken`` (what else went wrong): of the newest run."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._has_given_up = False
        self._words = ""
        self.truths = Truths(is_exact=False, is_alone=False)
        self.room = ""
        self.broken: list[str] = []
        environment.events.quit.add_listener(self._say)

    def gave_up(self, exit_code: int) -> None:
        """Note that there is nothing to judge, because there was no room."""
        self._has_given_up = True
        self._environment.process_exit_code = exit_code

    def judge(self) -> None:
        """Judge what there was until now: set the exit code and write the summary's file."""
        options, stats = self._environment.parsed_options, self._environment.stats
        if options is None or self._has_given_up:
            return
        figures = figures_of(stats, self.truths)
        checks = judge(figures, limits_of(options)) + [Check(what, False) for what in self.broken]
        self._environment.process_exit_code = 0 if all(check.is_met for check in checks) else 1
        self._words = in_words(stats, checks)
        if options.summary:
            path = Path(options.summary)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                json.dumps({"room": self.room} | as_json(stats, figures, checks), indent=2) + "\n", encoding="utf-8"
            )

    def _say(self, **_: Any) -> None:
        if self._words:
            print(self._words, flush=True)
