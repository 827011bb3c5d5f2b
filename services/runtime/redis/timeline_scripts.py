"""The timeline's Lua scripts: a shard's rows are written by one call, under the time of the server."""

from typing import Final

from kuuki.limits import RECORDS_SHARE
from kuuki.times import CLOCK_STEP_S
from services.runtime.redis.client import Script

_GUARD_S: Final = 60
"""A guard is not looked at any more once CLOCK_STEP_S has passed."""

RECORD_SECOND: Final = f"""
local function record_second(second, term, seq, guard)
  local at, last_term, last_seq = string.match(guard or '', '^(%d+) (%d+) (%d+)$')
  at, last_term, last_seq = tonumber(at), tonumber(last_term), tonumber(last_seq)
  if not at or math.abs(second - at) > {CLOCK_STEP_S:.0f} then return second end
  if term < last_term or (term == last_term and seq <= last_seq) or second < at then return nil end
  if second > at then return second end
  if term == last_term then return second + 1 end
  return nil
end
"""
"""services.runtime.timeline.record_second, in Lua. ``guard``: the room's newest row, as `at term seq`, or nothing."""

_FACTS: Final = (
    f"local share = {RECORDS_SHARE}"
    + """
local function facts(section)
  local said = redis.pcall('INFO', section)
  return type(said) == 'string' and said or ''
end
local persistence = facts('persistence')
local function fact(name) return string.match(persistence, name .. ':([^\\r]*)') end
local function refusal()
  if fact('aof_enabled') ~= '1' then return 'no_aof' end
  if fact('aof_last_write_status') ~= 'ok' then return 'disk' end
  return false
end
local function full()
  local memory = facts('memory')
  local used, most = string.match(memory, 'used_memory:(%d+)'), string.match(memory, 'maxmemory:(%d+)')
  return used and most and tonumber(most) > 0 and tonumber(used) > share * tonumber(most) and 'full'
end
local function run_id() return string.match(facts('server'), 'run_id:(%x+)') end
local function now_ms()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
"""
)
"""ARGV[1] of all scripts: unix milliseconds in place of the server's clock, or nothing."""

_PUT: Final = """
local function put(stream, now, ...)
  local id = string.format('%.0f-0', now)
  local newest = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if newest then
    local ms, seq = string.match(newest[1], '^(%d+)-(%d+)$')
    if tonumber(ms) >= now then id = ms .. '-' .. string.format('%.0f', seq + 1) end
  end
  local kept_s = tonumber(ARGV[2])
  redis.call('XADD', stream, 'MINID', '=', string.format('%.0f', now - kept_s * 1000), id, ...)
  redis.call('EXPIRE', stream, kept_s)
  return id
end
"""

_TRIM: Final = """
local function trim(now)
  local oldest = string.format('%.0f', now - tonumber(ARGV[2]) * 1000)
  for i = 1, #KEYS, 2 do redis.call('XTRIM', KEYS[i], 'MINID', '=', oldest) end
end
"""
"""A row that is recorded pushes out those that are too old (MINID). While rows are refused none would, and a full Redis
would stay full until whole streams expire; so a script that finds it full trims first."""

APPEND: Final = Script(
    RECORD_SECOND
    + _FACTS
    + _PUT
    + _TRIM
    + f"""
local now, new = now_ms(), 0
local refused = refusal()
if not refused and full() then
  trim(now)
  refused = full()
end
if refused then return {{refused}} end
local second = math.floor(now / 1000)
for i = 1, #KEYS / 2 do
  local stream, guard_key = KEYS[2 * i - 1], KEYS[2 * i]
  local term, seq, frame, draw, waves = unpack(ARGV, 5 * i - 2, 5 * i + 2)
  local guard = redis.call('GET', guard_key)
  local at = guard ~= 'deleted' and guard ~= 'closed' and record_second(second, tonumber(term), tonumber(seq), guard)
  if at then
    local row = {{'at', string.format('%.0f', at), 'frame', frame, 'draw', draw}}
    if waves ~= '' then
      row[7], row[8] = 'waves', waves
    end
    put(stream, now, unpack(row))
    local written = string.format('%.0f', at) .. ' ' .. term .. ' ' .. seq
    redis.call('SET', guard_key, written, 'EX', {_GUARD_S})
    new = new + 1
  end
end
return {{'', run_id(), new}}
"""
)
MARK: Final = Script(
    _FACTS
    + _PUT
    + """
local refused = refusal() or full()
if refused then return {refused} end
if redis.call('GET', KEYS[2]) == 'closed' then return {'unavailable'} end
local now = now_ms()
return {'', run_id(), put(KEYS[1], now, 'at', string.format('%.3f', now / 1000), 'mark', ARGV[3]), now}
"""
)
READ: Final = Script(
    _FACTS
    + """
local from = string.format('%.0f-0', now_ms() - ARGV[2] * 1000)
local after = ARGV[3]
if after ~= '' and tonumber(string.match(after, '^%d+')) >= tonumber(string.match(from, '^%d+')) then
  from = '(' .. after
end
return redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', ARGV[4])
"""
)
DELETE: Final = Script(
    _FACTS
    + """
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
return {refusal() or '', run_id()}
"""
)
"""The deletion comes first: Redis lets a script that has written go on writing, even when it is full."""
LOOK: Final = Script(
    _FACTS
    + """
return {refusal() or '', run_id(), full() or '', fact('aof_pending_bio_fsync'), fact('aof_buffer_length')}
"""
)
