#include "payments/fingerprint.h"

#include <string.h>

#include "runtime/process/key_file.h"

#define PATH_SIZE 4096
#define KEY_NAME "payments-fingerprint.key"

bool fingerprint_key_load(struct fingerprint_key *key, const char *directory, bool has_data)
{
    char path[PATH_SIZE];
    return text_print(path, sizeof path, "%s/%s", directory, KEY_NAME) &&
           key_file_load(path, has_data, key->bytes);
}

void fingerprint_make(const struct fingerprint_key *key, const char *number,
                      uint8_t fingerprint[CARD_FINGERPRINT_SIZE])
{
    hmac_sha256((struct bytes){key->bytes, sizeof key->bytes}, number, strlen(number), fingerprint);
}
