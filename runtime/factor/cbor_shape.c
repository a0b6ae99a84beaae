#include "runtime/factor/cbor_shape.h"

#include <stdint.h>

enum major { MAJOR_BYTES = 2, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG };

struct head {
    unsigned major;
    uint64_t argument;
};

static bool read_head(struct bytes *rest, struct head *head)
{
    if (rest->size == 0)
        return false;
    unsigned info = rest->data[0] & 31u;
    size_t size = info < 24 ? 0 : (size_t)1 << (info - 24);
    *head = (struct head){rest->data[0] >> 5, info < 24 ? info : 0};
    if (info > 27 || rest->size < 1 + size)
        return false;
    for (size_t i = 1; i <= size; i++)
        head->argument = head->argument << 8 | rest->data[i];
    rest->data += 1 + size;
    rest->size -= 1 + size;
    return true;
}

/* How many items stand within it; more than the bytes that are left cannot be. */
static bool count_items(const struct head *head, struct bytes *rest, uint64_t *count)
{
    *count = head->major == MAJOR_TAG ? 1 : 0;
    bool is_sized = head->major >= MAJOR_BYTES && head->major <= MAJOR_MAP;
    if (is_sized && head->argument > rest->size)
        return false;
    if (head->major == MAJOR_BYTES || head->major == MAJOR_TEXT) {
        rest->data += head->argument;
        rest->size -= (size_t)head->argument;
    } else if (is_sized)
        *count = head->major == MAJOR_MAP ? 2 * head->argument : head->argument;
    return true;
}

static bool pass(struct bytes *rest, int depth)
{
    struct head head;
    uint64_t count;
    if (depth > CBOR_DEPTH_MAX || !read_head(rest, &head) || !count_items(&head, rest, &count))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!pass(rest, depth + 1))
            return false;
    return true;
}

bool cbor_shape_pass(struct bytes *rest)
{
    return pass(rest, 1);
}
