/* Independent expectation: the vectors of the W3C's specification, and what Chromium answered
 * (webauthn_vectors.txt). Each of them is then bent, one thing at a time. */
#include "runtime/factor/webauthn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTORS "tests/runtime/factor/webauthn_vectors.txt"
#define LINE_SIZE 16384
#define PARTS 8
#define NOT_TRIED ((enum webauthn_verdict)99)

enum part { NAME, FIRST, CREATED, OBJECT, SECOND, DATA, GOT, SIGNATURE };

struct vector {
    char line[LINE_SIZE];
    uint8_t bytes[PARTS][WEBAUTHN_PART_MAX + 1];
    struct bytes parts[PARTS];
};

static struct vector vector;

static void unpack(struct vector *to)
{
    char *rest = to->line, *word;
    for (size_t part = 0; (word = strsep(&rest, " \n")) != NULL && part < PARTS; part++) {
        if (part == NAME)
            continue;
        size_t size = strlen(word) / 2;
        assert_true(size <= WEBAUTHN_PART_MAX && bytes_from_hex(word, to->bytes[part], size));
        to->parts[part] = (struct bytes){to->bytes[part], size};
    }
}

static void read_vector(const char *name)
{
    FILE *file = fopen(VECTORS, "re");
    size_t length = strlen(name);
    assert_non_null(file);
    bool found = false;
    while (!found && fgets(vector.line, sizeof vector.line, file) != NULL)
        found = strncmp(vector.line, name, length) == 0 && vector.line[length] == ' ';
    fclose(file);
    assert_true(found);
    unpack(&vector);
}

static struct webauthn_site site_of(const char *name, enum part challenge)
{
    bool recorded = strncmp(name, "chromium", 8) == 0;
    struct webauthn_site site = {recorded ? "localhost" : "example.org",
                                 recorded ? "https://other.example,http://localhost:26080"
                                          : "https://example.org",
                                 {0}};
    assert_int_equal(vector.parts[challenge].size, WEBAUTHN_CHALLENGE_SIZE);
    memcpy(site.challenge, vector.parts[challenge].data, WEBAUTHN_CHALLENGE_SIZE);
    return site;
}

static struct webauthn_assertion assertion(void)
{
    return (struct webauthn_assertion){vector.parts[GOT], vector.parts[DATA],
                                       vector.parts[SIGNATURE]};
}

static void what_others_made(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum webauthn_verdict first, second;
        int64_t algorithm;
    } rows[] = {
        {"none-es256", WEBAUTHN_USER_NOT_VERIFIED, NOT_TRIED, 0},
        {"packed-self-es256", WEBAUTHN_GOOD, WEBAUTHN_USER_NOT_VERIFIED, -7},
        {"none-es256-crossOrigin", WEBAUTHN_OTHER_ORIGIN, NOT_TRIED, 0},
        {"none-es256-topOrigin", WEBAUTHN_OTHER_ORIGIN, NOT_TRIED, 0},
        {"none-es256-long-credential-id", WEBAUTHN_USER_NOT_VERIFIED, NOT_TRIED, 0},
        {"packed-es256", WEBAUTHN_GOOD, WEBAUTHN_GOOD, -7},
        {"packed-es384", WEBAUTHN_USER_NOT_VERIFIED, NOT_TRIED, 0},
        {"packed-rs256", WEBAUTHN_OTHER_ALGORITHM, NOT_TRIED, 0},
        {"packed-eddsa", WEBAUTHN_USER_NOT_VERIFIED, NOT_TRIED, 0},
        {"fido-u2f-es256", WEBAUTHN_USER_NOT_VERIFIED, NOT_TRIED, 0},
        {"chromium-es256", WEBAUTHN_GOOD, WEBAUTHN_GOOD, -7},
        {"chromium-eddsa", WEBAUTHN_GOOD, WEBAUTHN_GOOD, -8},
        {"chromium-rs256", WEBAUTHN_GOOD, WEBAUTHN_GOOD, -257},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct webauthn_credential credential;
        int64_t counter = -1;
        read_vector(rows[i].name);
        struct webauthn_site site = site_of(rows[i].name, FIRST);
        print_message("%s\n", rows[i].name);
        assert_int_equal(
            webauthn_register(&site, vector.parts[CREATED], vector.parts[OBJECT], &credential),
            rows[i].first);
        if (rows[i].second == NOT_TRIED)
            continue;
        assert_int_equal(credential.algorithm, rows[i].algorithm);
        site = site_of(rows[i].name, SECOND);
        struct webauthn_assertion proof = assertion();
        assert_int_equal(webauthn_prove(&site, &credential, &proof, &counter), rows[i].second);
    }
}

