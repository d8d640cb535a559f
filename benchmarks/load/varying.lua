-- A browser's fields of which three never come twice: cookie, referrer and trace id. The first
-- argument is a number no other run of wrk has; the other fields are laid out once.

dofile("browser.lua")

local head, nonce, number

function init(arguments)
   wrk.headers["Cookie"], wrk.headers["Referer"] = nil, nil
   head = wrk.format():gsub("\r\n\r\n$", "\r\n")
   nonce, number = arguments[1], 0
end

function request()
   number = number + 1
   local once = nonce .. "." .. number
   return head .. "Cookie: session=eyJ1c2VyIjo0Mn0." .. once .. "; theme=dark; consent=necessary\r\n"
      .. "Referer: http://localhost/todos?after=" .. once .. "\r\n"
      .. "X-Request-Id: " .. once .. "\r\n\r\n"
end
