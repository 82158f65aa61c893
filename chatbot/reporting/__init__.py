"""Reports of runs, for coordinators and for whoever asks who allowed this: files and pictures."""
