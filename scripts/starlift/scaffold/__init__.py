"""What a developer would otherwise type for a new source: YAML, models, snapshots, an idea of the star."""