static struct webauthn_credential chromium(void)
{
    struct webauthn_credential credential;
    read_vector("chromium-es256");
    struct webauthn_site site = site_of("chromium", FIRST);
    assert_int_equal(
        webauthn_register(&site, vector.parts[CREATED], vector.parts[OBJECT], &credential),
        WEBAUTHN_GOOD);
    return credential;
}

/* A copy of a part with one text in the place of another of its size or less. */
static struct bytes replaced(struct bytes in, const char *text, const char *with, uint8_t *out)
{
    size_t size = strlen(text), other = strlen(with);
    const uint8_t *at = memmem(in.data, in.size, text, size);
    assert_non_null(at);
    size_t before = (size_t)(at - in.data);
    memcpy(out, in.data, before);
    memcpy(out + before, with, other);
    memcpy(out + before + other, at + size, in.size - before - size);
    return (struct bytes){out, in.size - size + other};
}

static void what_the_browser_says(void **state)
{
    (void)state;
    static const struct {
        const char *text, *with;
        enum webauthn_verdict verdict;
    } rows[] = {
        {"webauthn.get", "webauthn.create", WEBAUTHN_OTHER_TYPE},
        {"AgICAgIC", "AgICAgID", WEBAUTHN_OTHER_CHALLENGE},
        {"AgICAgIC", "AgICAgI=", WEBAUTHN_OTHER_CHALLENGE},
        {"localhost:26080", "localhost:26081", WEBAUTHN_OTHER_ORIGIN},
        {"http://localhost:26080", "https://localhost:26080", WEBAUTHN_OTHER_ORIGIN},
        {"http://localhost:26080", "http://localhost:2608", WEBAUTHN_OTHER_ORIGIN},
        {"http://localhost:26080", "", WEBAUTHN_OTHER_ORIGIN},
        {"\"crossOrigin\":false", "\"crossOrigin\":true", WEBAUTHN_OTHER_ORIGIN},
        {"\"crossOrigin\":false", "\"crossOrigin\":0", WEBAUTHN_MALFORMED},
        {"\"crossOrigin\":false", "\"type\":\"webauthn.get\"", WEBAUTHN_MALFORMED},
        {"\"origin\"", "\"orogin\"", WEBAUTHN_MALFORMED},
        {"}", "} x", WEBAUTHN_MALFORMED},
        {"\"crossOrigin\":false", "\"crossOrigin\":false ", WEBAUTHN_WRONG_SIGNATURE},
    };
    struct webauthn_credential credential = chromium();
    struct webauthn_site site = site_of("chromium", SECOND);
    uint8_t bent[WEBAUTHN_PART_MAX];
    int64_t counter;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct webauthn_assertion proof = assertion();
        proof.client_data = replaced(vector.parts[GOT], rows[i].text, rows[i].with, bent);
        print_message("%s\n", rows[i].with);
        assert_int_equal(webauthn_prove(&site, &credential, &proof, &counter), rows[i].verdict);
    }
}

