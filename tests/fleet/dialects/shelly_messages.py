"""What test_never_raises damages of Shelly's messages: keys, ends of topics, whole documents."""

from __future__ import annotations

ID = "shellyplus1pm-02005e00007f"
KEYS = (
    *("src", "dst", "method", "params", "result", "error", "code", "message", "events", "event"),
    *("component", "switch:0", "output", "apower", "rgb:0", "rgb", "sys", "available_updates"),
    *("stable", "beta", "wakeup_period", "devicepower:0", "bthomedevice:200", "bthomesensor:200"),
    *("key", "config", "status", "attrs", "model_id", "addr", "obj_id", "idx", "gen", "fw_id"),
    *("ver", "mqtt", "topic_prefix", "rpc_ntf", "update", "new_version", "wifi_sta", "relays"),
    *("lights", "thermostats", "ext_temperature", "bat", "fw_ver", "new_fw", "progress_percent"),
)
FIRST = ("announce", "info", "status", "online", "relay/0", "light/0/status", "input_event/0")
LATER = ("events/rpc", "rpc", "online", "status/switch:0", "status/sys", "status/bthomesensor:200")
ROLES = (*FIRST, "events", "status", "answers", "components")

ANNOUNCEMENT = {
    "id": "x",
    "model": "SHSW-25",
    "mac": "02005E00007F",
    "ip": "192.168.1.9",
    "new_fw": True,
    "fw_ver": "20230913-112003/v1.14.0-gcb84623",
    "mode": "relay",
}
INFO = {
    "mac": "02005E00007F",
    "wifi_sta": {"ip": "192.168.1.9", "rssi": -60},
    "update": {
        "status": "pending",
        "has_update": True,
        "new_version": "2/v2.0.0-g1",
        "old_version": "1/v1.0.0-g1",
    },
    "relays": [{"ison": True}],
    "rollers": [{"state": "open", "current_pos": 3}],
    "meters": [{"power": 1.0}],
    "lights": [{"ison": True, "red": 1, "green": 2, "blue": 3, "mode": "color"}],
    "thermostats": [{"tmp": {"value": 1}, "target_t": {"value": 2}}],
    "ext_temperature": {"0": {"tC": 1.0}},
    "bat": {"value": 50},
}
STATUS = {
    "ts": 1.0,
    "sys": {
        "uptime": 1,
        "wakeup_period": 60,
        "available_updates": {"stable": {"version": "2.0.0"}, "beta": {"version": "3.0.0"}},
    },
    "wifi": {"rssi": -60, "sta_ip": "192.168.1.9"},
    "switch:0": {"id": 0, "output": True, "aenergy": {"total": 1.0}},
    "rgb:0": {"output": True, "rgb": [1, 2, 3]},
    "devicepower:0": {"battery": {"percent": 50}},
    "bthomedevice:200": {"rssi": -60, "battery": 50, "fw_ver": "v1.0"},
    "blutrv:200": {"target_C": 20, "current_C": 19},
    "bthomesensor:200": {"value": 1},
}
LISTING = {
    "components": [
        {
            "key": "bthomedevice:200",
            "status": {"rssi": -60},
            "config": {"addr": "02:00:5e:00:00:7e", "name": "n"},
            "attrs": {"model_id": 3},
        },
        {
            "key": "bthomesensor:200",
            "status": {"value": 1},
            "config": {"addr": "02:00:5e:00:00:7e", "obj_id": 69, "idx": 1},
        },
        {
            "key": "enum:200",
            "status": {"value": "a"},
            "config": {"name": "n", "options": ["a", "b"], "meta": {"ui": {"unit": "A"}}},
        },
        {"components": [{"key": "mqtt", "config": {"topic_prefix": "y", "rpc_ntf": False}}]},
    ],
    "offset": 0,
    "total": 9,
}
EVENT = {"component": "sys", "event": "ota_progress", "progress_percent": 3, "msg": "m", "ts": 1.0}
IDENTITY = {"gen": 2, "mac": "02005E00007F", "app": "Plus1PM", "fw_id": "1/2.0.0-g1", "name": "n"}


def _frame(**more: object) -> dict[str, object]:
    return {"id": 4, "src": ID, "dst": "x"} | more


_AFTER = (f"{ID}/status/sys",)
WHOLE = (
    ("shellies/announce", ANNOUNCEMENT, ("shellies/x/info",)),
    ("shellies/x/info", INFO, ("shellies/x/announce",)),
    (f"{ID}/events/rpc", _frame(method="NotifyFullStatus", params=STATUS), _AFTER),
    (f"{ID}/events/rpc", _frame(method="NotifyEvent", params={"events": [EVENT]}), _AFTER),
    (f"orangery/shelly/{ID}/rpc", _frame(result=LISTING), _AFTER),
    (f"orangery/shelly/{ID}/rpc", _frame(result=IDENTITY), _AFTER),
    (f"orangery/shelly/{ID}/rpc", _frame(error={"code": -109, "message": "m"}), _AFTER),
    (f"{ID}/status/bthomedevice:200", {"rssi": -60, "battery": 5}, _AFTER),
)
