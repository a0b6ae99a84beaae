/* Options that many commands have, as rows of their tables. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#define AMOUNT_OPTIONS                                                                         \
    {"amount", "AMOUNT", "amount_micros", OPTION_REQUIRED, "A decimal such as 50000.00.",      \
     NULL,     NULL},                                                                          \
    {                                                                                          \
        "currency", "CODE", "currency", OPTION_REQUIRED, "The account's currency.", NULL, NULL \
    }

#define NOTE_OPTIONS                                                                 \
    {"remark", "TEXT", "remark", 0, "At most 256 bytes; searchable.", NULL, NULL},   \
    {                                                                                \
        "tag", "TEXT", "tag", 0, "At most 64 bytes; searchable exactly.", NULL, NULL \
    }

#define ON_BEHALF_OPTION                                                                           \
    {                                                                                              \
        "for", "ACCOUNT", "sub_account_id", 0, "On behalf of this sub-account, within its quota.", \
            NULL, NULL                                                                             \
    }

#define TIME_OPTIONS                                                                                 \
    {"from", "TIME", "start_time", 0, "Recorded at or after.", NULL, NULL},                          \
        {"until", "TIME", "end_time", 0, "Recorded before.", NULL, NULL},                            \
        {"effective-from", "TIME", "effective_start_time", 0, "Effective at or after.", NULL, NULL}, \
    {                                                                                                \
        "effective-until", "TIME", "effective_end_time", 0, "Effective before.", NULL, NULL          \
    }

#define PAGE_OPTIONS                                                                \
    {"page-size", "NUMBER", "page_size", 0, "At most 100.", NULL, NULL},            \
    {                                                                               \
        "page-token", "TOKEN", "page_token", 0, "From the page before.", NULL, NULL \
    }

#endif
