"""The pages that everybody may read, over HTTP: told what to show, they change nothing."""