static void every_bit_of_what_is_signed_counts(void **state)
{
    (void)state;
    struct webauthn_credential credential = chromium();
    struct webauthn_site site = site_of("chromium", SECOND);
    int64_t counter;
    for (enum part part = DATA; part <= SIGNATURE; part++) {
        for (size_t bit = 0; bit < 8 * vector.parts[part].size; bit++) {
            vector.bytes[part][bit / 8] ^= (uint8_t)(1u << bit % 8);
            struct webauthn_assertion proof = assertion();
            assert_int_not_equal(webauthn_prove(&site, &credential, &proof, &counter),
                                 WEBAUTHN_GOOD);
            vector.bytes[part][bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    struct webauthn_assertion proof = assertion();
    assert_int_equal(webauthn_prove(&site, &credential, &proof, &counter), WEBAUTHN_GOOD);
    assert_true(counter > 0);
    site.rp_id = "localhost.example";
    assert_int_equal(webauthn_prove(&site, &credential, &proof, &counter), WEBAUTHN_OTHER_SITE);
}

static enum webauthn_verdict with_data(struct webauthn_credential *credential, struct bytes data)
{
    struct webauthn_site site = site_of("chromium", SECOND);
    struct webauthn_assertion proof = assertion();
    int64_t counter;
    proof.authenticator_data = data;
    return webauthn_prove(&site, credential, &proof, &counter);
}

static void flags_and_sizes_of_authenticator_data(void **state)
{
    (void)state;
    struct webauthn_credential credential = chromium();
    uint8_t data[WEBAUTHN_PART_MAX + 1] = {0};
    size_t size = vector.parts[DATA].size;
    memcpy(data, vector.parts[DATA].data, size);
    static const struct {
        uint8_t flags;
        enum webauthn_verdict verdict;
    } rows[] = {
        {0x00, WEBAUTHN_USER_NOT_VERIFIED}, {0x01, WEBAUTHN_USER_NOT_VERIFIED},
        {0x04, WEBAUTHN_USER_NOT_VERIFIED}, {0x15, WEBAUTHN_MALFORMED}, /* backed up, not able to */
        {0x45, WEBAUTHN_MALFORMED},         {0x85, WEBAUTHN_MALFORMED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        data[32] = rows[i].flags;
        assert_int_equal(with_data(&credential, (struct bytes){data, size}), rows[i].verdict);
    }
    data[32] = vector.parts[DATA].data[32];
    assert_int_equal(with_data(&credential, (struct bytes){data, size}), WEBAUTHN_GOOD);
    assert_int_equal(with_data(&credential, (struct bytes){data, size - 1}), WEBAUTHN_MALFORMED);
    assert_int_equal(with_data(&credential, (struct bytes){data, size + 1}), WEBAUTHN_MALFORMED);
    assert_int_equal(with_data(&credential, (struct bytes){data, WEBAUTHN_PART_MAX + 1}),
                     WEBAUTHN_MALFORMED);
    assert_int_equal(with_data(&credential, (struct bytes){data, 0}), WEBAUTHN_MALFORMED);
}

static enum webauthn_verdict registered(struct bytes object)
{
    struct webauthn_site site = site_of("chromium", FIRST);
    struct webauthn_credential credential;
    return webauthn_register(&site, vector.parts[CREATED], object, &credential);
}

static void cbor_is_whole_and_small(void **state)
{
    (void)state;
    (void)chromium();
    uint8_t object[WEBAUTHN_PART_MAX + 1] = {0};
    size_t size = vector.parts[OBJECT].size;
    memcpy(object, vector.parts[OBJECT].data, size);
    assert_int_equal(registered((struct bytes){object, size}), WEBAUTHN_GOOD);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(registered((struct bytes){object, cut}), WEBAUTHN_MALFORMED);
    assert_int_equal(registered((struct bytes){object, size + 1}), WEBAUTHN_MALFORMED);
    assert_int_equal(registered((struct bytes){object, WEBAUTHN_PART_MAX + 1}), WEBAUTHN_MALFORMED);
    static const uint8_t empty_map[] = {0xa0}, list[] = {0x81, 0x01};
    static const uint8_t huge[] = {0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x61};
    uint8_t deep[64];
    memset(deep, 0x81, sizeof deep);
    assert_int_equal(registered((struct bytes){huge, sizeof huge}), WEBAUTHN_MALFORMED);
    assert_int_equal(registered((struct bytes){empty_map, 1}), WEBAUTHN_MALFORMED);
    assert_int_equal(registered((struct bytes){list, 2}), WEBAUTHN_MALFORMED);
    assert_int_equal(registered((struct bytes){deep, sizeof deep}), WEBAUTHN_MALFORMED);
}

/* A byte behind the key, within authData: its size in the object grows by one. */
static void nothing_stands_behind_the_key(void **state)
{
    (void)state;
    (void)chromium();
    uint8_t object[WEBAUTHN_PART_MAX];
    const uint8_t *from = vector.parts[OBJECT].data;
    size_t size = vector.parts[OBJECT].size;
    const uint8_t *name = memmem(from, size, "authData", 8);
    assert_non_null(name);
    size_t head = (size_t)(name - from) + 8; /* 0x58 and one byte, or 0x59 and two */
    size_t prefix = from[head] == 0x58 ? 2 : 3;
    memcpy(object, from, size);
    object[size] = 0;
    object[head + prefix - 1]++;
    assert_int_equal(registered((struct bytes){object, size + 1}), WEBAUTHN_MALFORMED);
}

static void bytes_of_a_stranger_do_no_harm(void **state)
{
    (void)state;
    (void)chromium();
    uint8_t object[WEBAUTHN_PART_MAX];
    size_t size = vector.parts[OBJECT].size;
    srand(32);
    for (int turn = 0; turn < 20000; turn++) {
        memcpy(object, vector.parts[OBJECT].data, size);
        for (int k = 0; k < 1 + rand() % 4; k++)
            object[(size_t)rand() % size] = (uint8_t)rand();
        (void)registered((struct bytes){object, 1 + (size_t)rand() % size});
        (void)registered((struct bytes){object, size});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_made),
        cmocka_unit_test(what_the_browser_says),
        cmocka_unit_test(every_bit_of_what_is_signed_counts),
        cmocka_unit_test(flags_and_sizes_of_authenticator_data),
        cmocka_unit_test(cbor_is_whole_and_small),
        cmocka_unit_test(nothing_stands_behind_the_key),
        cmocka_unit_test(bytes_of_a_stranger_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
