/* Text that people and programs write: amounts, ids, hexadecimal, clean text. A value that was read
 * must be written and read again the same. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "runtime/base/amount.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"

#define TEXT_BYTES_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void amount_comes_back(const char *text)
{
    int64_t micros;
    if (!amount_parse(text, &micros))
        return;
    char written[AMOUNT_TEXT_SIZE];
    static const char *const codes[] = {NULL, "CNY", "JPY", "KWD"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        int64_t again = ~micros;
        amount_format(micros, codes[i] == NULL ? NULL : currency_find(codes[i]), written);
        bool read = amount_parse(written, &again);
        assert(read && again == micros);
    }
    const struct currency *yuan = currency_find("CNY");
    int64_t minor_back;
    if (amount_is_whole(micros, yuan)) {
        bool fits = amount_from_minor(amount_to_minor(micros, yuan), yuan, &minor_back);
        assert(fits && minor_back == micros);
    }
}

static void id_comes_back(const char *text)
{
    struct id id, again;
    char written[ID_TEXT_SIZE];
    if (id_parse(text, &id)) {
        bool read = id_parse(id_format(id, written), &again);
        assert(read && id_equal(id, again) && id_compare(id, again) == 0);
    }
}

static void hex_comes_back(const char *text)
{
    uint8_t bytes[TEXT_BYTES_MAX / 2];
    char written[TEXT_BYTES_MAX + 1];
    size_t length = strlen(text);
    if (length % 2 == 0 && bytes_from_hex(text, bytes, length / 2)) {
        bytes_to_hex(bytes, length / 2, written);
        assert(strlen(written) == length);
    }
}

static void clean_text_has_no_controls(const char *text)
{
    if (!text_is_clean(text, TEXT_BYTES_MAX))
        return;
    for (const char *c = text; *c != '\0'; c++)
        assert((unsigned char)*c >= 0x20 && *c != 0x7f);
    assert(text[0] == '\0' || !text_is_clean(text, strlen(text) - 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_BYTES_MAX + 1];
    size = size > TEXT_BYTES_MAX ? TEXT_BYTES_MAX : size;
    memcpy(text, data, size);
    text[size] = '\0';
    amount_comes_back(text);
    id_comes_back(text);
    hex_comes_back(text);
    clean_text_has_no_controls(text);
    return 0;
}
