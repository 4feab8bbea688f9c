"""A relying party made of python-fido2's Fido2Server, for tests: a JSON object a line in, one a line out.

In:  {"verify": "registration" | "authentication", "rpId", "origin", "challenge", "userVerification", "response": {...}}
     and for an authentication "credential" (from the registration's answer) and, optionally, "userHandle".
Out: {"ok": true, "credential": "..."} or {"ok": false, "error": "..."}

Run by Debian's own Python (/usr/bin/python3, PYTHONPATH unset) with the package python3-fido2 (0.9).
"""

import json
import sys

from fido2.attestation import Attestation
from fido2.client import ClientData
from fido2.ctap2 import AttestationObject, AttestedCredentialData, AuthenticatorData
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode


class Refused(Exception):
    pass


def verify_attestation(attestation, client_data_hash):
    """Raises unless the statement is of a known format and its signature is right."""
    statement = Attestation.for_type(attestation.fmt)()
    statement.verify(attestation.att_statement, attestation.auth_data, client_data_hash)


def credential_id(answer):
    """The ID of a response, which stands in it twice."""
    if answer["type"] != "public-key" or answer["id"] != answer["rawId"]:
        raise Refused("id and rawId differ")
    return websafe_decode(answer["rawId"])


def registration(server, state, request):
    answer = request["response"]
    response = answer["response"]
    client_data = ClientData(websafe_decode(response["clientDataJSON"]))
    attestation = AttestationObject(websafe_decode(response["attestationObject"]))
    auth_data = server.register_complete(state, client_data, attestation)
    if auth_data.credential_data.credential_id != credential_id(answer):
        raise Refused("the ID is not that of the credential")
    if "authenticatorData" in response and websafe_decode(response["authenticatorData"]) != bytes(auth_data):
        raise Refused("authenticatorData is not that of the attestation object")
    return auth_data.credential_data


def authentication(server, state, request):
    answer = request["response"]
    response = answer["response"]
    if "userHandle" in request and response.get("userHandle") != request["userHandle"]:
        raise Refused("another user handle")
    return server.authenticate_complete(
        state,
        [AttestedCredentialData(websafe_decode(request["credential"]))],
        credential_id(answer),
        ClientData(websafe_decode(response["clientDataJSON"])),
        AuthenticatorData(websafe_decode(response["authenticatorData"])),
        websafe_decode(response["signature"]),
    )


def answer_to(request):
    server = Fido2Server(
        {"id": request["rpId"], "name": request["rpId"]},
        attestation=request.get("attestation", "none"),
        verify_origin=lambda origin: origin == request["origin"],
        verify_attestation=verify_attestation,
    )
    state = {"challenge": request["challenge"], "user_verification": request.get("userVerification", "required")}
    verify = {"registration": registration, "authentication": authentication}[request["verify"]]
    return websafe_encode(bytes(verify(server, state, request)))


def main():
    for line in sys.stdin:
        try:
            answer = {"ok": True, "credential": answer_to(json.loads(line))}
        except Exception as error:  # whatever it is, the response was not accepted
            answer = {"ok": False, "error": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(answer), flush=True)


main()
