#!/usr/bin/env bash
# Prints the version of this checkout: the chart's, of which the image's tag is made.
sed -n 's/^appVersion: *//p' "$(dirname "$0")/../../charts/agora-recording-operator/Chart.yaml"
