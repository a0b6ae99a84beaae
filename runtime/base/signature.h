/* Ed25519 (RFC 8032, OpenSSL): the same key and text give the same signature. */
#ifndef RUNTIME_BASE_SIGNATURE_H
#define RUNTIME_BASE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGNATURE_SIZE 64
#define SIGNATURE_KEY_SIZE 32

void signature_public_key(const uint8_t secret[SIGNATURE_KEY_SIZE],
                          uint8_t public_key[SIGNATURE_KEY_SIZE]);
void signature_make(const uint8_t secret[SIGNATURE_KEY_SIZE], const void *data, size_t size,
                    uint8_t signature[SIGNATURE_SIZE]);
bool signature_is_right(const uint8_t public_key[SIGNATURE_KEY_SIZE], const void *data, size_t size,
                        const uint8_t signature[SIGNATURE_SIZE]);

#endif
