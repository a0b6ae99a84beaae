/* A certificate that is encrypted; all others are in tests/identity/certificate_test.py. */
#include "runtime/factor/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <unistd.h>

#define PASSPHRASE "open sesame"

/* Signed by itself, valid for a minute. */
static X509 *make(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(made), 0));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(made), 60));
    assert_int_equal(X509_set_pubkey(made, key), 1);
    assert_true(X509_sign(made, key, EVP_sha256()) > 0);
    EVP_PKEY_free(key);
    return made;
}

/* cipher: NULL for a plain one. */
static bool is_read(X509 *made, const EVP_CIPHER *cipher, struct certificate *read)
{
    BIO *output = BIO_new(BIO_s_mem());
    char *text = NULL;
    assert_int_equal(PEM_ASN1_write_bio((i2d_of_void *)(void (*)(void))i2d_X509, PEM_STRING_X509,
                                        output, made, cipher, (const uint8_t *)PASSPHRASE,
                                        sizeof PASSPHRASE - 1, NULL, NULL),
                     1);
    long size = BIO_get_mem_data(output, &text);
    bool is_one = certificate_read((struct bytes){(uint8_t *)text, (size_t)size}, read);
    BIO_free(output);
    return is_one;
}

/* The terminal, or standard input where there is none, would stop the service until it answers. */
static void nobody_is_asked_for_a_passphrase(void **state)
{
    (void)state;
    static const char typed[] = PASSPHRASE "\n";
    struct certificate read;
    X509 *made = make();
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], typed, sizeof typed - 1), sizeof typed - 1);
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    assert_true(is_read(made, NULL, &read));
    assert_int_equal(read.strength_bits, 128);
    assert_false(is_read(made, EVP_aes_128_cbc(), &read));
    X509_free(made);
    assert_int_equal(close(ends[0]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_is_asked_for_a_passphrase)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
