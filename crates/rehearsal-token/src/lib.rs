//! The embedded PKCS#11 module for rehearsals: kryoptic as a cdylib. Never trusted in production.
