/*
 * What libfido2 makes of a software key: libfido2 HOST:PORT REBOOT STEP...
 *
 * Does the named steps in order and prints a line for each, "ok STEP" or "not ok STEP: why". The key is fresh, without
 * PIN and credentials, and somebody touches it; REBOOT is the datagram, in hex, that cuts its power. Whatever a step
 * changes it reads again from the key: what libfido2 says of its own success is not enough.
 */
#include <fido.h>
#include <fido/bio.h>
#include <fido/config.h>
#include <fido/credman.h>
#include <fido/es256.h>
#include <stdio.h>
#include <string.h>

#include "../peers/udp-key.h"

#define FIRST_PIN "1234\xc3\xa9" "6"
#define PIN "97531-pin"
#define SHORT_PIN "12345"
#define RP_ID "conformance.example"
#define FINGER "right thumb"

enum { USER_VERIFIED = 0x04, MIN_PIN_LENGTH = 6, ALL_PIN_TRIES = 8 };

static const unsigned char HASH[32] = { 'a', ' ', 'h', 'a', 's', 'h' };
static const unsigned char USER_ID[] = { 1, 2, 3, 4 };
static const unsigned char BLOB_USER_ID[] = { 5, 6, 7, 8 };
static const char BLOB[] = "a large blob, which is not large";

static const char *address;
static const char *reboot;
static fido_dev_t *dev;
static char reason[256];

/* What `create` leaves for the steps after it. */
static unsigned char credential_id[1024];
static size_t credential_id_length;
static es256_pk_t *public_key;

/* Why a step failed; the text is good until the next call. */
static const char *
because(const char *what, int r)
{
	snprintf(reason, sizeof(reason), "%s: %s", what, fido_strerr(r));
	return reason;
}

#define TRY(call)                                       \
	do {                                            \
		int r_ = (call);                        \
		if (r_ != FIDO_OK)                      \
			return because(#call, r_);      \
	} while (0)

#define EXPECT(claim)                                   \
	do {                                            \
		if (!(claim))                           \
			return "not so: " #claim;       \
	} while (0)

/* Opens the key again: libfido2 asks for getInfo when it opens a key, and never after. */
static void
reopen(void)
{
	close_key(&dev);
	dev = open_key(address);
}

static const char *
info(fido_cbor_info_t **out)
{
	if ((*out = fido_cbor_info_new()) == NULL)
		return "out of memory";
	TRY(fido_dev_get_cbor_info(dev, *out));
	return NULL;
}

/* The option of getInfo: 1, 0, or -1 where it is absent. */
static int
option(const char *name)
{
	fido_cbor_info_t *ci = NULL;
	int value = -1;

	if (info(&ci) == NULL) {
		char **names = fido_cbor_info_options_name_ptr(ci);
		const bool *values = fido_cbor_info_options_value_ptr(ci);

		for (size_t i = 0; i < fido_cbor_info_options_len(ci); i++)
			if (strcmp(names[i], name) == 0)
				value = values[i];
	}
	fido_cbor_info_free(&ci);
	return value;
}

static const char *
set_pin(void)
{
	EXPECT(!fido_dev_has_pin(dev));
	TRY(fido_dev_set_pin(dev, FIRST_PIN, NULL));
	reopen();
	EXPECT(fido_dev_has_pin(dev));
	return NULL;
}

static const char *
change_pin(void)
{
	int tries = 0;

	EXPECT(fido_dev_set_pin(dev, PIN, "not the PIN") == FIDO_ERR_PIN_INVALID);
	TRY(fido_dev_get_retry_count(dev, &tries));
	EXPECT(tries == ALL_PIN_TRIES - 1);
	TRY(fido_dev_set_pin(dev, PIN, FIRST_PIN));
	TRY(fido_dev_get_retry_count(dev, &tries));
	EXPECT(tries == ALL_PIN_TRIES);
	EXPECT(fido_dev_set_pin(dev, PIN, FIRST_PIN) == FIDO_ERR_PIN_INVALID);
	return NULL;
}

static const char *
make(fido_cred_t *cred, const unsigned char *user_id, size_t user_id_length, int extensions)
{
	TRY(fido_cred_set_type(cred, COSE_ES256));
	TRY(fido_cred_set_clientdata_hash(cred, HASH, sizeof(HASH)));
	TRY(fido_cred_set_rp(cred, RP_ID, "Conformance"));
	TRY(fido_cred_set_user(cred, user_id, user_id_length, "ada", "Ada", NULL));
	TRY(fido_cred_set_rk(cred, FIDO_OPT_TRUE));
	if (extensions != 0)
		TRY(fido_cred_set_extensions(cred, extensions));
	TRY(fido_dev_make_cred(dev, cred, PIN));
	TRY(fido_cred_x5c_ptr(cred) ? fido_cred_verify(cred) : fido_cred_verify_self(cred));
	EXPECT(fido_cred_flags(cred) & USER_VERIFIED);
	return NULL;
}

static const char *
create(void)
{
	fido_cred_t *cred = fido_cred_new();
	const char *failure = make(cred, USER_ID, sizeof(USER_ID), 0);

	if (failure == NULL && fido_cred_id_len(cred) <= sizeof(credential_id)) {
		credential_id_length = fido_cred_id_len(cred);
		memcpy(credential_id, fido_cred_id_ptr(cred), credential_id_length);
		public_key = es256_pk_new();
		if (es256_pk_from_ptr(public_key, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)) != FIDO_OK)
			failure = "the public key is none";
	}
	fido_cred_free(&cred);
	return failure;
}

