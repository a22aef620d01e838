"""Quality rules, one module a stage; the runner is the only place that imports Great Expectations."""
