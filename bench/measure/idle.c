#include "bench/measure/idle.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The client's preface (RFC 9113, 3.4): the magic, then SETTINGS without a setting. */
static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
static const char acknowledgement[] = "\0\0\0\4\1\0\0\0\0";

static void complain(const char *target, const char *what)
{
    fprintf(stderr, "kontor-bench: idle connection to %s: %s: %s\n", target, what, strerror(errno));
    exit(1);
}

static struct sockaddr_in address_of(const char *target)
{
    char host[64] = "";
    struct sockaddr_in address = {.sin_family = AF_INET};
    const char *colon = strrchr(target, ':');
    if (colon == NULL || (size_t)(colon - target) >= sizeof host)
        complain(target, "no address:port");
    memcpy(host, target, (size_t)(colon - target));
    address.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        complain(target, "no IPv4 address");
    return address;
}

void idle_connect(const char *target, size_t count)
{
    const struct sockaddr_in address = address_of(target);
    for (size_t i = 0; i < count; i++) {
        char word;
        int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connection < 0 ||
            connect(connection, (const struct sockaddr *)&address, sizeof address) != 0)
            complain(target, "cannot connect");
        if (write(connection, preface, sizeof preface - 1) != sizeof preface - 1 ||
            read(connection, &word, 1) != 1 ||
            write(connection, acknowledgement, sizeof acknowledgement - 1) !=
                sizeof acknowledgement - 1)
            complain(target, "no HTTP/2");
    }
}