/* Signs in by credential ID, or with what the key finds itself when `id_length` is 0. */
static const char *
sign_in(const unsigned char *id, size_t id_length, const char *pin, fido_assert_t *assertion)
{
	TRY(fido_assert_set_clientdata_hash(assertion, HASH, sizeof(HASH)));
	TRY(fido_assert_set_rp(assertion, RP_ID));
	if (id_length > 0)
		TRY(fido_assert_allow_cred(assertion, id, id_length));
	TRY(fido_dev_get_assert(dev, assertion, pin));
	TRY(fido_assert_verify(assertion, 0, COSE_ES256, public_key));
	EXPECT(fido_assert_flags(assertion, 0) & USER_VERIFIED);
	return NULL;
}

static const char *
assert_twice(void)
{
	const char *failure = NULL;

	for (int named = 1; named >= 0 && failure == NULL; named--) {
		fido_assert_t *assertion = fido_assert_new();

		failure = sign_in(credential_id, named ? credential_id_length : 0, PIN, assertion);
		fido_assert_free(&assertion);
	}
	return failure;
}

/* The name of the user whose credential `create` made, as the key tells it; `name` is empty when it is not there. */
static const char *
stored_name(char *name, size_t size)
{
	fido_credman_rp_t *rps = fido_credman_rp_new();
	fido_credman_rk_t *rks = fido_credman_rk_new();
	const char *failure = NULL;
	int r;

	name[0] = '\0';
	r = fido_credman_get_dev_rp(dev, rps, PIN);
	if (r != FIDO_OK && r != FIDO_ERR_NO_CREDENTIALS) /* the latter is how an empty list is told */
		failure = because("fido_credman_get_dev_rp", r);
	else if (fido_credman_rp_count(rps) > 0 && strcmp(fido_credman_rp_id(rps, 0), RP_ID) != 0)
		failure = "another relying party is listed";
	else if (fido_credman_rp_count(rps) > 0 && (r = fido_credman_get_dev_rk(dev, RP_ID, rks, PIN)) != FIDO_OK)
		failure = because("fido_credman_get_dev_rk", r);
	for (size_t i = 0; failure == NULL && i < fido_credman_rk_count(rks); i++) {
		const fido_cred_t *cred = fido_credman_rk(rks, i);

		if (fido_cred_id_len(cred) == credential_id_length &&
		    memcmp(fido_cred_id_ptr(cred), credential_id, credential_id_length) == 0)
			snprintf(name, size, "%s", fido_cred_user_name(cred));
	}
	fido_credman_rk_free(&rks);
	fido_credman_rp_free(&rps);
	return failure;
}

