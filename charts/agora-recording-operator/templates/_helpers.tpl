{{- /* The name of everything: the release's, with the chart's unless the release has it. */ -}}
{{- define "agora-recording-operator.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* What selects the operator's pods. It can never change: a Deployment's selector is immutable. */ -}}
{{- define "agora-recording-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
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

{{- define "agora-recording-operator.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Ports outside the cluster that are called, with spaces between them: those of the URLs in the values,
and that of HTTPS. */ -}}
{{- define "agora-recording-operator.outwardPorts" -}}
{{- $ports := list "443" -}}
{{- $urls := concat (splitList "," .Values.settings.agoraUrl) (list .Values.settings.storageUrl) -}}
{{- range compact (concat $urls (list .Values.proxy.http .Values.proxy.https)) -}}
{{- $url := urlParse . -}}
{{- $usual := eq $url.scheme "http" | ternary "80" "443" -}}
{{- $ports = append $ports (regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default $usual) -}}
{{- end -}}
{{- $ports | uniq | join " " -}}
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
