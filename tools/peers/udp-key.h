/* A security key on UDP, for libfido2: one 64-byte report a datagram. */
#ifndef KEYDESK_UDP_KEY_H
#define KEYDESK_UDP_KEY_H

#include <fido.h>

/*
 * Opens the key at HOST:PORT, an IPv4 address and a port. Ends the program with a message when that fails: there is
 * nothing that a test could do without its key.
 */
fido_dev_t *open_key(const char *address);

void close_key(fido_dev_t **dev);

/* Sends one datagram, given in hex, to which no answer is expected: simulators cut their power at one of them. */
void send_datagram(const char *address, const char *hex);

#endif
