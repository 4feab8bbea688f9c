/** The rule of resources/linux/70-keydesk.rules, for keys of any maker: systemd marks FIDO devices by their report descriptor. */
export const UDEV_RULE =
  'ACTION!="remove", SUBSYSTEM=="hidraw", KERNEL=="hidraw*", ENV{ID_FIDO_TOKEN}=="1", TAG+="uaccess"';

/** Where an administrator puts it. */
export const UDEV_PATH = '/etc/udev/rules.d/70-keydesk.rules';

/** Puts it there and has udev read it. */
export const UDEV_COMMAND = `echo '${UDEV_RULE}' | sudo tee ${UDEV_PATH} && sudo udevadm control --reload`;
