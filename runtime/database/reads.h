/* Whether a statement only reads: such a one may be sent again, and leaves nothing behind. */
#ifndef RUNTIME_DATABASE_READS_H
#define RUNTIME_DATABASE_READS_H

#include <stdbool.h>

/* By its words, outside of comments and texts: one that holds INSERT, UPDATE, DELETE or MERGE
 * writes, wherever it stands (a WITH may hide it); FOR UPDATE and FOR NO KEY UPDATE only lock.
 * Anything but SELECT, WITH and VALUES writes, too. */
bool sql_only_reads(const char *sql);

#endif
