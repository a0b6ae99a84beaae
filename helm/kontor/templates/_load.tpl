{{/* A container of the load generator: (dict "root" $ "name" "load" "args" list). */}}
{{- define "kontor.load.container" -}}
{{- $load := .root.Values.load }}
- name: {{ .name }}
  image: {{ include "kontor.image" (dict "image" .root.Values.image "default" .root.Chart.AppVersion) }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  command: [/bin/kontor-load]
  args:
    {{- range .args }}
    - {{ . | quote }}
    {{- end }}
    - --settings-file=/etc/kontor/settings/settings
    - --gateway={{ default (printf "%s-gateway:%d" (include "kontor.fullname" .root) (int .root.Values.gateway.service.port)) $load.door }}
    {{- if $load.authoritySecret }}
    - --authority-file=/etc/kontor/authority/ca.crt
    {{- end }}
  {{- if .port }}
  ports:
    - name: admin
      containerPort: {{ .port }}
  {{- end }}
  resources:
    {{- toYaml $load.resources | nindent 4 }}
  securityContext:
    {{- include "kontor.containerSecurity" .root | nindent 4 }}
  volumeMounts:
    - name: tmp
      mountPath: /tmp
    - name: settings
      mountPath: /etc/kontor/settings
      readOnly: true
    {{- if $load.authoritySecret }}
    - name: authority
      mountPath: /etc/kontor/authority
      readOnly: true
    {{- end }}
{{- end }}

{{/* What its pods have in common: (dict "root" $ "keys" list of the Secret's). */}}
{{- define "kontor.load.pod" -}}
{{- $load := .root.Values.load }}
restartPolicy: Never
{{ include "kontor.podCommon" .root }}
# what measures keeps off the nodes of what is measured
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchExpressions:
              - {key: app.kubernetes.io/instance, operator: In, values: [{{ .root.Release.Name | quote }}]}
              - {key: app.kubernetes.io/component, operator: In, values: [identity, payments, ledger, sharing, gateway]}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 512Mi}
  - name: settings
    secret:
      secretName: {{ include "kontor.secret" (dict "root" .root "name" "load" "suffix" "" "given" $load.secret) | quote }}
      defaultMode: 0440
      items:
        {{- range .keys }}
        - {key: {{ . }}, path: {{ . }}}
        {{- end }}
  {{- with $load.authoritySecret }}
  - name: authority
    secret:
      secretName: {{ . | quote }}
      defaultMode: 0440
      items:
        - {key: ca.crt, path: ca.crt}
  {{- end }}
{{- end }}
