/* TLS and mutual TLS from PEM files. Without credentials a server binds loopback only (server.h). Certificates are read again when
 * the files change, so rotation needs no restart. */
#ifndef RUNTIME_RPC_CREDENTIALS_H
#define RUNTIME_RPC_CREDENTIALS_H

#include <stdbool.h>

struct credentials; /* opaque, process lifetime */

struct credentials_settings {
    const char *certificate_file;    /* chain, PEM; "" for a client without one */
    const char *private_key_file;
    const char *authority_file;      /* CA that the peer's certificate must chain to; "" for none (server TLS only) */
    bool peer_certificate_required;  /* server: mutual TLS */
    const char *name_override;       /* tests: expected server name; "" for the real one */
};

/* NULL: a file cannot be read or is no PEM; one line was logged, naming the file. All settings empty gives NULL without a log. */
struct credentials *credentials_new(const struct credentials_settings *settings);
void credentials_free(struct credentials *credentials);

#endif
