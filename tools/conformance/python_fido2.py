"""What python-fido2 0.9 makes of a software key: python_fido2.py HOST:PORT REBOOT STEP...

Does the named steps in order and prints a line for each, "ok STEP" or "not ok STEP: why". The key is fresh, without PIN
and credentials, and somebody touches it; REBOOT is the datagram, in hex, that cuts its power. Whatever a step changes it
reads again from the key.
"""

import sys

from fido2.attestation import AttestationType, PackedAttestation
from fido2.client import Fido2Client
from fido2.ctap import CtapError
from fido2.ctap2 import ClientPin, Config, CredentialManagement, Ctap2, FPBioEnrollment, LargeBlobs
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity

from udp_key import open_key, send_datagram

FIRST_PIN = "1234é6"
PIN = "97531-pin"
SHORT_PIN = "12345"
RP_ID = "conformance.example"
USER = {"id": b"1234", "name": "ada", "displayName": "Ada"}
FINGER = "right thumb"
MIN_PIN_LENGTH = 6
BLOB = b"a large blob, which is not large"
PERMISSION = ClientPin.PERMISSION
KEY_HOLDS = CredentialManagement.RESULT


class Failed(Exception):
    """A step found something else than it should."""


def expect(claim, what):
    if not claim:
        raise Failed(what)


