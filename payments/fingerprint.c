#include "payments/fingerprint.h"

#include <string.h>

void fingerprint_make(const struct fingerprint_key *key, const char *number,
                      uint8_t fingerprint[CARD_FINGERPRINT_SIZE])
{
    hmac_sha256((struct bytes){key->bytes, sizeof key->bytes}, number, strlen(number), fingerprint);
}
