"""A security key on UDP, for python-fido2 0.9: one 64-byte report a datagram."""

import socket

from fido2.hid import CtapHidDevice
from fido2.hid.base import CtapHidConnection, HidDescriptor

REPORT_SIZE = 64
TIMEOUT_S = 20


class UdpConnection(CtapHidConnection):
    def __init__(self, host, port):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(TIMEOUT_S)
        self._socket.connect((host, port))

    def read_packet(self):
        return self._socket.recv(REPORT_SIZE + 1)

    def write_packet(self, data):
        if len(data) != REPORT_SIZE:
            raise ValueError("A report of %d bytes" % len(data))
        self._socket.send(data)

    def close(self):
        self._socket.close()


def open_key(host, port):
    descriptor = HidDescriptor("udp:%s:%d" % (host, port), 0, 0, REPORT_SIZE, REPORT_SIZE)
    return CtapHidDevice(descriptor, UdpConnection(host, port))


def send_datagram(address, datagram):
    """Sends something that is no report and gets no answer, to HOST:PORT: simulators cut their power at one of them."""
    host, port = address.split(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(datagram, (host, int(port)))
