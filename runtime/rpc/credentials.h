/* TLS and mutual TLS from PEM files. Without credentials a server binds loopback only (server.h).
 * Certificates are read again when the files change, so rotation needs no restart: a server at its
 * next handshake, a client at its next connection. */
#ifndef RUNTIME_RPC_CREDENTIALS_H
#define RUNTIME_RPC_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/arena.h"
#include "runtime/base/failure.h"

struct credentials; /* opaque, process lifetime */

struct credentials_settings {
    const char *certificate_file; /* chain, PEM; "" for a client without one */
    const char *private_key_file;
    const char *authority_file; /* CA that the peer's certificate must chain to; "" for none (server
                                   TLS only) */
    bool peer_certificate_required; /* server: mutual TLS */
    const char *name_override;      /* tests: expected server name; "" for the real one */
};

/* NULL: a file cannot be read or is no PEM; one line was logged, naming the file. All settings
 * empty gives NULL without a log. */
struct credentials *credentials_new(const struct credentials_settings *settings);

/* After the servers and clients that were given them. */
void credentials_free(struct credentials *credentials);

/* ---- for the rest of runtime/rpc, which alone sees gRPC ---- */

struct grpc_call;
struct grpc_server_credentials;
struct grpc_channel_credentials;

/* The caller releases them. NULL credentials give plaintext. NULL: a server was given no
 * certificate, or nothing to verify its peers with; one line was logged. */
struct grpc_server_credentials *
credentials_for_server(const struct credentials *credentials) must_check;
struct grpc_channel_credentials *
credentials_for_channel(const struct credentials *credentials) must_check;

/* The server name a client expects, or "" for the one in its target. */
const char *credentials_name_override(const struct credentials *credentials);

/* Grows whenever the files have changed and are usable; 0 without credentials. Looks at the disk
 * ten times a second at most. */
uint64_t credentials_generation(const struct credentials *credentials);

/* The verified peer of a call: the one URI SAN of its certificate; "" without mutual TLS, without a
 * URI or with several. In the arena; NULL at its maximum. */
const char *credentials_peer_identity(struct grpc_call *call, struct arena *arena);

/* Of a certificate that somebody trusted verified, DER in base64: its URI SAN; "" when it is no
 * certificate, has none or has several. In the arena; NULL at its maximum. */
const char *credentials_identity_of(const uint8_t *base64, size_t size, struct arena *arena);

#endif
