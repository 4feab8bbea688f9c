"""What python-fido2 0.9 makes of a software key: software_key.py HOST PORT. Prints one JSON object; any surprise is a traceback.

The key is fresh, without PIN and credentials, and somebody touches it for every RP ID but UNATTENDED.
"""

import json
import os
import sys
from threading import Event

from fido2.attestation import AttestationType, PackedAttestation
from fido2.client import Fido2Client
from fido2.cose import RS256, EdDSA, ES256
from fido2.ctap import STATUS, CtapError
from fido2.ctap2 import ClientPin, CredentialManagement, Ctap2
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity

from udp_key import open_key

PIN = "1234é6"
RP_ID = "example.com"
UNATTENDED = "unattended.example"


def main(host, port):
    device = open_key(host, port)
    report = {"ping": device.ping(b"x" * 1024) == b"x" * 1024}
    ctap = Ctap2(device)
    pin = ClientPin(ctap)
    info = ctap.get_info()
    report.update(
        versions=info.versions,
        aaguid=info.aaguid.hex(),
        pinProtocol=pin.protocol.VERSION,
        pinWasSet=info.options["clientPin"],
    )

    pin.set_pin(PIN)
    report["pinIsSet"] = ctap.get_info().options["clientPin"]
    try:
        pin.get_pin_token("0000", ClientPin.PERMISSION.GET_ASSERTION, RP_ID)
    except CtapError as error:
        report["wrongPin"] = error.code.name
    report["retries"] = pin.get_pin_retries()[0]

    report["algorithms"] = {
        algorithm.__name__: create_and_get(device, algorithm) for algorithm in (ES256, EdDSA, RS256)
    }
    if "credMgmt" in info.options:
        report["names"] = names(ctap, pin)
    report["cancelled"] = cancelled(ctap)
    print(json.dumps(report))


def create_and_get(device, algorithm):
    """A discoverable credential with PIN, and two assertions; server and attestation are verified by python-fido2."""
    server = Fido2Server(PublicKeyCredentialRpEntity(RP_ID, "Example"), attestation="direct")
    server.allowed_algorithms = [p for p in server.allowed_algorithms if p.alg == algorithm.ALGORITHM]
    client = Fido2Client(device, "https://" + RP_ID)
    user = {"id": algorithm.__name__.encode(), "name": algorithm.__name__, "displayName": "Übung"}

    options, state = server.register_begin(user, resident_key=True, user_verification="required")
    created = client.make_credential(options["publicKey"], pin=PIN)
    auth_data = server.register_complete(state, created.client_data, created.attestation_object)
    attestation = created.attestation_object
    result = PackedAttestation().verify(attestation.att_statement, auth_data, created.client_data.hash)

    counters = [auth_data.counter]
    for credentials in ([auth_data.credential_data], None):  # by ID, and by what the key finds itself
        options, state = server.authenticate_begin(credentials, user_verification="required")
        response = client.get_assertion(options["publicKey"], pin=PIN).get_response(0)
        server.authenticate_complete(
            state,
            [auth_data.credential_data],
            response.credential_id,
            response.client_data,
            response.authenticator_data,
            response.signature,
        )
        counters.append(response.authenticator_data.counter)
    return {
        "format": attestation.fmt,
        "selfAttested": result.attestation_type == AttestationType.SELF,
        "userVerified": auth_data.is_user_verified(),
        "countersRise": counters == sorted(set(counters)),
    }


def names(ctap, pin):
    """The user names on the key, by credential management."""
    token = pin.get_pin_token(PIN, ClientPin.PERMISSION.CREDENTIAL_MGMT)
    management = CredentialManagement(ctap, pin.protocol, token)
    rps = management.enumerate_rps()
    hashes = [rp[CredentialManagement.RESULT.RP_ID_HASH] for rp in rps]
    found = [credential for each in hashes for credential in management.enumerate_creds(each)]
    management.delete_cred(found[0][CredentialManagement.RESULT.CREDENTIAL_ID])
    left = management.get_metadata()[CredentialManagement.RESULT.EXISTING_CRED_COUNT]
    return {"found": [each[CredentialManagement.RESULT.USER]["name"] for each in found], "left": left}


def cancelled(ctap):
    """Gives up as soon as the key asks for a touch, for an RP ID at which nobody touches it."""
    event = Event()
    try:
        ctap.make_credential(
            os.urandom(32),
            {"id": UNATTENDED, "name": UNATTENDED},
            {"id": b"1", "name": "somebody"},
            [{"type": "public-key", "alg": ES256.ALGORITHM}],
            pin_uv_param=b"",
            pin_uv_protocol=1,
            event=event,
            on_keepalive=lambda status: event.set() if status == STATUS.UPNEEDED else None,
        )
        return "SUCCESS"
    except CtapError as error:
        return error.code.name


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
