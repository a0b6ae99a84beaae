#include "bench/load/rules/piece.h"
#include "bench/load/door.h"
#include "bench/load/play.h"

#define HOUR_MS INT64_C(3600000)

const struct setting play_settings[] = {
    {"gateway", SETTING_TEXT, "127.0.0.1:7400", "The public door.", 0, 0},
    {"authority-file", SETTING_TEXT, "",
     "Who signed the door's certificate (PEM). Empty: plaintext.", 0, 0},
    {"currency", SETTING_TEXT, "CNY", "Of the accounts.", 0, 0},
    {"timeout", SETTING_DURATION_MS, "10s", "Of a call.", 1, HOUR_MS},
    {"patience", SETTING_DURATION_MS, "2m",
     "For what passes by itself: orders whose answer was lost, a limit, an audit that runs.", 1,
     HOUR_MS},
    {"connections", SETTING_INT64, "4", "Connections to the door, used in turn.", 1,
     DOOR_CONNECTIONS_MAX},
    /* run */
    {"scenario", SETTING_TEXT, "smoke",
     "smoke, transfers-single, transfers-bulk, agency-day, soak or spike.", 0, 0},
    {"roster", SETTING_TEXT, "roster", "The accounts with their sessions, from prepare.", 0, 0},
    {"rate", SETTING_INT64, "50", "Calls begun per second, by all generators together.", 1,
     10000000},
    {"duration", SETTING_DURATION_MS, "30s", "Of the steady phase; of each phase of spike.", 1000,
     1000 * HOUR_MS},
    {"warm-up", SETTING_DURATION_MS, "5s", "The rate grows for so long, before anything is judged.",
     0, HOUR_MS},
    {"saturation", SETTING_INT64, "0",
     "spike: calls per second that the server can do. 0: a closed loop finds it first.", 0,
     10000000},
    {"outstanding", SETTING_INT64, "64", "spike: calls under way in that closed loop.", 1, 10000},
    {"under-way-max", SETTING_INT64, "2000", "Calls under way at once; more wait for room.", 1,
     20000},
    {"lateness", SETTING_DURATION_MS, "100ms",
     "A call that begins later, though there was room, is late by the generator's own fault.", 1,
     HOUR_MS},
    {"size", SETTING_INT64, "100", "Orders in a bulk call.", 2, PIECE_SIZE_MAX},
    {"traffic", SETTING_TEXT, "uniform", "uniform, skewed or hot: one account pays.", 0, 0},
    {"seed", SETTING_INT64, "1", "Of the choice of calls and accounts.", 0, INT64_MAX},
    {"top-ups", SETTING_BOOL, "false",
     "agency-day and soak: top-ups by the accounts' cards. Only where the provider is a simulator!",
     0, 0},
    {"objective", SETTING_TEXT, "",
     "p99=50ms, max=2s, errors=0.1%, refused=…, limited=…, rate=200/s; given again for another.", 0,
     0},
    {"shard", SETTING_TEXT, "1/1",
     "Which of how many generators; index/4 takes JOB_COMPLETION_INDEX, from 0.", 0, 0},
    {"journal", SETTING_TEXT, "",
     "The file of request ids, made here. Empty: kontor-load-….journal in TMPDIR or /tmp.", 0, 0},
    {"page", SETTING_TEXT, "", "A file to which the page goes. Empty: none.", 0, 0},
    {"admin-address", SETTING_TEXT, "", "Serves /metrics while it runs. Empty: nothing.", 0, 0},
    /* smoke */
    {"email", SETTING_TEXT, "", "smoke: who logs in.", 0, 0},
    {"password", SETTING_SECRET, "", "smoke: with this password.", 0, 0},
    {"to", SETTING_TEXT, "", "smoke: another account of that company, which gets 0.01.", 0, 0},
    {"run-id", SETTING_TEXT, "",
     "smoke: a UUID that the request ids follow from. Empty: a new one.", 0, 0},
    {"health-urls", SETTING_TEXT, "",
     "smoke: pages that answer 200, as http://kontor-ledger:7413/health/ready; commas between "
     "them.",
     0, 0},
    /* prepare */
    {"credentials-file", SETTING_TEXT, "credentials",
     "prepare: e-mail address and password of each account, a line each; made when it is not "
     "there.",
     0, 0},
    {"companies", SETTING_INT64, "4", "prepare: companies to open.", 1, 1000},
    {"accounts", SETTING_INT64, "8", "prepare: accounts of each.", 2, 1000},
    {"sessions", SETTING_INT64, "2", "prepare: sessions of each account.", 1, ROSTER_SESSIONS_MAX},
    {"amount-micros", SETTING_INT64, "1000000000000",
     "prepare: the money that an operator gives each account.", 1, INT64_C(1000000000000000)},
    {"operator-email", SETTING_TEXT, "", "prepare: the operator who approves and gives.", 0, 0},
    {"operator-password", SETTING_SECRET, "", "prepare: their password.", 0, 0},
    {"spool-directory", SETTING_TEXT, "",
     "prepare: where identity leaves its messages (its setting of that name), for the codes.", 0,
     0},
};

const size_t play_setting_count = sizeof play_settings / sizeof *play_settings;
