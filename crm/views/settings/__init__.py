"""The settings of a workspace and of oneself, one module per page."""
