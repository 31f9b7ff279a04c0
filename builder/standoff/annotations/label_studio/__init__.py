"""Label Studio, full JSON exports."""
