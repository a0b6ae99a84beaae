/* Documents by which a person proves a name: the normal form of their numbers, with the check digit
 * where the standard has one (ID-08). A number that passes proves typing, not existence: a verifier
 * or an operator decides that. */
#ifndef IDENTITY_DOMAIN_PERSON_DOCUMENT_H
#define IDENTITY_DOMAIN_PERSON_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define DOCUMENT_NUMBER_SIZE 33 /* 32 bytes and the NUL */

/* X(kind, country or "" for any). RESIDENT_CARD: GB 11643, residence permits of Hong Kong, Macau
 * and Taiwan residents with it. */
#define DOCUMENT_KINDS(X)   \
    X(RESIDENT_CARD, "CN")  \
    X(HONG_KONG_CARD, "HK") \
    X(PASSPORT, "")         \
    X(NATIONAL_CARD, "")

#define DOCUMENT_KIND_MEMBER(kind, country) DOCUMENT_KIND_##kind,
enum document_kind { DOCUMENT_KIND_NONE, DOCUMENT_KINDS(DOCUMENT_KIND_MEMBER) DOCUMENT_KIND_COUNT };
#undef DOCUMENT_KIND_MEMBER

#define DOCUMENT_REFUSALS(X)                                                     \
    X(DOCUMENT_COUNTRY, NEVER, CODE_INVALID_ARGUMENT, "DOCUMENT_NOT_OF_COUNTRY", \
      "The country has no such document.")                                       \
    X(DOCUMENT_FORM, NEVER, CODE_INVALID_ARGUMENT, "DOCUMENT_NUMBER_FORM",       \
      "The number does not have the form of its document.")                      \
    X(DOCUMENT_CHECK, NEVER, CODE_INVALID_ARGUMENT, "DOCUMENT_NUMBER_CHECK",     \
      "The number's check digit does not fit; it was mistyped.")                 \
    X(DOCUMENT_EXPIRED, NEVER, CODE_FAILED_PRECONDITION, "DOCUMENT_EXPIRED",     \
      "The document has expired.")

enum document_verdict { DOCUMENT_ACCEPTED = 0, DOCUMENT_REFUSALS(REFUSAL_ENUM) };

struct person_document {
    char country[3];
    enum document_kind kind;
    char number[DOCUMENT_NUMBER_SIZE];
    int64_t expire_us; /* 0: it does not expire */
};

/* Reads what was typed: spaces, dots, hyphens, slashes and brackets are dropped, letters become
 * capitals, then form and check digit are judged. out has country, kind and expire_us already. */
enum document_verdict person_document_read(struct person_document *out, const char *text,
                                           int64_t now_us);

const char *document_kind_name(enum document_kind kind);
enum document_kind document_kind_find(const char *name); /* DOCUMENT_KIND_NONE: there is none */
const struct refusal *document_refusal(enum document_verdict verdict);

#endif
