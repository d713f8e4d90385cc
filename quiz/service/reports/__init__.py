"""Reports for officers: figures, tables, file formats, their cache and the worker process."""
