/* A client's target names the addresses of a peer's replicas, or a name to look them up by.
 * Addresses have one spelling, so that every process chooses the same one for a key. */
#ifndef RUNTIME_RPC_CLIENT_TARGET_H
#define RUNTIME_RPC_CLIENT_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/base/failure.h"

#define CLIENT_REPLICAS_MAX 64 /* those beyond it get no calls that have a key */
#define CLIENT_ADDRESS_BYTES_MAX 96
#define CLIENT_HOST_BYTES_MAX 256
#define CLIENT_TARGET_BYTES_MAX 1024

struct client_addresses {
    size_t count;
    char texts[CLIENT_REPLICAS_MAX][CLIENT_ADDRESS_BYTES_MAX]; /* "ipv4:10.0.0.1:7403" */
};

/* A name to look up, "" when the target is none. */
struct client_name {
    char host[CLIENT_HOST_BYTES_MAX];
    int port;
};

/* One spelling of every target, for gRPC; false: it is too long. */
bool client_target_spell(const char *target, char *spelled, size_t size) must_check;

/* Of "ipv4:a:1,b:2" and "ipv6:…"; none for any other target, and where one of them cannot be
 * read. */
void client_target_addresses(const char *target, struct client_addresses *addresses);

/* Of "name:port", "dns:name:port" and "dns:///name:port"; not of an address, and not where a server
 * of names is named, which only gRPC asks. */
struct client_name client_target_name(const char *target);

/* Blocks. false: the name is not known, or nobody answered. */
bool client_name_resolve(const struct client_name *name,
                         struct client_addresses *addresses) must_check;

#endif
