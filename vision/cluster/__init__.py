"""Analysis on the machines of a Ray cluster. Ray is imported only in processes of their own, never in the server's."""
