"""Extensions and large blobs of a software key, by python-fido2 0.9: extensions.py HOST PORT. Prints one JSON object.

The key is fresh, of CTAP 2.1 or later, and somebody touches it.
"""

import json
import sys

from fido2.ctap2 import ClientPin, CredentialManagement, Ctap2
from fido2.ctap2.blob import LargeBlobs
from fido2.ctap2.extensions import (
    CredBlobExtension,
    CredProtectExtension,
    HmacSecretExtension,
    LargeBlobKeyExtension,
    MinPinLengthExtension,
)
from fido2.ctap2.pin import PinProtocolV1, PinProtocolV2

from udp_key import open_key

PIN = "123456"
RP_ID = "example.com"
HASH = b"h" * 32
BLOB = b"a large blob " * 120
INPUTS = {
    "hmacCreateSecret": True,
    "hmacGetSecret": {"salt1": b"1" * 32, "salt2": b"2" * 32},
    "largeBlobKey": True,
    "credBlob": b"a few bytes",
    "getCredBlob": True,
    "credentialProtectionPolicy": CredProtectExtension.POLICY.REQUIRED,
    "enforceCredentialProtectionPolicy": True,
    "minPinLength": True,
}


def main(host, port):
    ctap = Ctap2(open_key(host, port))
    ClientPin(ctap).set_pin(PIN)
    created = create(ctap)
    report = {"created": created.auth_data.extensions, "largeBlobKey": len(created.large_blob_key)}

    for protocol in (PinProtocolV1(), PinProtocolV2()):
        assertion, secrets = get(ctap, protocol)
        report["secrets%d" % protocol.VERSION] = [secrets[name].hex() for name in ("output1", "output2")]
        report["credBlob"] = assertion.auth_data.extensions["credBlob"].decode()
        report["sameLargeBlobKey"] = assertion.large_blob_key == created.large_blob_key

    blobs = large_blobs(ctap)
    blobs.put_blob(created.large_blob_key, BLOB)
    report["read"] = blobs.get_blob(created.large_blob_key) == BLOB
    report["keyIsListed"] = listed_key(ctap) == created.large_blob_key
    blobs = large_blobs(ctap)  # the token for listing has taken the place of the one before
    blobs.delete_blob(created.large_blob_key)
    report["left"] = len(blobs.read_blob_array())
    print(json.dumps(report))


def token(ctap, protocol, permission, rp_id=None):
    return ClientPin(ctap, protocol).get_pin_token(PIN, permission, rp_id)


def create(ctap):
    """A credential with every extension that there is at creation."""
    types = (HmacSecretExtension, LargeBlobKeyExtension, CredBlobExtension, CredProtectExtension, MinPinLengthExtension)
    inputs = {each.NAME: each(ctap).process_create_input(INPUTS) for each in types}
    protocol = PinProtocolV2()
    return ctap.make_credential(
        HASH,
        {"id": RP_ID, "name": "Example"},
        {"id": b"1", "name": "ada"},
        [{"type": "public-key", "alg": -7}],
        extensions=inputs,
        options={"rk": True},
        pin_uv_param=protocol.authenticate(token(ctap, protocol, ClientPin.PERMISSION.MAKE_CREDENTIAL, RP_ID), HASH),
        pin_uv_protocol=protocol.VERSION,
    )


def get(ctap, protocol):
    """An assertion with every extension that there is at sign-in, and the two secrets of hmac-secret."""
    proof = protocol.authenticate(token(ctap, protocol, ClientPin.PERMISSION.GET_ASSERTION, RP_ID), HASH)
    hmac_secret = HmacSecretExtension(ctap, protocol)
    types = (hmac_secret, LargeBlobKeyExtension(ctap), CredBlobExtension(ctap))
    inputs = {each.NAME: each.process_get_input(INPUTS) for each in types}
    assertion = ctap.get_assertion(
        RP_ID, HASH, extensions=inputs, pin_uv_param=proof, pin_uv_protocol=protocol.VERSION
    )
    return assertion, hmac_secret.process_get_output(assertion.auth_data)["hmacGetSecret"]


def large_blobs(ctap):
    protocol = PinProtocolV2()
    return LargeBlobs(ctap, protocol, token(ctap, protocol, ClientPin.PERMISSION.LARGE_BLOB_WRITE))


def listed_key(ctap):
    """The largeBlobKey that credential management gives for the only credential."""
    protocol = PinProtocolV2()
    management = CredentialManagement(ctap, protocol, token(ctap, protocol, ClientPin.PERMISSION.CREDENTIAL_MGMT))
    [rp] = management.enumerate_rps()
    [credential] = management.enumerate_creds(rp[CredentialManagement.RESULT.RP_ID_HASH])
    return credential[CredentialManagement.RESULT.LARGE_BLOB_KEY]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
