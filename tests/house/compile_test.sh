#!/usr/bin/env bash
# These must not compile, and do not: a banned function in business code, an rpc of a proto that nobody wrote, a secret in a log line.
set -uo pipefail
build=${KONTOR_BUILD:-build/dev}
mistakes=0
compile() { # compile PATTERN < source: "" when it must compile, else a word of the error it must fail with
  local pattern=$1 output result
  output=$(gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -I. -I"$build/generated" -isystem "$build/generated/proto" \
    -include runtime/base/banned.h -x c -fsyntax-only - 2>&1)
  result=$?
  if [ -z "$pattern" ] && [ $result != 0 ]; then
    printf 'does not compile:\n%s\n' "$output"
    mistakes=$((mistakes + 1))
  elif [ -n "$pattern" ] && { [ $result = 0 ] || ! grep -q -- "$pattern" <<<"$output"; }; then
    printf 'compiles, or fails for another reason than "%s":\n%s\n' "$pattern" "$output"
    mistakes=$((mistakes + 1))
  fi
}

for call in 'malloc(8)' 'calloc(1, 8)' 'strdup("x")'; do
  compile poisoned <<<"void *take(void); void *take(void) { return $call; }"
done
for call in 'free(text)' 'strcpy(text, "x")' 'sprintf(text, "x")' 'atoi(text)' 'usleep(1)'; do
  compile poisoned <<<"void spend(char *text); void spend(char *text) { (void)$call; }"
done

health='#include "grpc/health/v1/health.pb-c.h"
#define HANDLER(method, Request, Response) \
    static void method(Grpc__Health__V1__Health_Service *s, const Request *i, Response##_Closure c, void *d) { (void)s; (void)i; (void)c; (void)d; }
HANDLER(health_check, Grpc__Health__V1__HealthCheckRequest, Grpc__Health__V1__HealthCheckResponse)'
watch='HANDLER(health_watch, Grpc__Health__V1__HealthCheckRequest, Grpc__Health__V1__HealthCheckResponse)'
mount='Grpc__Health__V1__Health_Service *service(void); Grpc__Health__V1__Health_Service *service(void) {
    static Grpc__Health__V1__Health_Service mounted = GRPC__HEALTH__V1__HEALTH__INIT(health_); return &mounted; }'
compile "" <<<"$health
$watch
$mount"
compile health_watch <<<"$health
$mount"

# The same for a service whose adapters are made from its proto (cmake/handlers.py).
benefit='#include "sharing/service/benefit_rpc.h"'
check='static int check_benefit(struct call *call, const struct check_benefit *request, Sharing__V1__CheckBenefitResponse *response) {
    (void)call; (void)request; (void)response; return 0; }'
compile "" <<<"$benefit
$check"
compile check_benefit <<<"$benefit"
compile check_benefit_read <<<"#define check_benefit_read check_benefit_read
$benefit
$check"

log='#include "runtime/base/log.h"
#include "runtime/base/secret.h"
void tell(struct secret secret); void tell(struct secret secret) { (void)secret;'
compile "" <<<"$log log_write(LOG_INFO, \"told\", log_text(\"key\", \"value\")); }"
compile incompatible <<<"$log log_write(LOG_INFO, \"told\", log_text(\"key\", secret)); }"
[ $mistakes = 0 ]
