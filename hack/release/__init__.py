"""What a release publishes beside the images: chart, manifests, bill of materials, notes."""
