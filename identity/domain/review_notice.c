#include "identity/domain/review_notice.h"

#include <assert.h>

static const struct {
    const char *of_company;
    const char *of_real_name;
} sentences[REVIEW_STATE_COUNT] = {
    [REVIEW_VERIFIED] = {"The company of your Kontor account is verified.",
                         "The real name of your Kontor account is verified."},
    [REVIEW_REJECTED] = {"The company that you submitted for your Kontor account was rejected.",
                         "The real name that you submitted for your Kontor account was rejected."},
    [REVIEW_REVOKED] = {"The verification of your Kontor account's company was revoked.",
                        "The verification of your Kontor account's real name was revoked."},
    [REVIEW_EXPIRED] = {NULL, "The document by which the real name of your Kontor account was "
                              "verified has expired. Submit the next one."},
};

const char *review_sentence(enum account_type of, enum review_state state)
{
    assert(of != ACCOUNT_TYPE_NONE && state < REVIEW_STATE_COUNT);
    return of == ACCOUNT_TYPE_CORPORATE ? sentences[state].of_company
                                        : sentences[state].of_real_name;
}
