import { CABLES, plugIn } from './soft-keys.js';
import { describeHidPort } from './hid-port.js';

for (const cable of CABLES) {
  describeHidPort(`The ${cable} port of the software key`, async () => {
    const plugged = await plugIn(cable, { profile: '2.1' });
    return { ...plugged, port: await plugged.open() };
  });
}
