//! Wrapped-key import bundles: one file a provider, what it sends, what it takes, how to check it after.
