-- One line of figures at the end: requests, microseconds, failures, p50 and p99 in microseconds.

function done(summary, latency, requests)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   io.write(string.format("FIGURES %d %d %d %d %d\n", summary.requests, summary.duration, failed,
      latency:percentile(50), latency:percentile(99)))
end
