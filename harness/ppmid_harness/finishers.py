"""What is made of every finished run folder besides the record: ``junit.xml`` and ``report.html``."""

from ppmid_reports.html import write_report
from ppmid_reports.junit import write_junit

FINISHERS = (write_junit, write_report)
