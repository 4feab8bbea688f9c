"""What python-fido2 0.9 makes of the sensor of a software key: fingerprints.py HOST PORT. Prints one JSON object.

The key is fresh, without PIN. Four fingers come onto its sensor: a bad sample and two good ones of one finger to be
enrolled, then the same finger for a token, where the key gives tokens for fingers.
"""

import json
import sys

from fido2.ctap2 import ClientPin, Ctap2
from fido2.ctap2.bio import CaptureError, FPBioEnrollment

from udp_key import open_key

PIN = "1234"


def main(host, port):
    ctap = Ctap2(open_key(host, port))
    pin = ClientPin(ctap)
    pin.set_pin(PIN)
    token = pin.get_pin_token(PIN, ClientPin.PERMISSION.BIO_ENROLL)
    bio = FPBioEnrollment(ctap, pin.protocol, token)
    report = {
        "samples": bio.get_fingerprint_sensor_info()[FPBioEnrollment.RESULT.MAX_SAMPLES_REQUIRED],
        "before": len(bio.enumerate_enrollments()),
        "captures": [],
    }

    enrolment = bio.enroll()
    template = None
    while template is None:
        try:
            template = enrolment.capture()
            report["captures"].append(enrolment.remaining)
        except CaptureError as error:
            report["captures"].append(error.code.name)
    bio.set_name(template, "thumb")
    report["named"] = list(bio.enumerate_enrollments().values())

    info = ctap.get_info()
    report["uv"] = info.options["uv"]
    report["tries"] = pin.get_uv_retries()[0]
    if info.options.get("pinUvAuthToken"):
        report["token"] = len(pin.get_uv_token(ClientPin.PERMISSION.GET_ASSERTION, "example.com"))
        token = pin.get_pin_token(PIN, ClientPin.PERMISSION.BIO_ENROLL)
        bio = FPBioEnrollment(ctap, pin.protocol, token)

    cancelled = bio.enroll(timeout=1)
    try:
        cancelled.capture()
    except CaptureError as error:
        report["nobody"] = error.code.name
    cancelled.cancel()
    bio.remove_enrollment(template)
    report["after"] = len(bio.enumerate_enrollments())
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
