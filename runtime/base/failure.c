#include "runtime/base/failure.h"

#include <assert.h>
#include <stdbool.h>

enum failure failure_in_doubt(enum failure failure)
{
    assert(failure <= FAILURE_NONE);
    bool claims_nothing = failure == FAILURE_UNAVAILABLE || failure == FAILURE_CONFLICT ||
                          failure == FAILURE_EXHAUSTED || failure == FAILURE_LOCKED;
    return claims_nothing ? FAILURE_INDEFINITE : failure;
}

enum failure failure_of_reading(enum failure failure)
{
    assert(failure <= FAILURE_NONE);
    return failure == FAILURE_INDEFINITE ? FAILURE_UNAVAILABLE : failure;
}

const char *failure_sentence(enum failure failure)
{
    switch (failure) {
#define FAILURE_SENTENCE(name, value, sentence) \
    case name:                                  \
        return sentence;
        FAILURE_LIST(FAILURE_SENTENCE)
#undef FAILURE_SENTENCE
    }
    return "an unknown failure";
}

const char *failure_name(enum failure failure)
{
    switch (failure) {
#define FAILURE_NAME(name, value, sentence) \
    case name:                              \
        return #name;
        FAILURE_LIST(FAILURE_NAME)
#undef FAILURE_NAME
    }
    return "FAILURE_UNKNOWN";
}
