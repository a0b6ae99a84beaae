{{/* (dict "root" $ "name" "ledger"): the service's settings without its secrets, name: value, as YAML. What the chart itself must know
     (where the process listens, whom it calls, where its files are) nobody overrides. */}}
{{- define "kontor.settings" -}}
{{- $v := .root.Values }}
{{- $facts := index (include "kontor.facts" .root | fromYaml) .name }}
{{- $service := include "kontor.service" . | fromYaml }}
{{- $fullname := include "kontor.fullname" .root }}
{{- $front := and (eq .name "gateway") $v.front.enabled }}
{{- /* While an upgrade runs, and after a rollback, a version meets a schema that a newer one has added to. */}}
{{- $settings := dict "newer-schema-allowed" "true" }}
{{- $settings = mergeOverwrite $settings (deepCopy (default (dict) $v.settings)) (deepCopy (default (dict) $service.settings)) }}
{{- $_ := set $settings "listen-address" (ternary "unix:/run/kontor/gateway/gateway.sock" (include "kontor.listen" (dict "root" .root "port" $facts.port)) $front) }}
{{- $_ := set $settings "admin-address" (include "kontor.listen" (dict "root" .root "port" $facts.adminPort)) }}
{{- $_ := set $settings "drain-delay" (printf "%ss" (include "kontor.drainDelay" .)) }}
{{- $_ := set $settings "drain-grace" (printf "%ds" (int $v.drain.graceSeconds)) }}
{{- if $v.insecureAllowed }}
{{- $_ := set $settings "insecure-allowed" "true" }}
{{- end }}
{{- if $v.tls.enabled }}
{{- $_ := set $settings "tls-certificate-file" "/etc/kontor/tls/tls.crt" }}
{{- $_ := set $settings "tls-key-file" "/etc/kontor/tls/tls.key" }}
{{- $_ := set $settings "tls-authority-file" "/etc/kontor/tls/ca.crt" }}
{{- if ne .name "gateway" }}
{{- $_ := set $settings "tls-peer-identities" (prepend $v.tls.alsoAllowed (printf "spiffe://%s/gateway" $v.tls.trustDomain) | join ",") }}
{{- end }}
{{- end }}
{{- if $facts.hasKey }}
{{- $_ := set $settings "key-file" "/etc/kontor/key/key" }}
{{- $_ := set $settings "key-create" "false" }}
{{- end }}
{{- range $facts.calls }}
{{- $peer := index (include "kontor.facts" $.root | fromYaml) . }}
{{- $_ := set $settings (printf "%s-target" .) (printf "dns:///%s-%s:%d" $fullname . (int $peer.port)) }}
{{- end }}
{{- if eq .name "identity" }}
{{- $_ := set $settings "state-directory" "/var/lib/kontor" }}
{{- if $service.smsHookSecret }}
{{- $_ := set $settings "sms-hook-secret-file" "/etc/kontor/sms/token" }}
{{- end }}
{{- if $service.verifierSecret }}
{{- $_ := set $settings "verifier-secret-file" "/etc/kontor/verifier/token" }}
{{- end }}
{{- end }}
{{- if eq .name "payments" }}
{{- $_ := set $settings "provider-url" $service.providerUrl }}
{{- $_ := set $settings "webhook-address" (include "kontor.listen" (dict "root" .root "port" $facts.webhookPort)) }}
{{- end }}
{{- if $front }}
{{- $_ := set $settings "connection-age-max" "24h" }}
{{- end }}
{{- toYaml $settings }}
{{- end }}

{{/* The same as a process reads it from its environment. */}}
{{- define "kontor.environment" -}}
{{- range $name, $value := include "kontor.settings" . | fromYaml }}
KONTOR_{{ $name | upper | replace "-" "_" }}: {{ include "kontor.text" $value | quote }}
{{- end }}
{{- end }}

{{/* What the front reads (gateway/front/README.md). */}}
{{- define "kontor.front.environment" -}}
{{- $v := .Values }}
{{- $facts := include "kontor.facts" . | fromYaml }}
FRONT_RUN: /run/kontor
FRONT_GATEWAY: /run/kontor/gateway/gateway.sock
FRONT_ADDRESS: {{ include "kontor.listen" (dict "root" . "port" $facts.gateway.port) | quote }}
{{- if include "kontor.canSleep" . | eq "false" }}
FRONT_DRAIN_DELAY: {{ printf "%ds" (int $v.drain.delaySeconds) }}
{{- end }}
{{- if $v.front.tls.secret }}
FRONT_CERTIFICATE: /etc/kontor/front/tls.crt
{{- end }}
{{- if $v.front.tls.authoritySecret }}
FRONT_AUTHORITY: /etc/kontor/authority/ca.crt
{{- end }}
FRONT_VERIFY: {{ $v.front.tls.verify }}
{{- if $v.front.tls.programCertificates }}
FRONT_PROGRAM_CERTIFICATES: "yes"
{{- end }}
{{- if $v.front.webhooks }}
FRONT_WEBHOOKS: {{ printf "%s-webhooks:%d" (include "kontor.fullname" .) (int $facts.payments.webhookPort) }}
{{- end }}
FRONT_CONNECTIONS: {{ $v.front.connections | int | quote }}
FRONT_SOURCE_CONNECTIONS: {{ $v.front.sourceConnections | int | quote }}
FRONT_SOURCE_CONNECTION_RATE: {{ $v.front.sourceConnectionRate | int | quote }}
FRONT_SOURCE_RATE: {{ $v.front.sourceRate | int | quote }}
FRONT_SOURCE_FLOOD: {{ $v.front.sourceFlood | int | quote }}
{{- end }}
