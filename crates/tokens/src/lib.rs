//! HSMs through PKCS#11: what they can really do, keys, wrapping, signing.
