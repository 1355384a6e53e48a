{{- define "payment.labels" -}}
app: payment-service
app.kubernetes.io/name: payment-service
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
backup.velero.io/include: "true"
{{- end }}

{{- define "payment.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}
{{- else }}{{ .repository }}:{{ .tag | default (printf "v%s" $.Chart.AppVersion) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "payment.container-security" -}}
runAsNonRoot: true
runAsUser: 1000
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
seccompProfile: {type: RuntimeDefault}
capabilities: {drop: [ALL]}
{{- end }}
