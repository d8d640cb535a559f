"""The servers side by side: what each takes for the same work, in the same minutes.

`python -m benchmarks` is the whole of it. Two tables say what is measured: `scenarios` (the work)
and `contenders` (the servers, which `commands` start). `kit` prepares what they need, `serving`
starts and stops one of them, `meter` measures one window, with `wrk` for the load, `crowd` for idle
connections and `family` for the kernel's accounts; `rounds` lets the servers take turns and
`progress` tells how far that is. `figures` are windows and what they come to, `record` keeps them,
and `report`, `plot` and `publishing` show them. What starts no server is tested in
tests/benchmarks.
"""
