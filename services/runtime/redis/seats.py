"""Seats in Redis: for each key the epoch, and the gateways that may still count it.

What was written before the server was started anew, or before another server became the master, may be outdated: it
may come from an old snapshot, or from a replica that was behind. So it is taken as unknown. (Where the user may not
call INFO, this is not noticed.) The server's time is used for one thing only: epochs still grow after everything was
lost. A seat that was not claimed for SEAT_TTL_S expires.
"""

from typing import Final

from typing_extensions import override

from kuuki.limits import FORMERS
from kuuki.times import SEAT_TTL_S
from services.runtime.redis.client import MEMORY, RedisClient, Script
from services.runtime.seats import SeatClaim, Seats

_ANYBODY: Final = "*"

_CLAIM: Final = Script(
    MEMORY
    + """
local gateway, above, is_shown, ttl_s, most = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1', ARGV[4], tonumber(ARGV[5])
local run = memory()
local held = redis.call('HMGET', KEYS[1], 'epoch', 'formers', 'run')
local time = redis.call('TIME')
local epoch = math.max(time[1] * 1000 + math.floor(time[2] / 1000), (tonumber(held[1]) or 0) + 1, above + 1)
local formers = held[2] or (is_shown and '*' or '')
if held[1] and held[3] ~= run then formers = '*' end
local kept, count, is_there = {}, 0, false
for former in string.gmatch(formers, '%S+') do
  count = count + 1
  kept[count] = former
  is_there = is_there or former == gateway
end
if not is_there then kept[count + 1] = gateway end
if #kept > most then kept = {'*', gateway} end
local written = string.format('%.0f', epoch)
redis.call('HSET', KEYS[1], 'epoch', written, 'formers', table.concat(kept, ' '), 'run', run)
redis.call('EXPIRE', KEYS[1], ttl_s)
return {written, formers}
"""
)

_SETTLE: Final = Script("""
if redis.call('HGET', KEYS[1], 'epoch') == ARGV[2] then redis.call('HSET', KEYS[1], 'formers', ARGV[1]) end
return 1
""")


class RedisSeats(Seats):
    """Seats in Redis. Two scripts on one key each: one at a join, one when a hand-over is over."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    @override
    async def claim(self, seat: str, gateway: str, above: int, is_shown: bool) -> SeatClaim:
        args: list[str | int] = [gateway, above, int(is_shown), int(SEAT_TTL_S), FORMERS]
        epoch, formers = await self._redis.run(_CLAIM, [_key(seat)], args)
        names = bytes(formers).decode().split()
        return SeatClaim(int(epoch), None if _ANYBODY in names else frozenset(names))

    @override
    async def settle(self, seat: str, gateway: str, epoch: int) -> None:
        await self._redis.run(_SETTLE, [_key(seat)], [gateway, epoch])


def _key(seat: str) -> str:
    return f"kuuki:seat:{seat}"
