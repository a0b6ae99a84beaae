#include "runtime/database/key_check.h"

#include <assert.h>
#include <string.h>

#include "runtime/database/queries.h"

static enum failure find(struct reader reader, const char *name, struct bytes *value)
{
    struct rows rows;
    enum failure failure =
        runtime_find_key_check_alone(reader, &(struct runtime_find_key_check){.name = name}, &rows);
    assert(failure != FAILURE_NONE || rows.count <= 1); /* the whole key */
    bool found = failure == FAILURE_NONE && rows.count == 1;
    *value = found ? runtime_find_key_check_row(&rows, 0).value : (struct bytes){NULL, 0};
    return failure;
}

enum failure key_check_is_kept(struct reader reader, const char *name, bool *kept)
{
    struct bytes value;
    enum failure failure = find(reader, name, &value);
    *kept = value.data != NULL;
    return failure;
}

/* Two processes that start at once with different keys both read what the first of them kept. */
enum failure key_check_keep(struct reader reader, const char *name,
                            const uint8_t value[KEY_CHECK_SIZE], bool *fits)
{
    struct rows rows;
    struct bytes kept = {NULL, 0};
    enum failure failure = runtime_keep_key_check_alone(
        reader, &(struct runtime_keep_key_check){.name = name, .value = {value, KEY_CHECK_SIZE}},
        &rows);
    if (failure == FAILURE_NONE)
        failure = find(reader, name, &kept);
    *fits = kept.size == KEY_CHECK_SIZE && memcmp(kept.data, value, KEY_CHECK_SIZE) == 0;
    return failure;
}
