"""Who analyses the streams, outside the process that serves people."""
