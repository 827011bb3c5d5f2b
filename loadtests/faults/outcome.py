"""What a fault led to: a row of docs/reliability.md."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that must be seen: what it is, what was measured, and whether that is good enough.

    ``is_figure``: a number with a limit, which a machine that is busy with other things may miss.
    """

    what: str
    measured: str
    holds: bool
    is_figure: bool = False


@dataclass(slots=True)
class Outcome:
    """All claims of one fault."""

    fault: str
    claims: list[Claim] = field(default_factory=list)

    def at_most(self, what: str, value: float, limit: float, unit: str = "s") -> None:
        """A figure that must not be larger than that."""
        measured = f"{value:.2f}".removesuffix(".00")
        self.claims.append(
            Claim(f"{what} ≤ {limit:g} {unit}".rstrip(), f"{measured} {unit}".rstrip(), value <= limit, True)
        )

    def at_least(self, what: str, value: float, limit: float, unit: str) -> None:
        """A figure that must not be smaller than that."""
        measured = f"{value:.2f}".removesuffix(".00")
        self.claims.append(
            Claim(f"{what} ≥ {limit:g} {unit}".rstrip(), f"{measured} {unit}".rstrip(), value >= limit, True)
        )

    def equals(self, what: str, value: object, wanted: object) -> None:
        """A figure that must be exactly that."""
        self.claims.append(Claim(f"{what}: {wanted}", str(value), value == wanted))

    @property
    def broken(self) -> list[Claim]:
        """What does not hold, figures aside."""
        return [claim for claim in self.claims if not claim.holds and not claim.is_figure]

    @property
    def holds(self) -> bool:
        """Whether all that must be seen was seen."""
        return bool(self.claims) and all(claim.holds for claim in self.claims)


def table(outcomes: list[tuple[int, Outcome]]) -> str:
    """The Markdown table of docs/reliability.md."""
    lines = ["| # | fault | must be seen | measured | |", "|---|---|---|---|---|"]
    for number, outcome in outcomes:
        wanted = "; ".join(claim.what for claim in outcome.claims)
        measured = "; ".join(claim.measured for claim in outcome.claims)
        verdict = "met" if outcome.holds else "**not met**"
        lines.append(f"| {number} | {outcome.fault} | {wanted} | {measured} | {verdict} |")
    return "\n".join(lines)
