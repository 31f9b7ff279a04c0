"""Documents -> rows, Arrow tables and Parquet shards, and back."""
