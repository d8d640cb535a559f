"""One request, one call of the application (PEP 3333).

`environ` makes the dict, `forwarded` knows which proxies to believe and `account` what they tell,
`input` is the stream, `file_wrapper` an answer that is a file, `errors` a way into the error log.
`exchange` carries the answer block by block, `push` is one that outlives its call, `gateway` puts
it all together for one application. What stands on the other side is a `Transport` (`transport`):
the one thing this package asks of whoever brings the requests.

It knows messages (`http11`) and nothing of sockets, threads or processes.
"""
