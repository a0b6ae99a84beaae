#include "runtime/base/signature.h"

#include <assert.h>
#include <openssl/evp.h>

static EVP_PKEY *secret_key(const uint8_t secret[SIGNATURE_KEY_SIZE])
{
    EVP_PKEY *key =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, SIGNATURE_KEY_SIZE);
    assert(key != NULL);
    return key;
}

void signature_public_key(const uint8_t secret[SIGNATURE_KEY_SIZE],
                          uint8_t public_key[SIGNATURE_KEY_SIZE])
{
    EVP_PKEY *key = secret_key(secret);
    size_t size = SIGNATURE_KEY_SIZE;
    int done = EVP_PKEY_get_raw_public_key(key, public_key, &size);
    assert(done == 1 && size == SIGNATURE_KEY_SIZE);
    EVP_PKEY_free(key);
}

void signature_make(const uint8_t secret[SIGNATURE_KEY_SIZE], const void *data, size_t size,
                    uint8_t signature[SIGNATURE_SIZE])
{
    EVP_PKEY *key = secret_key(secret);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = SIGNATURE_SIZE;
    int done = EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
               EVP_DigestSign(context, signature, &length, data, size) == 1;
    assert(done && length == SIGNATURE_SIZE);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

bool signature_is_right(const uint8_t public_key[SIGNATURE_KEY_SIZE], const void *data, size_t size,
                        const uint8_t signature[SIGNATURE_SIZE])
{
    EVP_PKEY *key =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, SIGNATURE_KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_right = key != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
                    EVP_DigestVerify(context, signature, SIGNATURE_SIZE, data, size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return is_right;
}
