{{- /* Labels of pods, from the root and what they are called in app.kubernetes.io/name. */ -}}
{{- define "agora-recording-operator.podLabels" -}}
{{- $root := index . 0 -}}
{{- $name := dict "app.kubernetes.io/name" (index . 1) -}}
{{- $all := include "agora-recording-operator.labels" $root | fromYaml -}}
{{- merge $name (deepCopy $root.Values.podLabels) $all | toYaml -}}
{{- end -}}

{{- /* What all pods have in common: whom they run as, and what is asked of their nodes. */ -}}
{{- define "agora-recording-operator.pod" -}}
enableServiceLinks: false  # a Service named agora-recording-... would set our variables
securityContext:
  runAsNonRoot: true
  {{- with .Values.podSecurityContext }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* The same of their containers. */ -}}
{{- define "agora-recording-operator.container" -}}
image: {{ include "agora-recording-operator.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- define "agora-recording-operator.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Of affinity what concerns nodes. The rest is about the operator's pods, and would keep others away
from where there is place. */ -}}
{{- define "agora-recording-operator.nodeAffinity" -}}
{{- with (.Values.affinity | default dict).nodeAffinity -}}
affinity:
  nodeAffinity:
    {{- toYaml . | nindent 4 }}
{{- end -}}
{{- end -}}

{{- /* What the operator's pods have in common with those of its commands. */ -}}
{{- define "agora-recording-operator.operatorPod" -}}
{{ include "agora-recording-operator.pod" . }}
automountServiceAccountToken: true
{{- with .Values.extraCA }}
{{- if or .configMap .secret }}
volumes:
  - name: extra-ca
    {{- if .configMap }}
    configMap:
      name: {{ .configMap }}
    {{- else }}
    secret:
      secretName: {{ .secret }}
    {{- end }}
      items:
        - key: {{ .key }}
          path: ca.crt
{{- end }}
{{- end }}
{{- end -}}

{{- /* The same of their containers. */ -}}
{{- define "agora-recording-operator.operatorContainer" -}}
{{ include "agora-recording-operator.container" . }}
env:
  - name: AGORA_RECORDING_HEALTH_PORT
    value: "8080"
  - name: AGORA_RECORDING_NAMESPACE
    valueFrom:
      fieldRef:
        fieldPath: metadata.namespace
  - name: AGORA_RECORDING_POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
  {{- with .Values.watchNamespaces }}
  - name: AGORA_RECORDING_WATCH_NAMESPACES
    value: {{ join "," . | quote }}
  {{- end }}
  {{- range $name, $value := include "agora-recording-operator.settings" . | fromYaml }}
  {{- if ne (toString $value) "" }}
  - name: AGORA_RECORDING_{{ $name | snakecase | upper }}
    value: {{ $value | toString | quote }}
  {{- end }}
  {{- end }}
  {{- range $name, $value := include "agora-recording-operator.surroundings" . | fromYaml }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- if or .Values.extraCA.configMap .Values.extraCA.secret }}
volumeMounts:
  - name: extra-ca
    mountPath: /etc/agora-recording
    readOnly: true
{{- end }}
{{- end -}}

{{- /* Variables by which the operator finds its way out, and knows whom to believe. The kubelet puts in the
address of the API server. */ -}}
{{- define "agora-recording-operator.surroundings" -}}
{{- $own := list "$(KUBERNETES_SERVICE_HOST)" "localhost" "127.0.0.1" ".svc" ".cluster.local" -}}
{{- $all := dict -}}
{{- with .Values.proxy -}}
{{- if .http }}{{ $_ := set $all "HTTP_PROXY" .http }}{{ end -}}
{{- if .https }}{{ $_ := set $all "HTTPS_PROXY" .https }}{{ end -}}
{{- if or .http .https .noProxy }}{{ $_ := set $all "NO_PROXY" (concat $own .noProxy | join ",") }}{{ end -}}
{{- end -}}
{{- if or .Values.extraCA.configMap .Values.extraCA.secret -}}
{{- $_ := set $all "SSL_CERT_FILE" "/etc/agora-recording/ca.crt" -}}
{{- $_ := set $all "SSL_CERT_DIR" "/etc/ssl/certs" -}}
{{- end -}}
{{- range .Values.extraEnv -}}
{{- if hasKey $all .name }}{{ fail (printf "extraEnv: %s is set by proxy or extraCA already; leave one of them out" .name) }}{{ end -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}

{{- /* What the pods of commands have in common, beside what they have in common with the operator's. */ -}}
{{- define "agora-recording-operator.commandPod" -}}
{{ include "agora-recording-operator.operatorPod" . }}
{{- with include "agora-recording-operator.nodeAffinity" . }}
{{ . }}
{{- end }}
restartPolicy: Never
{{- end -}}

{{- /* The same of their containers. What a command said last is told by `kubectl describe pod`, too. */ -}}
{{- define "agora-recording-operator.commandContainer" -}}
{{ include "agora-recording-operator.operatorContainer" . }}
terminationMessagePolicy: FallbackToLogsOnError
resources:
  requests:
    cpu: 50m
    memory: 64Mi
  limits:
    memory: 256Mi
{{- end -}}
