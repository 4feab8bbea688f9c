/*
 * How long libfido2 takes: libfido2 HOST:PORT PIN pair|info ROUNDS
 *
 * Prints {"ms":[...],"cpuMs":N}: the time of each round, and the CPU time of all. A pair is a PIN-protected create and
 * get of one discoverable credential.
 */
#include <fido.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../peers/udp-key.h"

#define RP_ID "login.example.com"

static const unsigned char HASH[32] = { 'h', 'a', 's', 'h' };
static const unsigned char USER_ID[] = { 'u', 's', 'e', 'r', '-', '1' };

static void
check(const char *what, int r)
{
	if (r == FIDO_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, fido_strerr(r));
	exit(1);
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
cpu_ms(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static void
create_and_get(fido_dev_t *dev, const char *pin)
{
	fido_cred_t *cred = fido_cred_new();
	fido_assert_t *assertion = fido_assert_new();

	check("type", fido_cred_set_type(cred, COSE_ES256));
	check("hash", fido_cred_set_clientdata_hash(cred, HASH, sizeof(HASH)));
	check("rp", fido_cred_set_rp(cred, RP_ID, "Example"));
	check("user", fido_cred_set_user(cred, USER_ID, sizeof(USER_ID), "ada@example.com", "Ada", NULL));
	check("rk", fido_cred_set_rk(cred, FIDO_OPT_TRUE));
	check("create", fido_dev_make_cred(dev, cred, pin));
	check("hash", fido_assert_set_clientdata_hash(assertion, HASH, sizeof(HASH)));
	check("rp", fido_assert_set_rp(assertion, RP_ID));
	check("allow", fido_assert_allow_cred(assertion, fido_cred_id_ptr(cred), fido_cred_id_len(cred)));
	check("get", fido_dev_get_assert(dev, assertion, pin));
	fido_assert_free(&assertion);
	fido_cred_free(&cred);
}

static void
get_info(fido_dev_t *dev)
{
	fido_cbor_info_t *info = fido_cbor_info_new();

	check("info", fido_dev_get_cbor_info(dev, info));
	fido_cbor_info_free(&info);
}

int
main(int argc, char **argv)
{
	fido_dev_t *dev;
	double cpu;
	long rounds;

	if (argc != 5) {
		fprintf(stderr, "usage: libfido2 HOST:PORT PIN pair|info ROUNDS\n");
		return 2;
	}
	rounds = strtol(argv[4], NULL, 10);
	fido_init(0);
	dev = open_key(argv[1]);
	cpu = cpu_ms();
	printf("{\"ms\":[");
	for (long i = 0; i < rounds; i++) {
		double start = now_ms();

		if (strcmp(argv[3], "pair") == 0)
			create_and_get(dev, argv[2]);
		else
			get_info(dev);
		printf("%s%.3f", i == 0 ? "" : ",", now_ms() - start);
	}
	printf("],\"cpuMs\":%.3f}\n", cpu_ms() - cpu);
	close_key(&dev);
	return 0;
}
