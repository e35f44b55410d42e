// A Homie 3 device by the npm package homie-device: a heater with a switch and a thermometer.
// usage: node homie3.js PORT
const HomieDevice = require("homie-device");

const device = new HomieDevice({
  name: "Workshop heater",
  device_id: "workshop-heater",
  mqtt: { host: "127.0.0.1", port: Number(process.argv[2]), base_topic: "homie/", auth: false, username: null },
  settings: {},
});
device.setFirmware("heater-firmware", "1.4.2");
const heater = device.node("heater", "Heater", "heater");
heater
  .advertise("power")
  .setName("Power")
  .setDatatype("boolean")
  .setRetained(true)
  .settable((_range, value) => heater.setProperty("power").setRetained(true).send(value));
heater.advertise("temperature").setName("Temperature").setUnit("°C").setDatatype("float");
device.on("connect", () => {
  heater.setProperty("power").setRetained(true).send("false");
  heater.setProperty("temperature").setRetained(true).send("21.5");
});
device.setup(true);
