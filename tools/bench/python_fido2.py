"""How long python-fido2 takes: python_fido2.py HOST:PORT PIN pair|info|ping ROUNDS

Prints {"ms": [...], "cpuMs": N}: the time of each round, and the CPU time of all. A pair is a PIN-protected create and
get of one discoverable credential.
"""

import json
import sys
import time

from fido2.client import Fido2Client
from fido2.ctap2 import Ctap2

from udp_key import open_key

RP_ID = "login.example.com"
CHALLENGE = b"a challenge of 32 bytes, no less"
KIBIBYTE = b"x" * 1024


def create_and_get(client, pin):
    created = client.make_credential(
        {
            "rp": {"id": RP_ID, "name": "Example"},
            "user": {"id": b"user-1", "name": "ada@example.com", "displayName": "Ada"},
            "challenge": CHALLENGE,
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "authenticatorSelection": {"requireResidentKey": True, "userVerification": "required"},
        },
        pin=pin,
    )
    credential_id = created.attestation_object.auth_data.credential_data.credential_id
    client.get_assertion(
        {
            "rpId": RP_ID,
            "challenge": CHALLENGE,
            "allowCredentials": [{"type": "public-key", "id": credential_id}],
            "userVerification": "required",
        },
        pin=pin,
    ).get_response(0)


def main(address, pin, what, rounds):
    host, port = address.split(":")
    device = open_key(host, int(port))
    ctap = Ctap2(device)
    client = Fido2Client(device, "https://" + RP_ID)
    act = {
        "pair": lambda: create_and_get(client, pin),
        "info": ctap.get_info,
        "ping": lambda: device.ping(KIBIBYTE),
    }[what]
    times = []
    cpu = time.process_time()
    for _ in range(int(rounds)):
        start = time.monotonic()
        act()
        times.append((time.monotonic() - start) * 1e3)
    print(json.dumps({"ms": times, "cpuMs": (time.process_time() - cpu) * 1e3}))


if __name__ == "__main__":
    main(*sys.argv[1:])
