{{/* Facts of the program that nobody sets: ports, and who calls whom (ARCHITECTURE.md: only the gateway calls the others). */}}
{{- define "kontor.facts" -}}
identity: {port: 7401, adminPort: 7411, hasKey: true}
payments: {port: 7402, adminPort: 7412, webhookPort: 7421, hasKey: true}
ledger: {port: 7403, adminPort: 7413, hasKey: true}
sharing: {port: 7404, adminPort: 7414}
gateway: {port: 7400, adminPort: 7410, calls: [identity, payments, ledger, sharing]}
{{- end }}

{{- define "kontor.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimAll "-" }}
{{- end }}

{{/* A release's name may have dots and begin with a digit, a Service's may not. */}}
{{- define "kontor.fullname" -}}
{{- $name := ternary .Release.Name (printf "%s-%s" .Release.Name (include "kontor.name" .)) (contains .Chart.Name .Release.Name) }}
{{- $name = default $name .Values.fullnameOverride | replace "." "-" }}
{{- ternary $name (printf "%s-%s" .Chart.Name $name) (regexMatch "^[a-z]" $name) | trunc 40 | trimAll "-" }}
{{- end }}

{{/* (dict "root" $ "component" "ledger"): what a selector selects; it never changes. */}}
{{- define "kontor.selector" -}}
app.kubernetes.io/name: {{ include "kontor.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "kontor.labels" -}}
{{ include "kontor.selector" . }}
app.kubernetes.io/part-of: kontor
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* A service's values over the defaults; (dict "root" $ "name" "ledger"), as YAML. */}}
{{- define "kontor.service" -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values .name)) | toYaml }}
{{- end }}

{{/* (dict "image" .Values.image "default" tag) */}}
{{- define "kontor.image" -}}
{{- if .image.digest }}
{{- printf "%s@%s" .image.repository .image.digest }}
{{- else }}
{{- printf "%s:%s" .image.repository (default .default .image.tag) }}
{{- end }}
{{- end }}

{{/* Helm reads every number as a float; 16777216 is not to become 1.6777216e+07. */}}
{{- define "kontor.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* (dict "root" $ "name" "ledger" "suffix" "-tls" "given" value): a Secret's name, given or made of the release's. */}}
{{- define "kontor.secret" -}}
{{- default (printf "%s-%s%s" (include "kontor.fullname" .root) .name .suffix) .given }}
{{- end }}

{{- define "kontor.listen" -}}
{{- printf "%s:%d" .root.Values.bindAddress (int .port) }}
{{- end }}

{{- define "kontor.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "kontor.containerSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* What all pods have that are no service: migrations, test, load. */}}
{{- define "kontor.podCommon" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "kontor.podSecurity" . | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The port of a URL, or of host:port. */}}
{{- define "kontor.portOf" -}}
{{- $url := urlParse . }}
{{- $port := regexFind ":[0-9]+$" (default . $url.host) | trimPrefix ":" }}
{{- default (default "443" (get (dict "http" "80" "smtp" "25" "smtps" "465") $url.scheme)) $port }}
{{- end }}

{{/* (dict "root" $ "service" "identity" "setting" "smtp-url" "policy" "messages"): whom a service is told to call, it must be let call. */}}
{{- define "kontor.checkWay" -}}
{{- $url := get (include "kontor.settings" (dict "root" .root "name" .service) | fromYaml) .setting }}
{{- if and $url .root.Values.networkPolicy.enabled }}
{{- $port := include "kontor.portOf" $url }}
{{- $ports := list }}
{{- range (index .root.Values.networkPolicy .policy).ports }}
{{- $ports = append $ports (include "kontor.text" .) }}
{{- end }}
{{- if not (has $port $ports) }}
{{- fail (printf "kontor: the network policy keeps %s from its %s: name port %s in networkPolicy.%s.ports" .service .setting $port .policy) }}
{{- end }}
{{- end }}
{{- end }}

{{/* What would open Kontor to strangers, or could not run, is refused before anything is installed. */}}
{{- define "kontor.check" -}}
{{- $v := .Values }}
{{- if not (or $v.tls.enabled $v.insecureAllowed) }}
{{- fail "kontor: the services believe whoever reaches them. Set tls.enabled with their certificates, or insecureAllowed for a try" }}
{{- end }}
{{- if and $v.tls.certManager.enabled (not $v.tls.enabled) }}
{{- fail "kontor: tls.certManager.enabled needs tls.enabled" }}
{{- end }}
{{- if and $v.tls.certManager.enabled (not $v.tls.certManager.issuerRef.name) }}
{{- fail "kontor: tls.certManager.enabled needs tls.certManager.issuerRef.name" }}
{{- end }}
{{- if and $v.front.enabled (not (or $v.front.tls.secret $v.front.plaintextAllowed $v.insecureAllowed)) }}
{{- fail "kontor: strangers reach the front: set front.tls.secret, or front.plaintextAllowed where TLS ends before it" }}
{{- end }}
{{- if and $v.front.tls.authoritySecret (not $v.front.tls.secret) }}
{{- fail "kontor: front.tls.authoritySecret needs front.tls.secret" }}
{{- end }}
{{- if and $v.front.tls.programCertificates (or (not $v.front.tls.secret) (eq $v.front.tls.verify "required")) }}
{{- fail "kontor: front.tls.programCertificates lets in whom no authority knows: it needs front.tls.secret, and does not go with front.tls.verify required" }}
{{- end }}
{{- if and $v.front.webhooks $v.front.tls.secret $v.front.tls.authoritySecret (eq $v.front.tls.verify "required") }}
{{- fail "kontor: a payment provider shows no certificate, so front.tls.verify required keeps its webhooks out: set front.webhooks to false, and who delivers them in networkPolicy.webhooks" }}
{{- end }}
{{- if and $v.monitoring.podMonitor.enabled $v.networkPolicy.enabled (not $v.networkPolicy.monitoring) }}
{{- fail "kontor: the network policy keeps Prometheus from the admin ports: name it in networkPolicy.monitoring" }}
{{- end }}
{{- if and $v.ingress.enabled (not $v.ingress.host) }}
{{- fail "kontor: ingress.enabled needs ingress.host" }}
{{- end }}
{{- if and $v.gatewayApi.enabled (not $v.gatewayApi.parentRefs) }}
{{- fail "kontor: gatewayApi.enabled needs gatewayApi.parentRefs" }}
{{- end }}
{{- if and $v.gatewayApi.backendTls.enabled (not (and $v.gatewayApi.backendTls.hostname $v.gatewayApi.backendTls.authorityConfigMap)) }}
{{- fail "kontor: gatewayApi.backendTls.enabled needs its hostname and authorityConfigMap" }}
{{- end }}
{{- if gt (include "kontor.drainDelay" (dict "root" . "name" "gateway") | int) 600 }}
{{- fail "kontor: the gateway serves on for ten minutes at most: drain.delaySeconds and, with the front, front.closeSeconds" }}
{{- end }}
{{- if and $v.networkPolicy.enabled (not $v.networkPolicy.postgresql.ports) }}
{{- fail "kontor: the network policy keeps all services from their databases: name their port in networkPolicy.postgresql.ports" }}
{{- end }}
{{- range $name := keys (include "kontor.facts" . | fromYaml) }}
{{- include "kontor.checkWay" (dict "root" $ "service" $name "setting" "trace-endpoint" "policy" "collector") }}
{{- end }}
{{- include "kontor.checkWay" (dict "root" . "service" "identity" "setting" "smtp-url" "policy" "messages") }}
{{- include "kontor.checkWay" (dict "root" . "service" "identity" "setting" "sms-hook-url" "policy" "messages") }}
{{- include "kontor.checkWay" (dict "root" . "service" "identity" "setting" "verifier-url" "policy" "messages") }}
{{- include "kontor.checkWay" (dict "root" . "service" "payments" "setting" "provider-url" "policy" "provider") }}
{{- if and (eq $v.gateway.service.type "ClusterIP") $v.gateway.service.loadBalancerSourceRanges }}
{{- fail "kontor: gateway.service.loadBalancerSourceRanges needs gateway.service.type LoadBalancer" }}
{{- end }}
{{- end }}

{{/* "true" where a container can sleep before it is told to stop. */}}
{{- define "kontor.canSleep" -}}
{{- semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version }}
{{- end }}

{{/* (dict "root" $ "name" "ledger"): seconds for which a process that is told to stop serves on. The gateway goes after its front, which
     closes idle connections at once, but after a delay of its own (before Kubernetes 1.30) only at its hard stop. */}}
{{- define "kontor.drainDelay" -}}
{{- $v := .root.Values }}
{{- $close := 0 }}
{{- if and (eq .name "gateway") $v.front.enabled }}
{{- $close = ternary $v.front.closeSeconds (max 40 $v.front.closeSeconds) (include "kontor.canSleep" .root | eq "true") }}
{{- end }}
{{- add $v.drain.delaySeconds $close }}
{{- end }}

{{/* "true" where the public port speaks TLS. */}}
{{- define "kontor.public.tls" -}}
{{- if .Values.front.enabled }}{{ ne .Values.front.tls.secret "" }}{{ else }}{{ .Values.tls.enabled }}{{ end }}
{{- end }}
