// A Homie 5 device by the npm package node-homie: a fan with a switch and a speed.
// usage: node homie5.js PORT
const { HomieDevice, HomieNode, HomieProperty } = require("node-homie");

const device = new HomieDevice(
  { id: "attic-fan", name: "Attic fan", version: 1 },
  { url: `mqtt://127.0.0.1:${process.argv[2]}`, topicRoot: "homie", username: undefined, password: undefined },
);
const node = device.add(new HomieNode(device, { id: "fan", name: "Fan", type: "fan" }));
const add = (attributes, first) => {
  const property = node.add(new HomieProperty(node, { retained: true, settable: true, ...attributes }));
  property.value = first;
  property.onSetMessage$.subscribe({ next: (said) => { property.value = said.valueStr ?? said.value; } });
};
add({ id: "power", name: "Power", datatype: "boolean" }, "false");
add({ id: "speed", name: "Speed", datatype: "integer", format: "0:100", unit: "%" }, "40");
device.onInit();
