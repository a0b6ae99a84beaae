#include "payments/store/subject.h"

#include "payments/store/queries.h"

void subject_keys_read(struct reader reader, const struct rows *rows, struct subject_keys *named)
{
    named->count = rows->count;
    named->keys = arena_alloc_array(reader_arena(reader), rows->count + 1, sizeof *named->keys);
    for (size_t i = 0; i < rows->count; i++) {
        struct payments_hold_claim_row row = payments_hold_claim_row(rows, i);
        named->keys[i] = (struct subject_key){row.account_id, row.subject_id};
    }
}
