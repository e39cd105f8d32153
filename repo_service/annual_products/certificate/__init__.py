"""The certificate of a locked product: what anybody who may read the work can see, cite and check."""
