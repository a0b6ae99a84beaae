{{/* The pod of a service: (dict "root" $ "name" "ledger"). */}}
{{- define "kontor.pod" -}}
{{- $v := .root.Values }}
{{- $facts := index (include "kontor.facts" .root | fromYaml) .name }}
{{- $service := include "kontor.service" . | fromYaml }}
{{- $front := and (eq .name "gateway") $v.front.enabled }}
{{- $names := dict "root" .root "name" .name }}
metadata:
  labels:
    {{- include "kontor.labels" (dict "root" .root "component" .name) | nindent 4 }}
    {{- with $service.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: {{ .name }}
    checksum/settings: {{ include "kontor.environment" . | sha256sum }}
    {{- with $service.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "kontor.fullname" .root | quote }}
  {{- include "kontor.podCommon" .root | nindent 2 }}
  # longer than a drain takes: its delay, the grace of calls under way, then jobs and connections end
  terminationGracePeriodSeconds: {{ add (include "kontor.drainDelay" .) $v.drain.graceSeconds 20 }}
  {{- with $service.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with $service.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $service.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $service.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    {{- if $service.topologySpreadConstraints }}
    {{- toYaml $service.topologySpreadConstraints | nindent 4 }}
    {{- else }}
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "kontor.selector" (dict "root" $.root "component" $.name) | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
    {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "kontor.image" (dict "image" $v.image "default" .root.Chart.AppVersion) }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      command: [/bin/kontor-{{ .name }}]
      args: [--settings-file=/etc/kontor/settings/settings]
      envFrom:
        - configMapRef:
            name: {{ include "kontor.fullname" .root }}-{{ .name }}
      ports:
        {{- if not $front }}
        - name: grpc
          containerPort: {{ $facts.port }}
        {{- end }}
        - name: admin
          containerPort: {{ $facts.adminPort }}
        {{- with $facts.webhookPort }}
        - name: webhook
          containerPort: {{ . }}
        {{- end }}
      # A process that waits for its database lives; it is started anew only when it answers no more.
      startupProbe:
        httpGet: {path: /health/live, port: admin}
        periodSeconds: 1
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /health/live, port: admin}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /health/ready, port: admin}
        periodSeconds: 2
        timeoutSeconds: 3
        failureThreshold: 2
      resources:
        {{- toYaml $service.resources | nindent 8 }}
      securityContext:
        {{- include "kontor.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        {{- include "kontor.mounts" (dict "root" .root "name" .name "facts" $facts) | trim | nindent 8 }}
        {{- if eq .name "identity" }}
        - name: state
          mountPath: /var/lib/kontor
        {{- if $service.smsHookSecret }}
        - name: sms
          mountPath: /etc/kontor/sms
          readOnly: true
        {{- end }}
        {{- if $service.verifierSecret }}
        - name: verifier
          mountPath: /etc/kontor/verifier
          readOnly: true
        {{- end }}
        {{- end }}
        {{- if $front }}
        - name: run
          mountPath: /run/kontor
        {{- end }}
    {{- if $front }}
    {{- include "kontor.front" .root | trim | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "kontor.volumes" (dict "root" .root "name" .name "facts" $facts "settings" (include "kontor.secret" (merge (dict "suffix" "" "given" $service.settingsSecret) $names))) | trim | nindent 4 }}
    {{- if eq .name "identity" }}
    - name: state
      {{- if $service.spoolClaim }}
      persistentVolumeClaim: {claimName: {{ $service.spoolClaim | quote }}}
      {{- else }}
      emptyDir: {sizeLimit: 64Mi}
      {{- end }}
    {{- range $name, $secret := dict "sms" $service.smsHookSecret "verifier" $service.verifierSecret }}
    {{- if $secret }}
    - name: {{ $name }}
      secret:
        secretName: {{ $secret | quote }}
        defaultMode: 0440
        items:
          - {key: token, path: token}
    {{- end }}
    {{- end }}
    {{- end }}
    {{- if $front }}
    - name: run
      emptyDir: {medium: Memory, sizeLimit: 1Mi}
    {{- include "kontor.front.volumes" .root | trim | nindent 4 }}
    {{- end }}
{{- end }}

{{/* The files of a process; (dict "root" $ "name" … "facts" …). The migrations read the same. */}}
{{- define "kontor.mounts" -}}
- name: tmp
  mountPath: /tmp
- name: settings
  mountPath: /etc/kontor/settings
  readOnly: true
{{- if .root.Values.tls.enabled }}
- name: tls
  mountPath: /etc/kontor/tls
  readOnly: true
{{- end }}
{{- if .facts.hasKey }}
- name: key
  mountPath: /etc/kontor/key
  readOnly: true
{{- end }}
{{- if .root.Values.database.authoritySecret }}
- name: database
  mountPath: /etc/kontor/database
  readOnly: true
{{- end }}
{{- end }}

{{- define "kontor.volumes" -}}
{{- $service := include "kontor.service" . | fromYaml }}
- name: tmp
  emptyDir: {sizeLimit: 16Mi}
- name: settings
  secret:
    secretName: {{ .settings | quote }}
    defaultMode: 0440
    items:
      - {key: settings, path: settings}
{{- if .root.Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "kontor.secret" (dict "root" .root "name" .name "suffix" "-tls" "given" $service.tlsSecret) | quote }}
    defaultMode: 0440
    items:
      - {key: tls.crt, path: tls.crt}
      - {key: tls.key, path: tls.key}
      - {key: ca.crt, path: ca.crt}
{{- end }}
{{- if .facts.hasKey }}
- name: key
  secret:
    secretName: {{ include "kontor.secret" (dict "root" .root "name" .name "suffix" "-key" "given" $service.keySecret) | quote }}
    defaultMode: 0440
    items:
      - {key: key, path: key}
{{- end }}
{{- with .root.Values.database.authoritySecret }}
- name: database
  secret:
    secretName: {{ . | quote }}
    defaultMode: 0440
    items:
      - {key: {{ $.root.Values.database.authorityKey | quote }}, path: ca.crt}
{{- end }}
{{- end }}
