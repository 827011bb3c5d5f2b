"""A mix as JSON: what ``GET /rooms/{room}/mix``, its event stream and ``kuuki join --json`` say."""

from typing import Any

from kuuki.mood.frames import TAPS, Mix, State
from kuuki.mood.labels import LABELS
from kuuki.times import MIX_STALE_S


def serialize_mix(mix: Mix, age_ms: int) -> dict[str, Any]:
    """The mix as a JSON object, ``age_ms`` old by now; stale (and without its body) when that is more than 2 s."""
    is_stale = age_ms > MIX_STALE_S * 1000 and mix.state is not State.EMPTY
    said: dict[str, Any] = {"state": "stale" if is_stale else mix.state.name.lower()}
    if mix.body is not None and not is_stale:
        body = mix.body
        said |= {
            "smiling": body.smiling,
            "weights": dict(zip(LABELS, body.weights, strict=True)),
            "warmth": body.warmth,
            "energy": body.energy,
            "agreement": body.agreement,
            "taps": dict(zip(TAPS, body.taps, strict=True)),
        }
    bounds = {"at_least": mix.at_least, "at_most": mix.at_most}
    said["people"] = {name: bound for name, bound in bounds.items() if bound is not None}
    return said | {"coverage": mix.coverage, "term": mix.term, "seq": mix.seq, "age_ms": age_ms}
