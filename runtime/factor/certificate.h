/* Certificates that programs show in a TLS handshake, read when they are registered, by OpenSSL.
 * Pure functions. */
#ifndef RUNTIME_FACTOR_CERTIFICATE_H
#define RUNTIME_FACTOR_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/text.h"

#define CERTIFICATE_HASH_SIZE 32
#define CERTIFICATE_BYTES_MAX 8192

struct certificate {
    uint8_t hash[CERTIFICATE_HASH_SIZE]; /* SHA-256 of its DER, as RFC 8705 has it */
    int64_t begin_us;
    int64_t end_us;        /* its first moment after the end */
    int64_t strength_bits; /* of its public key: 112 of RSA 2048, 128 of P-256 */
};

/* Of exactly one X.509 certificate, as PEM or DER; false: it is none. */
bool certificate_read(struct bytes text, struct certificate *certificate) must_check;

#endif
