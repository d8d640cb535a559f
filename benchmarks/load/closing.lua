-- A browser's fields, and a new connection for each request.

dofile("browser.lua")

wrk.headers["Connection"] = "close"
