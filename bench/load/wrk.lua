-- Sends the bodies of a file in turn, and tells what came of it as one line of JSON.
-- Arguments: path, token, file with one body a line.

local requests = {}
local at = 0

function init(args)
  local path, token, file = args[1], args[2], args[3]
  local headers = { ["content-type"] = "application/json", ["authorization"] = "Bearer " .. token }
  for body in io.lines(file) do
    requests[#requests + 1] = wrk.format("POST", path, headers, body)
  end
  -- Threads begin at places of their own.
  at = math.random(#requests)
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"durationUs":%d,"failed":%d,"p50Us":%d,"p99Us":%d}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