class Steps:
    def __init__(self, address, reboot):
        self._address = address
        self._reboot = reboot
        self._server = Fido2Server(PublicKeyCredentialRpEntity(RP_ID, "Conformance"), attestation="direct")
        self._credential = None
        self._open()

    def _open(self):
        host, port = self._address.split(":")
        self._device = open_key(host, int(port))
        self._ctap = Ctap2(self._device)

    def _pin(self):
        return ClientPin(self._ctap)

    def _token(self, permission):
        pin = self._pin()
        return pin.protocol, pin.get_pin_token(PIN, permission)

    def _option(self, name):
        return self._ctap.get_info().options.get(name)

    def _refused_as(self, name, act):
        try:
            act()
        except CtapError as error:
            expect(error.code.name == name, "%s instead of %s" % (error.code.name, name))
        else:
            raise Failed("not refused as " + name)

    def set_pin(self):
        expect(self._option("clientPin") is False, "a PIN is set already")
        self._pin().set_pin(FIRST_PIN)
        expect(self._option("clientPin") is True, "no PIN is set")

    def change_pin(self):
        pin = self._pin()
        self._refused_as("PIN_INVALID", lambda: pin.change_pin("not the PIN", PIN))
        expect(pin.get_pin_retries()[0] == 7, "a wrong PIN cost no try")
        pin.change_pin(FIRST_PIN, PIN)
        expect(pin.get_pin_retries()[0] == 8, "the right PIN did not give the tries back")
        self._refused_as("PIN_INVALID", lambda: pin.change_pin(FIRST_PIN, PIN))

    def create(self):
        client = Fido2Client(self._device, "https://" + RP_ID)
        options, state = self._server.register_begin(USER, resident_key=True, user_verification="required")
        created = client.make_credential(options["publicKey"], pin=PIN)
        auth_data = self._server.register_complete(state, created.client_data, created.attestation_object)
        statement = created.attestation_object.att_statement
        result = PackedAttestation().verify(statement, auth_data, created.client_data.hash)
        expect(result.attestation_type in (AttestationType.SELF, AttestationType.BASIC), "no attestation")
        expect(auth_data.is_user_verified(), "the user is not verified")
        self._credential = auth_data.credential_data

    def sign_in(self):
        client = Fido2Client(self._device, "https://" + RP_ID)
        for allowed in ([self._credential], None):  # by ID, and by what the key finds itself
            options, state = self._server.authenticate_begin(allowed, user_verification="required")
            response = client.get_assertion(options["publicKey"], pin=PIN).get_response(0)
            self._server.authenticate_complete(
                state,
                [self._credential],
                response.credential_id,
                response.client_data,
                response.authenticator_data,
                response.signature,
            )

    def _management(self):
        protocol, token = self._token(PERMISSION.CREDENTIAL_MGMT)
        return CredentialManagement(self._ctap, protocol, token)

    def _stored(self):
        """The credentials on the key, by ID."""
        management = self._management()
        if management.get_metadata()[KEY_HOLDS.EXISTING_CRED_COUNT] == 0:
            return {}
        credentials = [
            credential
            for rp in management.enumerate_rps()
            for credential in management.enumerate_creds(rp[KEY_HOLDS.RP_ID_HASH])
        ]
        return {each[KEY_HOLDS.CREDENTIAL_ID]["id"]: each[KEY_HOLDS.USER] for each in credentials}

    def _descriptor(self):
        return {"type": "public-key", "id": self._credential.credential_id}

    def list(self):
        stored = self._stored()
        expect(list(stored) == [self._credential.credential_id], "the list is %r" % stored)
        expect(stored[self._credential.credential_id] == USER, "the user is %r" % stored)

    def rename(self):
        renamed = dict(USER, name="ada.l", displayName="Ada L.")
        self._management().update_user_info(self._descriptor(), renamed)
        stored = self._stored()
        expect(stored[self._credential.credential_id] == renamed, "the user is %r" % stored)

    def delete(self):
        self._management().delete_cred(self._descriptor())
        expect(self._stored() == {}, "it is still there")

    def large_blob(self):
        client = Fido2Client(self._device, "https://" + RP_ID)
        user = {"id": b"5678", "name": "bob", "displayName": "Bob"}
        options, _ = self._server.register_begin(user, resident_key=True, user_verification="required")
        created = client.make_credential(dict(options["publicKey"], extensions={"largeBlobKey": True}), pin=PIN)
        key = created.extension_results["largeBlobKey"] if created.extension_results else None
        key = key or created.attestation_object.large_blob_key
        expect(key is not None and len(key) == 32, "no large blob key")
        blobs = LargeBlobs(self._ctap, *self._token(PERMISSION.LARGE_BLOB_WRITE))
        blobs.put_blob(key, BLOB)
        expect(LargeBlobs(self._ctap).get_blob(key) == BLOB, "another blob is read")
        blobs = LargeBlobs(self._ctap, *self._token(PERMISSION.LARGE_BLOB_WRITE))
        blobs.delete_blob(key)
        expect(LargeBlobs(self._ctap).get_blob(key) is None, "the blob is still there")
        made = created.attestation_object.auth_data.credential_data.credential_id
        self._management().delete_cred({"type": "public-key", "id": made})

    def _bio(self):
        return FPBioEnrollment(self._ctap, *self._token(PERMISSION.BIO_ENROLL))

    def enrol_fingerprint(self):
        bio = self._bio()
        enrolment = bio.enroll()
        template = None
        while template is None:
            template = enrolment.capture()
        bio.set_name(template, FINGER)

    def list_fingerprints(self):
        bio = self._bio()
        fingers = bio.enumerate_enrollments()
        expect(list(fingers.values()) == [FINGER], "the fingerprints are %r" % fingers)
        bio.remove_enrollment(next(iter(fingers)))

    def _config(self):
        return Config(self._ctap, *self._token(PERMISSION.AUTHENTICATOR_CFG))

    def always_uv(self):
        for wanted in (True, False):
            self._config().toggle_always_uv()
            expect(self._option("alwaysUv") is wanted, "alwaysUv is not %s" % wanted)

    def minimum_pin_length(self):
        self._config().set_min_pin_length(MIN_PIN_LENGTH)
        expect(self._ctap.get_info().min_pin_length == MIN_PIN_LENGTH, "the minimum is another one")
        self._refused_as("PIN_POLICY_VIOLATION", lambda: self._pin().change_pin(PIN, SHORT_PIN))

    def reset(self):
        send_datagram(self._address, bytes.fromhex(self._reboot))
        self._open()
        self._ctap.reset()
        expect(self._option("clientPin") is False, "the PIN is still set")


STEPS = {
    "set-pin": Steps.set_pin,
    "change-pin": Steps.change_pin,
    "create": Steps.create,
    "assert": Steps.sign_in,
    "list": Steps.list,
    "rename": Steps.rename,
    "large-blob": Steps.large_blob,
    "delete": Steps.delete,
    "fingerprint-enrol": Steps.enrol_fingerprint,
    "fingerprint-list": Steps.list_fingerprints,
    "always-uv": Steps.always_uv,
    "min-pin-length": Steps.minimum_pin_length,
    "reset": Steps.reset,
}


def main(address, reboot, *names):
    steps = Steps(address, reboot)
    for name in names:
        try:
            STEPS[name](steps)
        except Exception as error:  # whatever it is, the other steps are still to be made
            print("not ok %s: %s %s" % (name, type(error).__name__, str(error).replace("\n", " ")), flush=True)
        else:
            print("ok " + name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
