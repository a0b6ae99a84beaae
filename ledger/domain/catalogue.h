/* The catalogue: regions, products and their SKUs. Operators add to it; nothing is removed, and
 * what is retired says since when. */
#ifndef LEDGER_DOMAIN_CATALOGUE_H
#define LEDGER_DOMAIN_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/refusal.h"

#define CATALOGUE_ID_SIZE_MAX 64
#define CATALOGUE_NAME_SIZE_MAX 128

/* X(KIND, how many there may be) */
#define CATALOGUE_KINDS(X)     \
    X(CATALOGUE_REGION, 200)   \
    X(CATALOGUE_PRODUCT, 2000) \
    X(CATALOGUE_SKU, 20000)

enum catalogue_kind {
#define CATALOGUE_KIND(kind, count_max) kind,
    CATALOGUE_KINDS(CATALOGUE_KIND)
#undef CATALOGUE_KIND
        CATALOGUE_KIND_END
};

struct region {
    const char *region_id; /* "cn-hangzhou" */
    const char *name;
    const char *country; /* ISO 3166-1 alpha-2 */
    int64_t created_us;
    int64_t retired_us; /* 0: it is not */
};

struct product {
    const char *product_id;
    const char *name;
    const char *category, *subcategory; /* FOCUS's */
    const char *publisher;
    int64_t created_us;
    int64_t retired_us;
};

struct sku {
    const char *sku_id;
    const char *product_id;
    const char *meter; /* of the product: "storage", "requests" */
    const char *unit;  /* of its prices, as FOCUS writes it */
    const char *tax_category;
    int64_t created_us;
    int64_t retired_us;
};

/* 1 to 32 bytes of a-z, 0-9 and "-" for a region; letters, digits, "_" and "-" for a product, as
 * coupons name them; up to 64, with ".", for a SKU. */
bool catalogue_id_is_one(enum catalogue_kind kind, const char *id);

/* A word for programs: 1 to 32 letters, digits, "_" and "-". */
bool catalogue_word_is_one(const char *word);

#define CATALOGUE_REFUSALS(X)                                            \
    X(CATALOGUE_NO_REGION, NEVER, CODE_NOT_FOUND, "REGION_NOT_FOUND",    \
      "There is no such region, or it is retired.")                      \
    X(CATALOGUE_NO_PRODUCT, NEVER, CODE_NOT_FOUND, "PRODUCT_NOT_FOUND",  \
      "There is no such product, or it is retired.")                     \
    X(CATALOGUE_NO_SKU, NEVER, CODE_NOT_FOUND, "SKU_NOT_FOUND",          \
      "There is no such SKU, or it is retired.")                         \
    X(CATALOGUE_TAKEN, NEVER, CODE_ALREADY_EXISTS, "CATALOGUE_ID_TAKEN", \
      "Another one has this id; ids are never given again.")             \
    X(CATALOGUE_FULL, NEVER, CODE_RESOURCE_EXHAUSTED, "CATALOGUE_LIMIT", \
      "The catalogue has as many of these as it may.")

enum catalogue_verdict { CATALOGUE_ACCEPTED = 0, CATALOGUE_REFUSALS(REFUSAL_ENUM) };
const struct refusal *catalogue_refusal(enum catalogue_verdict verdict);

struct catalogue_facts {
    bool has_parent; /* the product of a SKU is sold; others have none */
    bool is_taken;
    int64_t count; /* of its kind, retired ones too */
};
enum catalogue_verdict catalogue_create_decide(enum catalogue_kind kind,
                                               const struct catalogue_facts *facts);

/* Of what may be named, and of what may be retired: it is there, and is not retired. */
enum catalogue_verdict catalogue_find_decide(enum catalogue_kind kind, bool found,
                                             int64_t retired_us);

#endif
