#include "gateway/service/peer_answer.h"

#include "runtime/base/log.h"
#include "runtime/rpc/status.h"

enum failure peer_accepted(const char *what, enum failure failure, const struct rpc_status *status)
{
    if (failure != FAILURE_NONE || status->code == CODE_OK)
        return failure;
    log_write(LOG_WARN, "peer_refused", log_text("rpc", what), log_text("code", status_code_name(status->code)),
              log_text("reason", status->reason));
    return FAILURE_UNAVAILABLE;
}
