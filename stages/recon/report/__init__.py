"""The room of the page: what plots/report.html shows, gathered from files and drawn as one file that needs no other."""
