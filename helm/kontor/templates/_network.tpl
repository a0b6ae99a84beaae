{{/* Ports of a rule. */}}
{{- define "kontor.ports" -}}
{{- range . }}
- {protocol: TCP, port: {{ . }}}
{{- end }}
{{- end }}

{{/* Names are looked up, PostgreSQL is called, and traces are sent, by every process. */}}
{{- define "kontor.egress.common" -}}
- to:
    {{- toYaml .Values.networkPolicy.dns.peers | nindent 4 }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- include "kontor.egress" .Values.networkPolicy.postgresql }}
{{- include "kontor.egress" .Values.networkPolicy.collector }}
{{- end }}

{{/* (dict "peers" list "ports" list): a way out; none without a port. */}}
{{- define "kontor.egress" -}}
{{- if .ports }}
- ports:
    {{- include "kontor.ports" .ports | trim | nindent 4 }}
  {{- with .peers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* (dict "root" $ "component" "gateway"): to, or from, pods of this release. */}}
{{- define "kontor.peer" -}}
- podSelector:
    matchLabels:
      {{- include "kontor.selector" . | nindent 6 }}
{{- end }}

{{- define "kontor.policy.metadata" -}}
name: {{ include "kontor.fullname" .root }}-{{ .component }}
labels:
  {{- include "kontor.labels" . | nindent 2 }}
{{- end }}
