#include "runtime/factor/certificate.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#define SECOND_US INT64_C(1000000)

static X509 *read_der(struct bytes text)
{
    const uint8_t *at = text.data;
    X509 *read = d2i_X509(NULL, &at, (long)text.size);
    if (read != NULL && at == text.data + text.size)
        return read;
    X509_free(read);
    return NULL;
}

/* OpenSSL would ask the terminal for that of an encrypted one, and wait. */
static int no_passphrase(char *text, int size, int writing, void *data)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)data;
    return -1;
}

/* A chain is refused: nobody says which of its certificates is meant. */
static X509 *read_pem(struct bytes text)
{
    BIO *input = BIO_new_mem_buf(text.data, (int)text.size);
    X509 *read = PEM_read_bio_X509(input, NULL, no_passphrase, NULL);
    X509 *second = read == NULL ? NULL : PEM_read_bio_X509(input, NULL, no_passphrase, NULL);
    BIO_free(input);
    if (second == NULL)
        return read;
    X509_free(second);
    X509_free(read);
    return NULL;
}

static bool read_time(const ASN1_TIME *time, int64_t *time_us)
{
    struct tm read = {0};
    if (ASN1_TIME_to_tm(time, &read) != 1)
        return false;
    *time_us = (int64_t)timegm(&read) * SECOND_US;
    return true;
}

static bool describe(const X509 *read, struct certificate *certificate)
{
    unsigned size = 0;
    EVP_PKEY *key = X509_get0_pubkey(read);
    if (key == NULL || X509_digest(read, EVP_sha256(), certificate->hash, &size) != 1 ||
        !read_time(X509_get0_notBefore(read), &certificate->begin_us) ||
        !read_time(X509_get0_notAfter(read), &certificate->end_us))
        return false;
    assert(size == CERTIFICATE_HASH_SIZE);
    certificate->end_us += SECOND_US; /* RFC 5280: notAfter is within */
    certificate->strength_bits = EVP_PKEY_get_security_bits(key);
    return true;
}

bool certificate_read(struct bytes text, struct certificate *certificate)
{
    *certificate = (struct certificate){0};
    if (text.size == 0 || text.size > CERTIFICATE_BYTES_MAX)
        return false;
    X509 *read = read_der(text);
    if (read == NULL)
        read = read_pem(text);
    bool is_one = read != NULL && describe(read, certificate);
    X509_free(read);
    ERR_clear_error();
    return is_one;
}
