/* Price books: what may be set of them, which price counts for an account's usage, and what it says
 * in words. Operators set; nothing that is set is changed. */
#ifndef LEDGER_DOMAIN_PRICE_BOOK_H
#define LEDGER_DOMAIN_PRICE_BOOK_H

#include "ledger/domain/price.h"
#include "runtime/base/id.h"
#include "runtime/base/refusal.h"

#define PRICE_BOOK_OF_LIST "list"
#define PRICE_EVERYWHERE "*"
#define PRICE_BOOK_NAME_SIZE_MAX 128
#define PRICE_BOOKS_MAX 1000
#define PRICES_AT_ONCE_MAX 100
#define PRICES_OF_PLACE_MAX 1000 /* of the same book, SKU, region and currency */
#define PRICE_ASSIGNMENTS_MAX 1000

struct price_book {
    const char *book_id;
    const char *name;
    int64_t created_us;
};

/* Where a price is: of two of the same place the one that began last counts. */
struct price_place {
    const char *book_id;
    const char *sku_id;
    const char *region_id; /* or PRICE_EVERYWHERE */
    const char *currency;
};

struct dated_price {
    struct id price_id;
    struct price_place place;
    struct price price;
    int64_t from_us;
    int64_t until_us; /* exclusive: the next one's begin; 0: none is set */
    int64_t created_us;
};

/* Why a book counts for an account, and which one first; as ledger.v1.PriceSource. */
enum price_source { PRICE_BY_AGENT = 1, PRICE_BY_OWN, PRICE_BY_LIST };

/* A price that counts for an account's usage which begins in a stretch of time, unless one that
 * comes first counts there, too. */
struct price_span {
    enum price_source source;
    int64_t from_us;
    int64_t until_us; /* exclusive; 0: for ever, as far as is known */
    struct dated_price price;
};

/* As identity's offers name them: 1 to 32 of a-z, 0-9 and "-". */
bool price_book_id_is_one(const char *id);

#define PRICE_BOOK_REFUSALS(X)                                                     \
    X(PRICE_NO_BOOK, NEVER, CODE_NOT_FOUND, "PRICE_BOOK_NOT_FOUND",                \
      "There is no such price book.")                                              \
    X(PRICE_BOOK_IS_TAKEN, NEVER, CODE_ALREADY_EXISTS, "PRICE_BOOK_TAKEN",         \
      "Another price book has this id.")                                           \
    X(PRICE_IN_THE_PAST, NEVER, CODE_FAILED_PRECONDITION, "PRICE_PAST",            \
      "It would begin in the past, where usage may be charged already.")           \
    X(PRICE_BEGIN_IS_TAKEN, NEVER, CODE_ALREADY_EXISTS, "PRICE_BEGIN_TAKEN",       \
      "Another one begins at this very moment.")                                   \
    X(PRICE_FULL, NEVER, CODE_RESOURCE_EXHAUSTED, "PRICE_LIMIT",                   \
      "There are as many of these as there may be.")                               \
    X(PRICE_UNKNOWN, NEVER, CODE_NOT_FOUND, "PRICE_NOT_FOUND",                     \
      "No book that counts for the account has a price for this, there and then.") \
    X(PRICE_CHARGE_TOO_LARGE, NEVER, CODE_OUT_OF_RANGE, "OUT_OF_RANGE",            \
      "The charge is beyond what an amount can be.")

enum price_verdict { PRICE_ACCEPTED = 0, PRICE_BOOK_REFUSALS(REFUSAL_ENUM) };
const struct refusal *price_refusal(enum price_verdict verdict);

struct price_book_facts {
    bool is_taken;
    int64_t count;
};
enum price_verdict price_book_decide(const struct price_book_facts *facts);

/* Of something dated that is to begin: a price of a place, a book of an account. */
struct price_begin {
    bool has_book;
    int64_t from_us, now_us;
    bool is_taken; /* another one begins at the very moment */
    int64_t count, count_max;
};
enum price_verdict price_begin_decide(const struct price_begin *begin);

/* Whether it counts for usage that begins then. */
bool price_span_holds(const struct price_span *span, int64_t usage_us);

/* Of spans of one account, SKU, region and currency that which counts for usage that begins then;
 * NULL: none (LED-39). */
const struct price_span *price_span_choose(const struct price_span *spans, size_t count,
                                           int64_t usage_us);

/* ---- what makes a charge ---- */

struct charge_step {
    int64_t quantity_micros;
    int64_t nanos; /* of a unit, a package or the whole */
    int64_t charge_micros;
};

struct charge {
    int64_t micros; /* that of price_charge_further, and all steps together */
    size_t step_count;
    struct charge_step steps[PRICE_TIERS_MAX];
};

bool price_explain(const struct price *price, int64_t used_micros, int64_t quantity_micros,
                   struct charge *charge) must_check;

/* "1.00 up to 10, 0.80 up to 100, then 0.50 CNY"; "0.000164384 CNY a unit". */
#define PRICE_WORDS_SIZE 2048
void price_words(const struct price *price, const char *currency, char words[PRICE_WORDS_SIZE]);

#endif
