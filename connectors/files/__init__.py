"""The file connector: folders of CSV, XLSX, Parquet and XES files as a source."""

from connectors.files.source import FileSource

__all__ = ["FileSource"]
