-- Sends the bodies of a file in turn, and tells what came of it as one line of JSON.
-- Arguments: path, token, file with one body a line, mean pause of a connection in ms (0: none).

local requests = {}
local at = 0
local pause = 0

function init(args)
  local path, token, file = args[1], args[2], args[3]
  pause = tonumber(args[4])
  local headers = { ["content-type"] = "application/json", ["authorization"] = "Bearer " .. token }
  for body in io.lines(file) do
    requests[#requests + 1] = wrk.format("POST", path, headers, body)
  end
  math.randomseed(os.time())
  at = math.random(#requests)
  if pause == 0 then
    -- wrk asks for a pause only where there is such a function.
    delay = nil
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

-- Requests of people come at random: the pauses are exponential.
function delay()
  return math.floor(-math.log(1 - math.random()) * pause + 0.5)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"durationUs":%d,"refused":%d,"failed":%d,"p50Us":%d,"p99Us":%d}\n',
    summary.requests, summary.duration,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
