"""Devices of other makers for the demo and the tests: they speak and answer like the real ones.

Written from the documented schemas (docs/dialects/), one file a dialect. Each takes anything with
`publish` and `subscribe` like fleet.bus.Bus. Make it, make its bus with `on_message=device.heard`
and `will=device.will`, then `device.start(bus)`; `wires.PluggedIn` does it for a real broker. What
takes time runs on timers, so `heard` never blocks the thread that calls it.
"""
