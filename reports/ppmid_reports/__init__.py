"""Reports: from a run folder to what machines and people read. They judge nothing; they show what was judged."""

from ppmid_reports.html import write_report
from ppmid_reports.junit import write_junit

__all__ = ["write_junit", "write_report"]
