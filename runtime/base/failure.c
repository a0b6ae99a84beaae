#include "runtime/base/failure.h"

const char *failure_sentence(enum failure failure)
{
    switch (failure) {
#define FAILURE_SENTENCE(name, value, sentence) \
    case name: return sentence;
        FAILURE_LIST(FAILURE_SENTENCE)
#undef FAILURE_SENTENCE
    }
    return "an unknown failure";
}

const char *failure_name(enum failure failure)
{
    switch (failure) {
#define FAILURE_NAME(name, value, sentence) \
    case name: return #name;
        FAILURE_LIST(FAILURE_NAME)
#undef FAILURE_NAME
    }
    return "FAILURE_UNKNOWN";
}
