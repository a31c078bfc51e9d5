-- Each request asks for mail to another address, from another network.
-- `-- FIRST PAUSE`: the first address's number, and the milliseconds before each request.
local number, pause = 0, 0

init = function(arguments)
  number, pause = tonumber(arguments[1]), tonumber(arguments[2])
end

delay = function()
  return math.random(0, 2 * pause)
end

request = function()
  number = number + 1
  local high, middle = math.floor(number / 65536) % 256, math.floor(number / 256) % 256
  return wrk.format("POST", "/subscribe", {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["X-Forwarded-For"] = string.format("10.%d.%d.%d", high, middle, number % 256),
  }, string.format("address=reader%d%%40example.org&frequency=daily", number))
end
