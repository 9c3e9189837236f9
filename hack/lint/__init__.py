"""`make lint-chart`: Helm's checks, the chart's own tests, and what linters find."""
