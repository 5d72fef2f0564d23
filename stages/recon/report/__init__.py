"""The room of the page: what plots/report.html shows, gathered from files and put into one."""
