"""The report page: plots/report.html, gathered from many files into one."""
