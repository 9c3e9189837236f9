{{- /* The name of everything: the release's, with the chart's unless the release has it. */ -}}
{{- define "agora-recording-operator.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* The name of what is the whole cluster's. Releases that work in some namespaces each may all bear one
name. */ -}}
{{- define "agora-recording-operator.clusterName" -}}
{{ include "agora-recording-operator.fullname" . }}{{ if .Values.watchNamespaces }}-{{ .Release.Namespace }}{{ end }}
{{- end -}}

{{- /* What a policy is about, as far as namespaces go: elsewhere another release may be at work. */ -}}
{{- define "agora-recording-operator.namespaceSelector" -}}
{{- with .Values.watchNamespaces -}}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: In
      values:
        {{- toYaml . | nindent 8 }}
{{- end -}}
{{- end -}}

{{- /* What selects the operator's pods. It can never change: a Deployment's selector is immutable. */ -}}
{{- define "agora-recording-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* What selects also the pods that run the operator's commands. */ -}}
{{- define "agora-recording-operator.podSelector" -}}
matchLabels:
  app.kubernetes.io/instance: {{ .Release.Name }}
matchExpressions:
  - key: app.kubernetes.io/name
    operator: In
    values:
      - {{ .Chart.Name }}
      - {{ .Chart.Name }}-check
      - {{ .Chart.Name }}-uninstall
{{- end -}}

{{- define "agora-recording-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "agora-recording-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
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
{{- $url := printf "http://%s.%s.svc:8080" (include "agora-recording-operator.simulator" .) .Release.Namespace -}}
{{- $agora := ternary (dict "agoraUrl" $url) dict .Values.simulator.enabled -}}
{{- merge $agora .Values.settings | toYaml -}}
{{- end -}}

{{- /* Annotations of what Helm makes before it deletes the release, with a weight. */ -}}
{{- define "agora-recording-operator.beforeDeletion" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{- /* Ports beside the API server that are called, with spaces between them: those of the URLs in the values,
that of the simulator if there is one, and that of HTTPS. */ -}}
{{- define "agora-recording-operator.outwardPorts" -}}
{{- $ports := list "443" -}}
{{- $settings := include "agora-recording-operator.settings" . | fromYaml -}}
{{- $urls := concat (splitList "," $settings.agoraUrl) (list $settings.storageUrl) -}}
{{- range compact (concat $urls (list .Values.proxy.http .Values.proxy.https)) -}}
{{- $url := urlParse . -}}
{{- $usual := eq $url.scheme "http" | ternary "80" "443" -}}
{{- $ports = append $ports (regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default $usual) -}}
{{- end -}}
{{- $ports | uniq | join " " -}}
{{- end -}}