static const char *
list(void)
{
	fido_credman_metadata_t *metadata = fido_credman_metadata_new();
	const char *failure;
	char name[65];
	int r = fido_credman_get_dev_metadata(dev, metadata, PIN);
	uint64_t existing = fido_credman_rk_existing(metadata);

	fido_credman_metadata_free(&metadata);
	if (r != FIDO_OK)
		return because("fido_credman_get_dev_metadata", r);
	EXPECT(existing == 1);
	if ((failure = stored_name(name, sizeof(name))) != NULL)
		return failure;
	EXPECT(strcmp(name, "ada") == 0);
	return NULL;
}

static const char *
rename_user(void)
{
	fido_cred_t *cred = fido_cred_new();
	const char *failure;
	char name[65];
	int r;

	if ((r = fido_cred_set_id(cred, credential_id, credential_id_length)) == FIDO_OK &&
	    (r = fido_cred_set_user(cred, USER_ID, sizeof(USER_ID), "ada.l", "Ada L.", NULL)) == FIDO_OK)
		r = fido_credman_set_dev_rk(dev, cred, PIN);
	fido_cred_free(&cred);
	if (r != FIDO_OK)
		return because("fido_credman_set_dev_rk", r);
	if ((failure = stored_name(name, sizeof(name))) != NULL)
		return failure;
	EXPECT(strcmp(name, "ada.l") == 0);
	return NULL;
}

static const char *
blob_round(const unsigned char *key, size_t key_length)
{
	unsigned char *read = NULL;
	size_t length = 0;
	bool same;

	EXPECT(key_length == 32);
	TRY(fido_dev_largeblob_set(dev, key, key_length, (const unsigned char *)BLOB, sizeof(BLOB), PIN));
	TRY(fido_dev_largeblob_get(dev, key, key_length, &read, &length));
	same = length == sizeof(BLOB) && memcmp(read, BLOB, length) == 0;
	free(read);
	EXPECT(same);
	TRY(fido_dev_largeblob_remove(dev, key, key_length, PIN));
	EXPECT(fido_dev_largeblob_get(dev, key, key_length, &read, &length) == FIDO_ERR_NOTFOUND);
	return NULL;
}

static const char *
large_blob(void)
{
	fido_cred_t *cred = fido_cred_new();
	const char *failure = make(cred, BLOB_USER_ID, sizeof(BLOB_USER_ID), FIDO_EXT_LARGEBLOB_KEY);

	if (failure == NULL)
		failure = blob_round(fido_cred_largeblob_key_ptr(cred), fido_cred_largeblob_key_len(cred));
	if (failure == NULL) {
		int r = fido_credman_del_dev_rk(dev, fido_cred_id_ptr(cred), fido_cred_id_len(cred), PIN);

		if (r != FIDO_OK)
			failure = because("fido_credman_del_dev_rk", r);
	}
	fido_cred_free(&cred);
	return failure;
}

static const char *
delete_credential(void)
{
	const char *failure;
	char name[65];

	TRY(fido_credman_del_dev_rk(dev, credential_id, credential_id_length, PIN));
	if ((failure = stored_name(name, sizeof(name))) != NULL)
		return failure;
	EXPECT(strcmp(name, "") == 0);
	return NULL;
}

static const char *
enrol(fido_bio_template_t *template, fido_bio_enroll_t *enrolment)
{
	TRY(fido_bio_dev_enroll_begin(dev, template, enrolment, 0, PIN));
	while (fido_bio_enroll_remaining_samples(enrolment) > 0) {
		EXPECT(fido_bio_enroll_last_status(enrolment) == FIDO_BIO_ENROLL_FP_GOOD);
		TRY(fido_bio_dev_enroll_continue(dev, template, enrolment, 0));
	}
	EXPECT(fido_bio_enroll_last_status(enrolment) == FIDO_BIO_ENROLL_FP_GOOD);
	TRY(fido_bio_template_set_name(template, FINGER));
	TRY(fido_bio_dev_set_template_name(dev, template, PIN));
	return NULL;
}

