"""Chapter training."""
