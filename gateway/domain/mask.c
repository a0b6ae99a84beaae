#include "gateway/domain/mask.h"

#include <assert.h>

#define UNIT_MICROS INT64_C(1000000)
#define FIRST_MICROS (1000 * UNIT_MICROS)

static const struct refusal refusals[] = {MASK_REFUSALS(REFUSAL_ROW)};

const struct refusal *mask_refusal(enum mask_verdict verdict)
{
    assert(verdict == MASK_FIELD);
    return &refusals[verdict - 1];
}

int64_t mask_band(int64_t micros)
{
    uint64_t size = micros < 0 ? -(uint64_t)micros : (uint64_t)micros;
    int64_t band = FIRST_MICROS;
    if (size == 0)
        return 0;
    if (size < FIRST_MICROS)
        return micros < 0 ? -UNIT_MICROS : UNIT_MICROS;
    while (size / 10 >= (uint64_t)band)
        band *= 10;
    assert(band > 0);
    return micros < 0 ? -band : band;
}