static const char *
enrol_fingerprint(void)
{
	fido_bio_template_t *template = fido_bio_template_new();
	fido_bio_enroll_t *enrolment = fido_bio_enroll_new();
	const char *failure = enrol(template, enrolment);

	fido_bio_enroll_free(&enrolment);
	fido_bio_template_free(&template);
	return failure;
}

static const char *
check_fingerprints(fido_bio_template_array_t *fingers)
{
	TRY(fido_bio_dev_get_template_array(dev, fingers, PIN));
	EXPECT(fido_bio_template_array_count(fingers) == 1);
	EXPECT(strcmp(fido_bio_template_name(fido_bio_template(fingers, 0)), FINGER) == 0);
	TRY(fido_bio_dev_enroll_remove(dev, fido_bio_template(fingers, 0), PIN));
	return NULL;
}

static const char *
list_fingerprints(void)
{
	fido_bio_template_array_t *fingers = fido_bio_template_array_new();
	const char *failure = check_fingerprints(fingers);

	fido_bio_template_array_free(&fingers);
	return failure;
}

static const char *
always_uv(void)
{
	EXPECT(option("alwaysUv") == 0);
	TRY(fido_dev_toggle_always_uv(dev, PIN));
	EXPECT(option("alwaysUv") == 1);
	TRY(fido_dev_toggle_always_uv(dev, PIN));
	EXPECT(option("alwaysUv") == 0);
	return NULL;
}

static const char *
minimum_pin_length(void)
{
	fido_cbor_info_t *ci = NULL;
	const char *failure;
	uint64_t length;

	TRY(fido_dev_set_pin_minlen(dev, MIN_PIN_LENGTH, PIN));
	failure = info(&ci);
	length = failure == NULL ? fido_cbor_info_minpinlen(ci) : 0;
	fido_cbor_info_free(&ci);
	if (failure != NULL)
		return failure;
	EXPECT(length == MIN_PIN_LENGTH);
	EXPECT(fido_dev_set_pin(dev, SHORT_PIN, PIN) == FIDO_ERR_PIN_POLICY_VIOLATION);
	return NULL;
}

static const char *
reset(void)
{
	send_datagram(address, reboot);
	reopen();
	TRY(fido_dev_reset(dev));
	reopen();
	EXPECT(!fido_dev_has_pin(dev));
	return NULL;
}

static const struct step {
	const char *name;
	const char *(*run)(void);
} STEPS[] = {
	{ "set-pin", set_pin },
	{ "change-pin", change_pin },
	{ "create", create },
	{ "assert", assert_twice },
	{ "list", list },
	{ "rename", rename_user },
	{ "large-blob", large_blob },
	{ "delete", delete_credential },
	{ "fingerprint-enrol", enrol_fingerprint },
	{ "fingerprint-list", list_fingerprints },
	{ "always-uv", always_uv },
	{ "min-pin-length", minimum_pin_length },
	{ "reset", reset },
};

static const struct step *
find(const char *name)
{
	for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++)
		if (strcmp(STEPS[i].name, name) == 0)
			return &STEPS[i];
	return NULL;
}

int
main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: libfido2 HOST:PORT REBOOT STEP...\n");
		return 2;
	}
	address = argv[1];
	reboot = argv[2];
	fido_init(0);
	dev = open_key(address);
	for (int i = 3; i < argc; i++) {
		const struct step *step = find(argv[i]);
		const char *failure = step == NULL ? "no such step" : step->run();

		if (failure == NULL)
			printf("ok %s\n", argv[i]);
		else
			printf("not ok %s: %s\n", argv[i], failure);
		fflush(stdout);
	}
	close_key(&dev);
	es256_pk_free(&public_key);
	return 0;
}
