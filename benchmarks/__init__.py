"""One module a claim: each has a `main()` that checks what it compares and prints a Markdown table with the ratio."""
