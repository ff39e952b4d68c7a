"""What runs Rapport on one machine: servers, environment, supervisor. Needs no Django settings."""
