"""The main job: enrich, profile, check, weigh, rank, explain. `run.screen` is the way in."""
