{{- /* What pods of ours beside the operator have in common with it. */ -}}
{{- define "agora-recording-operator.restrictedPod" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
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
{{- define "agora-recording-operator.restrictedContainer" -}}
image: {{ include "agora-recording-operator.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- /* Environment of the commands: who the operator is, and where it works. */ -}}
{{- define "agora-recording-operator.place" -}}
- name: AGORA_RECORDING_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- with .Values.watchNamespaces }}
- name: AGORA_RECORDING_WATCH_NAMESPACES
  value: {{ join "," . | quote }}
{{- end }}
{{- end -}}

{{- /* Who may drop finalizers, as a list of CEL: the operator, and the uninstallation if it lets go. */ -}}
{{- define "agora-recording-operator.releasers" -}}
{{- $operator := printf "'system:serviceaccount:%s:%s'" .Release.Namespace (include "agora-recording-operator.fullname" .) -}}
{{- if eq .Values.uninstall.policy "Orphan" -}}
[{{ $operator }}, {{ trimSuffix "'" $operator }}-uninstall']
{{- else -}}
[{{ $operator }}]
{{- end -}}
{{- end -}}

{{- /* The name of the simulator's Deployment and Service. */ -}}
{{- define "agora-recording-operator.simulator" -}}
{{ include "agora-recording-operator.fullname" . | trunc 53 | trimSuffix "-" }}-simulator
{{- end -}}

{{- define "agora-recording-operator.simulatorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}-simulator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* Where one can record in the simulator: the operator must work there. */ -}}
{{- define "agora-recording-operator.trialNamespace" -}}
{{ first .Values.watchNamespaces | default .Release.Namespace }}
{{- end -}}

{{- /* The settings; with the simulator, Agora is there and nowhere else. */ -}}
{{- define "agora-recording-operator.settings" -}}
{{- $url := printf "http://%s.%s:8080" (include "agora-recording-operator.simulator" .) .Release.Namespace -}}
{{- $agora := ternary (dict "agoraUrl" $url) dict .Values.simulator.enabled -}}
{{- merge $agora .Values.settings | toYaml -}}
{{- end -}}

{{- /* Annotations of what Helm makes before it deletes the release, with a weight. */ -}}
{{- define "agora-recording-operator.beforeDeletion" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
