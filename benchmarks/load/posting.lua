-- A browser's fields, and a body of as many bytes as the first argument says.

dofile("browser.lua")

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/octet-stream"

function init(arguments)
   wrk.body = string.rep("p", tonumber(arguments[1]))
end
