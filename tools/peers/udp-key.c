#include "udp-key.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPORT_SIZE = 64 };

struct connection {
	int socket;
};

static void
fail(const char *what, const char *address)
{
	fprintf(stderr, "%s: %s\n", address, what);
	exit(2);
}

/* A socket that sends to HOST:PORT and hears nobody else; -1 when there is no such address. */
static int
connect_to(const char *address)
{
	struct sockaddr_in peer = { .sin_family = AF_INET };
	char host[INET_ADDRSTRLEN] = "";
	const char *colon = strrchr(address, ':');
	int fd;

	if (colon == NULL || (size_t)(colon - address) >= sizeof(host))
		return -1;
	memcpy(host, address, (size_t)(colon - address));
	peer.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &peer.sin_addr) != 1)
		return -1;
	if ((fd = socket(AF_INET, SOCK_DGRAM, 0)) == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)&peer, sizeof(peer)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static void *
udp_open(const char *address)
{
	struct connection *connection;

	if ((connection = malloc(sizeof(*connection))) == NULL)
		return NULL;
	if ((connection->socket = connect_to(address)) == -1) {
		free(connection);
		return NULL;
	}
	return connection;
}

static void
udp_close(void *handle)
{
	struct connection *connection = handle;

	close(connection->socket);
	free(connection);
}

/* libfido2 wants the report alone, and -1 once `ms` have passed; below zero means forever. */
static int
udp_read(void *handle, unsigned char *report, size_t size, int ms)
{
	const struct connection *connection = handle;
	struct pollfd ready = { .fd = connection->socket, .events = POLLIN };

	if (size < REPORT_SIZE || poll(&ready, 1, ms) != 1)
		return -1;
	return (int)recv(connection->socket, report, REPORT_SIZE, 0);
}

/* It gives a HID report id first, which a datagram has no room for. */
static int
udp_write(void *handle, const unsigned char *report, size_t size)
{
	const struct connection *connection = handle;

	if (size != REPORT_SIZE + 1 || send(connection->socket, report + 1, REPORT_SIZE, 0) != REPORT_SIZE)
		return -1;
	return (int)size;
}

fido_dev_t *
open_key(const char *address)
{
	const fido_dev_io_t io = { udp_open, udp_close, udp_read, udp_write };
	fido_dev_t *dev = fido_dev_new();
	int r;

	if (dev == NULL || fido_dev_set_io_functions(dev, &io) != FIDO_OK)
		fail("out of memory", address);
	if ((r = fido_dev_open(dev, address)) != FIDO_OK)
		fail(fido_strerr(r), address);
	return dev;
}

void
close_key(fido_dev_t **dev)
{
	fido_dev_close(*dev);
	fido_dev_free(dev);
}

void
send_datagram(const char *address, const char *hex)
{
	unsigned char datagram[REPORT_SIZE];
	int fd;

	for (size_t i = 0; i < sizeof(datagram); i++)
		if (sscanf(hex + 2 * i, "%2hhx", &datagram[i]) != 1)
			fail("a datagram is 64 bytes in hex", address);
	if ((fd = connect_to(address)) == -1 || send(fd, datagram, sizeof(datagram), 0) != (ssize_t)sizeof(datagram))
		fail("the datagram cannot be sent", address);
	close(fd);
}
