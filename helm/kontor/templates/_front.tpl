{{/* The front's container in the gateway's pod. At the end of a pod it serves on for the drain's delay; then, by SIGUSR1, it takes nobody
     new and tells its callers to go, and the gateway waits for that (kontor.drainDelay). */}}
{{- define "kontor.front" -}}
{{- $v := .Values.front }}
- name: front
  image: {{ include "kontor.image" (dict "image" $v.image "default" .Chart.AppVersion) }}
  imagePullPolicy: {{ $v.image.pullPolicy }}
  env:
    {{- range $name, $value := include "kontor.front.environment" . | fromYaml }}
    - name: {{ $name }}
      value: {{ $value | quote }}
    {{- end }}
  ports:
    - name: grpc
      containerPort: {{ (include "kontor.facts" . | fromYaml).gateway.port }}
  {{- if include "kontor.canSleep" . | eq "true" }}
  lifecycle:
    preStop:
      sleep: {seconds: {{ .Values.drain.delaySeconds }}}
  {{- end }}
  startupProbe:
    tcpSocket: {port: grpc}
    periodSeconds: 1
    failureThreshold: 60
  livenessProbe:
    tcpSocket: {port: grpc}
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  readinessProbe:
    tcpSocket: {port: grpc}
    periodSeconds: 5
    timeoutSeconds: 3
  resources:
    {{- toYaml $v.resources | nindent 4 }}
  securityContext:
    {{- include "kontor.containerSecurity" . | nindent 4 }}
  volumeMounts:
    - name: run
      mountPath: /run/kontor
    {{- if $v.tls.secret }}
    - name: front-tls
      mountPath: /etc/kontor/front
      readOnly: true
    {{- end }}
    {{- if $v.tls.authoritySecret }}
    - name: front-authority
      mountPath: /etc/kontor/authority
      readOnly: true
    {{- end }}
{{- end }}

{{- define "kontor.front.volumes" -}}
{{- $v := .Values.front }}
{{- with $v.tls.secret }}
- name: front-tls
  secret:
    secretName: {{ . | quote }}
    defaultMode: 0440
    items: # HAProxy looks for the key beside the chain
      - {key: tls.crt, path: tls.crt}
      - {key: tls.key, path: tls.crt.key}
{{- end }}
{{- with $v.tls.authoritySecret }}
- name: front-authority
  secret:
    secretName: {{ . | quote }}
    defaultMode: 0440
    items:
      - {key: ca.crt, path: ca.crt}
{{- end }}
{{- end }}
